#pragma once

#include <cstdint>

#include "homing/bytes.h"
#include "homing/random.h"
#include "homing/result.h"
#include "session/primitives.h"

namespace homing {

/// Seals one message, once, and is wiped. Nonces are random all the same: a store that was rolled
/// back must not turn a key used twice into a nonce used twice.
class MessageKey {
 public:
  explicit MessageKey(SecretKey key) : key_(std::move(key)) {}

  /// Appends nonce || ciphertext || tag.
  void seal(ByteView associated_data, ByteView plaintext, RandomSource& random, Bytes& out) const;
  /// kUndecryptable.
  Result<SecretBytes> open(ByteView associated_data, ByteView sealed) const;

  const SecretKey& secret() const { return key_; }

 private:
  SecretKey key_;
};

/// One direction's symmetric ratchet: each message key is derived and the chain key replaced, so
/// that a key stolen later says nothing about earlier messages (Double Ratchet section 2.2).
class ChainKey {
 public:
  explicit ChainKey(SecretKey key) : key_(std::move(key)) {}

  /// MK = HMAC(CK, 01), then CK = HMAC(CK, 02).
  MessageKey next();
  /// Only for trying a message before it is known to be genuine.
  ChainKey clone() const { return ChainKey(key_.clone()); }
  const SecretKey& secret() const { return key_; }

 private:
  SecretKey key_;
};

}  // namespace homing
