#pragma once

#include "homing/bytes.h"
#include "session/chain_key.h"
#include "session/primitives.h"

namespace homing {

/// What a DH ratchet step gives besides the new root key.
struct RootStep;

/// The key that every DH ratchet step is mixed into: heals a session whose keys were stolen as soon
/// as one exchange of fresh keys goes by unseen (Double Ratchet section 2.3).
class RootKey {
 public:
  explicit RootKey(SecretKey key) : key_(std::move(key)) {}

  /// KDF_RK_HE of Double Ratchet section 4: HKDF(salt = RK, DH output) -> RK', CK, NHK.
  RootStep step(const SecretKey& dh_output) const;
  RootKey clone() const { return RootKey(key_.clone()); }
  const SecretKey& secret() const { return key_; }

 private:
  SecretKey key_;
};

struct RootStep {
  RootKey root;
  ChainKey chain;
  SecretKey next_header_key;
};

}  // namespace homing
