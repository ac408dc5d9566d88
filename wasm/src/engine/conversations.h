#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "homing/message.h"
#include "journal/record.h"

namespace homing {

/// One conversation: who it is with, its messages as they are shown, and what is unread.
struct ConversationLog {
  record::ConversationInfo info;
  record::Contact contact;
  /// In the order shown. Messages of one sender stand in the order of their sequence (I3), each
  /// side's among the other's in order of arrival.
  std::vector<std::unique_ptr<Message>> messages;
  std::unordered_map<MessageId, Message*, MessageIdHash> outgoing;
  std::unordered_map<MessageId, Message*, MessageIdHash> incoming;
  std::vector<MessageId> unread;   // in order of arrival
  std::vector<MessageId> missing;  // envelopes that could not be opened, not yet asked for again

  // Not stored.
  uint64_t opened = 1;            // envelopes of the peer since the start
  uint64_t ask_at_ms = 0;         // no retry request before that, by the monotonic clock
  uint64_t answers_until_ms = 0;  // if those given had been given one in limits::kRetryAnswerMs

  Message* find(const MessageId& id) const;
  ContactState contact_state() const;
  /// Whether the user sees it: not what is known of a stranger who has written nothing.
  bool listed() const { return contact.accepted || contact.blocked || !messages.empty(); }
};

/// All conversations of a profile. Changes through apply() alone, live and at replay.
class Conversations {
 public:
  void apply(const record::ConversationInfo& record);
  void apply(const record::MessageStored& record);
  /// The ids whose status has changed by it.
  std::vector<MessageId> apply(const record::StatusStored& record);
  void apply(const record::Held& held, const MessageId& message);
  void apply(const record::ReadMark& record);
  void apply(const record::Contact& record);
  void apply(const record::Cleared& record);
  void apply(const record::Missing& record);

  template <typename Write>
  void snapshot(Write&& write) const;

  ConversationLog* find(const Address& peer);
  const ConversationLog* find(const Address& peer) const;
  size_t size() const { return logs_.size(); }
  /// Strangers: people whom the user has never accepted, written to or blocked. O(n).
  size_t requests() const;
  const std::map<Address, ConversationLog>& all() const { return logs_; }

 private:
  std::map<Address, ConversationLog> logs_;
};

template <typename Write>
void Conversations::snapshot(Write&& write) const {
  for (const auto& [peer, log] : logs_) {
    write(log.info);
    write(log.contact);
    if (!log.missing.empty()) write(record::Missing{peer, log.missing});
    const std::unordered_set<MessageId, MessageIdHash> unread(log.unread.begin(), log.unread.end());
    for (const auto& message : log.messages) {
      const bool is_unread = !message->outgoing && unread.contains(message->id);
      write(record::MessageStored{*message, is_unread});
    }
  }
}

}  // namespace homing
