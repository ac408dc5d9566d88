#pragma once

#include <string>
#include <variant>
#include <vector>

#include "homing/bytes.h"
#include "homing/message.h"
#include "homing/result.h"
#include "wire/invite.h"

/// What the ciphertext holds: one CBOR array whose first item is the kind. Only the two ends read
/// it; docs/wire_format.md has the grammar.
namespace homing::content {

/// Frozen: stored in mailboxes for weeks. Do not renumber.
enum class Kind : uint8_t { kText = 1, kReceipt = 2, kIntroduction = 3, kRetryRequest = 4 };

/// A message. `sequence` counts its sender's messages in this conversation, so that the recipient
/// can keep their order even if the relay does not.
struct Text {
  MessageId id;
  uint64_t sequence = 0;  // from 1
  uint64_t time_ms = 0;
  std::string text;
};

/// These messages of the other side were stored (kDelivered) or seen (kRead). Never answered.
struct Receipt {
  MessageStatus status = MessageStatus::kDelivered;
  std::vector<MessageId> ids;  // 1 to limits::kReceiptIdsMax
};

/// "I accepted your invite": gives a name to the sender, who is accepted at once when the mark is
/// that of the recipient's present invite.
struct Introduction {
  InviteMark mark{};
  std::string name;  // may be empty
};

/// Envelopes with these ids came and could not be opened: the texts in them are wanted again.
struct RetryRequest {
  std::vector<MessageId> envelopes;  // 1 to limits::kRetryIdsMax
};

using Content = std::variant<Text, Receipt, Introduction, RetryRequest>;

Bytes encode(const Content& content);
/// Errors: those of decode_cbor(), kUnknownType, kMalformed, kTooLarge.
Result<Content> decode(ByteView bytes);

}  // namespace homing::content
