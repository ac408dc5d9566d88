#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "homing/bytes.h"
#include "homing/result.h"
#include "session/chain_key.h"
#include "session/envelope.h"
#include "session/primitives.h"
#include "session/skipped_keys.h"

namespace homing {

/// DH || PN || N: in clear only between the header's AEAD and the ratchet.
struct RatchetHeader {
  PublicKey ratchet_key{};
  uint32_t previous_length = 0;
  uint32_t number = 0;
};

SealedHeader seal_header(const SecretKey& header_key, ByteView associated_data,
                         const RatchetHeader& header, RandomSource& random);
/// Nothing when `header_key` is not the one it was sealed with.
std::optional<RatchetHeader> open_header(const SecretKey& header_key, ByteView associated_data,
                                         const SealedHeader& sealed);

/// The keys between a chain's state and one message further on: derived to try a message, kept only
/// if it opens.
struct ChainAdvance {
  ChainKey chain;
  std::vector<MessageKey> skipped;
};

/// The messages the peer sends under one of its ratchet keys. Only the newest chain of a ratchet
/// still moves; older ones hold skipped keys.
struct ReceivingChain {
  SecretKey header_key;
  std::optional<ChainKey> chain;  // none once the peer has moved on
  uint32_t next = 0;              // number of the message expected next
  uint32_t step = 0;              // the ratchet's step count when the chain began
  SkippedKeys skipped;

  /// Moves a copy of the chain on to `number`. kUndecryptable when that is more than
  /// limits::kRatchetJumpMax away or the chain no longer moves. `number` >= next.
  Result<ChainAdvance> advance_to(uint32_t number) const;
  /// Takes over what advance_to(number) gave.
  void commit(ChainAdvance advance, uint32_t number, uint64_t now_ms);

  /// The chain has ended; `rest`, if any, holds the keys up to its length.
  void close(std::optional<ChainAdvance> rest, uint32_t length, uint64_t now_ms);

  void encode(SecretWriter& to) const;
  static Result<ReceivingChain> decode(ByteReader& from);
};

}  // namespace homing
