#include "session/receiving_chain.h"

#include "homing/limits.h"
#include "plant.h"

namespace homing {

SealedHeader seal_header(const SecretKey& header_key, ByteView associated_data,
                         const RatchetHeader& header, RandomSource& random) {
  ByteWriter clear;
  clear.raw(header.ratchet_key);
  clear.u32(header.previous_length);
  clear.u32(header.number);
  Bytes sealed;
  sealed.reserve(kSealedHeaderBytes);
  if (HOMING_PLANT(nonce_fixed)) {
    sealed.resize(kAeadNonceBytes);
    aead_seal(header_key, AeadNonce{}, associated_data, clear.buffer(), sealed);
  } else {
    seal_with_nonce(header_key, associated_data, clear.buffer(), random, sealed);
  }
  SealedHeader out;
  const bool fits = copy_exact(out, sealed);
  HOMING_ASSERT(fits);
  return out;
}

std::optional<RatchetHeader> open_header(const SecretKey& header_key, ByteView associated_data,
                                         const SealedHeader& sealed) {
  const ByteView bytes(sealed);
  ByteArray<kHeaderBytes> clear;
  if (!aead_open_into(header_key, bytes.first(kAeadNonceBytes), associated_data,
                      bytes.subspan(kAeadNonceBytes), clear)) {
    return std::nullopt;
  }
  ByteReader from(clear);
  RatchetHeader out;
  out.ratchet_key = from.array<32>();
  out.previous_length = from.u32();
  out.number = from.u32();
  return out;
}

Result<ChainAdvance> ReceivingChain::advance_to(uint32_t number) const {
  HOMING_ASSERT(number >= next);
  const uint32_t jump = number - next;
  if (!chain || jump > limits::kRatchetJumpMax) return Error::kUndecryptable;
  ChainAdvance out{chain->clone(), {}};
  // Reserved, because growing a vector would leave copies that nobody wipes in freed memory.
  out.skipped.reserve(jump);
  for (uint32_t i = 0; i < jump; ++i) out.skipped.push_back(out.chain.next());
  return out;
}

void ReceivingChain::commit(ChainAdvance advance, uint32_t number, uint64_t now_ms) {
  skipped.add(next, std::move(advance.skipped), now_ms);
  chain = std::move(advance.chain);
  next = number + 1;
}

void ReceivingChain::close(std::optional<ChainAdvance> rest, uint32_t length, uint64_t now_ms) {
  if (rest) {
    skipped.add(next, std::move(rest->skipped), now_ms);
    next = length;
  }
  chain.reset();
}

void ReceivingChain::encode(SecretWriter& to) const {
  to.raw(header_key.view());
  to.u8(chain ? 1 : 0);
  if (chain) to.raw(chain->secret().view());
  to.u32(next);
  to.u32(step);
  skipped.encode(to);
}

Result<ReceivingChain> ReceivingChain::decode(ByteReader& from) {
  ReceivingChain out;
  out.header_key = read_secret_key(from);
  const uint8_t has_chain = from.u8();
  if (has_chain > 1) return Error::kMalformed;
  if (has_chain == 1) out.chain = ChainKey(read_secret_key(from));
  out.next = from.u32();
  out.step = from.u32();
  Result<SkippedKeys> skipped = SkippedKeys::decode(from);
  if (!skipped) return skipped.error();
  out.skipped = std::move(*skipped);
  return out;
}

}  // namespace homing
