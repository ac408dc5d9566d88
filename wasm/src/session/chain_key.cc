#include "session/chain_key.h"

namespace homing {

void MessageKey::seal(ByteView associated_data, ByteView plaintext, RandomSource& random,
                      Bytes& out) const {
  seal_with_nonce(key_, associated_data, plaintext, random, out);
}

Result<SecretBytes> MessageKey::open(ByteView associated_data, ByteView sealed) const {
  return open_with_nonce(key_, associated_data, sealed);
}

MessageKey ChainKey::next() {
  static constexpr uint8_t kMessage[] = {1};
  static constexpr uint8_t kChain[] = {2};
  SecretKey message_key;
  hmac_sha256(key_.view(), kMessage, std::span<uint8_t, 32>(message_key.data(), 32));
  SecretKey next_key;
  hmac_sha256(key_.view(), kChain, std::span<uint8_t, 32>(next_key.data(), 32));
  key_ = std::move(next_key);
  return MessageKey(std::move(message_key));
}

}  // namespace homing
