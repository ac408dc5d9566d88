#include <algorithm>
#include <functional>
#include <map>
#include <utility>

#include "engine/implementation.h"
#include "session/primitives.h"
#include "session/safety_number.h"
#include "wire/invite.h"

namespace homing {

std::optional<Address> Engine::Implementation::address() const {
  if (!sessions_) return std::nullopt;
  return sessions_->identity().address();
}

std::string Engine::Implementation::invite() const {
  if (!sessions_) return {};
  return encode_invite(
      {sessions_->identity().public_keys(), settings_.invite_mark, settings_.name});
}

Conversation Engine::Implementation::describe(const ConversationLog& log) const {
  Conversation conversation;
  conversation.peer = log.info.peer;
  conversation.contact = log.contact_state();
  conversation.verified = log.contact.verified;
  conversation.name = log.info.name;
  conversation.unread = log.unread.size();
  if (const Lane* lane = outbox_.lane(log.info.peer)) conversation.pending = lane->texts;
  if (!log.messages.empty()) {
    conversation.last_time_ms = log.messages.back()->time_ms;
    conversation.last_text = log.messages.back()->text;
  }
  return conversation;
}

std::vector<Conversation> Engine::Implementation::conversations() const {
  // Of the same time in the order in which they come here, that of the addresses.
  std::multimap<uint64_t, Conversation, std::greater<>> newest_first;
  for (const auto& [peer, log] : conversations_.all()) {
    if (!log.listed()) continue;
    Conversation conversation = describe(log);
    newest_first.emplace(conversation.last_time_ms, std::move(conversation));
  }
  std::vector<Conversation> all;
  all.reserve(newest_first.size());
  for (auto& [time_ms, conversation] : newest_first) all.push_back(std::move(conversation));
  return all;
}

std::vector<Message> Engine::Implementation::messages(const Address& peer,
                                                      std::optional<MessageId> before,
                                                      size_t limit) const {
  const ConversationLog* log = conversations_.find(peer);
  if (!log) return {};
  auto end = log->messages.end();
  if (before) {
    // Pages are asked for from the end, so the search starts there.
    const auto found =
        std::find_if(log->messages.rbegin(), log->messages.rend(),
                     [&before](const auto& message) { return message->id == *before; });
    if (found == log->messages.rend()) return {};
    end = found.base() - 1;
  }
  const auto available = static_cast<size_t>(end - log->messages.begin());
  std::vector<Message> page;
  page.reserve(std::min(limit, available));
  for (auto it = end - static_cast<ptrdiff_t>(std::min(limit, available)); it != end; ++it) {
    page.push_back(**it);
  }
  return page;
}

std::optional<Message> Engine::Implementation::message(const Address& peer,
                                                       const MessageId& id) const {
  const ConversationLog* log = conversations_.find(peer);
  const Message* found = log ? log->find(id) : nullptr;
  return found ? std::optional(*found) : std::nullopt;
}

Why Engine::Implementation::why(const Address& peer, const MessageId& id) const {
  Why why;
  const OutboxEntry* entry = outbox_.find_message(peer, id);
  if (!entry) return why;
  const Lane& lane = *outbox_.lane(peer);
  for (const OutboxEntry& earlier : lane.entries) {
    if (earlier.number() >= entry->number()) break;
    if (earlier.what.kind == record::EntryKind::kText && !earlier.held) ++why.ahead;
  }
  if (entry->held) {
    why.reason = WaitReason::kHeld;
    why.error = entry->held;
  } else if (storage_error_) {
    why.reason = WaitReason::kStorage;
    why.error = storage_error_;
    why.next_attempt_ms = storage_retry_ms_;
  } else if (connection_.state() == event::ConnectionState::kOffline) {
    why.reason = WaitReason::kOffline;
  } else if (!connection_.online()) {
    why.reason = WaitReason::kConnecting;
    why.next_attempt_ms = connection_.describe().next_attempt_monotonic_ms;
  } else if (entry->in_flight) {
    why.reason = WaitReason::kInFlight;
  } else if (lane.blocked(now_.monotonic_ms)) {
    why.reason = lane.claiming ? WaitReason::kNoPrekeys : lane.blocked_reason;
    why.error = lane.blocked_error;
    if (!lane.claiming) why.next_attempt_ms = lane.blocked_until_ms;
  } else {
    why.reason = WaitReason::kBehindOthers;
  }
  return why;
}

std::optional<SafetyNumber> Engine::Implementation::safety_number(const Address& peer) const {
  if (!sessions_) return std::nullopt;
  const Address& own = sessions_->identity().address();
  return SafetyNumber{safety_digits(own, peer), safety_code(own, peer)};
}

bool Engine::Implementation::matches_safety_code(const Address& peer, std::string_view code) const {
  if (!sessions_) return false;
  // What the other device shows has the two in the other order.
  const std::string expected = safety_code(peer, sessions_->identity().address());
  return constant_time_equal(as_bytes(code), as_bytes(expected));
}

size_t Engine::Implementation::pending() const {
  size_t texts = 0;
  for (const auto& [peer, lane] : outbox_.lanes()) texts += lane.texts;
  return texts;
}

}  // namespace homing
