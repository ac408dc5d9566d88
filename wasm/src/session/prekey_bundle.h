#pragma once

#include <optional>
#include <vector>

#include "homing/address.h"
#include "homing/bytes.h"
#include "homing/result.h"
#include "session/identity.h"
#include "session/primitives.h"

namespace homing {

/// An X25519 prekey with the owner's signature over its id and key.
struct SignedPrekey {
  uint32_t id = 0;
  PublicKey key{};
  Signature signature{};

  friend bool operator==(const SignedPrekey&, const SignedPrekey&) = default;
};

/// An X-Wing prekey, signed for what it is: a last-resort key cannot be passed off as a one-time
/// key, because the two are signed under different labels.
struct KemPrekey {
  uint32_t id = 0;
  KemPublicKey key{};
  Signature signature{};
  bool last_resort = false;

  friend bool operator==(const KemPrekey&, const KemPrekey&) = default;
};

/// What the relay hands to somebody who wants to write to the owner for the first time.
struct PrekeyBundle {
  IdentityKeys identity;
  SignedPrekey signed_prekey;
  KemPrekey kem_prekey;
  std::optional<SignedPrekey> one_time_prekey;
};

/// What the owner uploads. The one-time keys are each signed, so that every bundle the relay makes
/// of them can be verified by the one who claims it.
struct PrekeyPublication {
  IdentityKeys identity;
  SignedPrekey signed_prekey;
  KemPrekey last_resort;
  std::vector<SignedPrekey> one_time;   // at most limits::kOneTimePrekeys, ids ascending
  std::vector<KemPrekey> one_time_kem;  // at most limits::kOneTimeKemPrekeys, ids ascending
};

/// Every signature and the address. kBadAddress, kBadSignature. Cost: four Ed25519 verifications.
Result<void> verify(const PrekeyBundle& bundle, const Address& expected);
/// The same for an upload; at most 122 verifications.
Result<void> verify(const PrekeyPublication& publication, const Address& expected);

/// CBOR arrays; docs/crypto.md has the layout. Decoding checks the form, not the signatures.
/// Errors: those of decode_cbor(), kMalformed, kTooLarge, kUnsupported (version).
Bytes encode_bundle(const PrekeyBundle& bundle);
Result<PrekeyBundle> decode_bundle(ByteView bytes);
Bytes encode_publication(const PrekeyPublication& publication);
Result<PrekeyPublication> decode_publication(ByteView bytes);

}  // namespace homing
