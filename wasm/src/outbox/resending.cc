#include <algorithm>

#include "engine/implementation.h"
#include "homing/limits.h"
#include "outbox/resend_id.h"
#include "session/primitives.h"

/// Texts that have left already and are wanted again, because their recipient could not open them:
/// its store has lost the session or the keys they were sealed for.
namespace homing {
namespace {

bool has_left(MessageStatus status) {
  return status == MessageStatus::kSent || status == MessageStatus::kDelivered ||
         status == MessageStatus::kRead;
}

}  // namespace

ByteArray<10> resend_tail(const MessageId& message) {
  const Digest digest = blake2b_256({as_bytes("homing/resend/v1"), message.bytes});
  ByteArray<10> tail{};
  std::copy_n(digest.begin(), tail.size(), tail.begin());
  return tail;
}

/// Only texts are sent again: receipts and introductions are of no use late. Cost: O(messages of
/// the conversation).
void Engine::Implementation::take_in(const Address& from, const content::RetryRequest& request) {
  ConversationLog& log = *conversations_.find(from);
  constexpr uint64_t kAheadMsMax = (limits::kRetryAnswersMax - 1) * limits::kRetryAnswerMs;
  if (log.answers_until_ms > now_.monotonic_ms + kAheadMsMax) return;
  log.answers_until_ms = std::max(log.answers_until_ms, now_.monotonic_ms) + limits::kRetryAnswerMs;
  std::vector<MessageId> wanted;
  bool again = false;
  for (const auto& message : log.messages) {
    if (!message->outgoing || !has_left(message->status)) continue;
    const ByteArray<10> tail = resend_tail(message->id);
    for (const MessageId& envelope : request.envelopes) {
      const bool is_resend = envelope == MessageId::derive(envelope.time_ms(), tail);
      if (!is_resend && envelope != message->id) continue;
      again |= is_resend;
      wanted.push_back(message->id);
      break;
    }
  }
  if (wanted.empty()) return;
  // The request has brought both sides to one session, as far as a session can. If what was sealed
  // after that could not be opened either, a fresh handshake has to.
  if (again) sessions_->archive(from);
  for (const MessageId& id : wanted) {
    if (!outbox_.is_resending(from, id)) enqueue(from, record::EntryKind::kResend, id);
  }
}

}  // namespace homing
