#include "engine/conversations.h"

#include <algorithm>

#include "plant.h"

namespace homing {
namespace {

/// Where an incoming message belongs: at the end, unless its sender's later ones came first.
size_t place_of(const ConversationLog& log, const Message& message) {
  size_t place = log.messages.size();
  if (HOMING_PLANT(place_order_lost)) return place;
  for (size_t i = log.messages.size(); i > 0; --i) {
    const Message& earlier = *log.messages[i - 1];
    if (earlier.outgoing != message.outgoing) continue;
    if (earlier.sequence <= message.sequence) break;
    place = i - 1;
  }
  return place;
}

}  // namespace

Message* ConversationLog::find(const MessageId& id) const {
  for (const auto* side : {&outgoing, &incoming}) {
    const auto it = side->find(id);
    if (it != side->end()) return it->second;
  }
  return nullptr;
}

ContactState ConversationLog::contact_state() const {
  if (contact.blocked) return ContactState::kBlocked;
  return contact.accepted ? ContactState::kAccepted : ContactState::kRequested;
}

void Conversations::apply(const record::ConversationInfo& record) {
  ConversationLog& log = logs_[record.peer];
  log.contact.peer = record.peer;
  const uint64_t next_sequence = std::max(log.info.next_sequence, record.next_sequence);
  log.info = record;
  log.info.next_sequence = next_sequence;
}

void Conversations::apply(const record::MessageStored& record) {
  const Message& message = record.message;
  ConversationLog& log = logs_[message.peer];
  log.info.peer = log.contact.peer = message.peer;
  auto& side = message.outgoing ? log.outgoing : log.incoming;
  const auto known = side.find(message.id);
  if (known != side.end()) {
    *known->second = message;
    return;
  }
  auto stored = std::make_unique<Message>(message);
  side[message.id] = stored.get();
  if (message.outgoing) {
    log.info.next_sequence = std::max(log.info.next_sequence, message.sequence + 1);
  }
  if (record.unread) log.unread.push_back(message.id);
  const size_t place = place_of(log, message);
  log.messages.insert(log.messages.begin() + static_cast<ptrdiff_t>(place), std::move(stored));
}

std::vector<MessageId> Conversations::apply(const record::StatusStored& record) {
  std::vector<MessageId> changed;
  ConversationLog* log = find(record.peer);
  if (!log) return changed;
  for (const MessageId& id : record.ids) {
    const auto it = log->outgoing.find(id);
    if (it == log->outgoing.end()) continue;
    Message& message = *it->second;
    const bool to_cancelled = record.status == MessageStatus::kCancelled;
    const MessageStatus merged =
        to_cancelled ? record.status : merge_status(message.status, record.status);
    if (merged == message.status) continue;
    message.status = merged;
    message.held_reason.reset();
    changed.push_back(id);
  }
  return changed;
}

void Conversations::apply(const record::Held& held, const MessageId& id) {
  ConversationLog* log = find(held.peer);
  if (!log) return;
  const auto it = log->outgoing.find(id);
  if (it == log->outgoing.end()) return;
  it->second->status = held.reason ? MessageStatus::kHeld : MessageStatus::kPending;
  it->second->held_reason = held.reason;
}

void Conversations::apply(const record::ReadMark& record) {
  if (ConversationLog* log = find(record.peer)) log->unread.clear();
}

void Conversations::apply(const record::Contact& record) {
  ConversationLog& log = logs_[record.peer];
  log.info.peer = record.peer;
  log.contact = record;
}

void Conversations::apply(const record::Cleared& record) {
  if (record.forget) {
    logs_.erase(record.peer);
    return;
  }
  ConversationLog* log = find(record.peer);
  if (!log) return;
  log->outgoing.clear();
  log->incoming.clear();
  log->unread.clear();
  log->messages.clear();
  log->missing.clear();
  log->contact.accepted = false;
}

void Conversations::apply(const record::Missing& record) {
  if (ConversationLog* log = find(record.peer)) log->missing = record.envelopes;
}

size_t Conversations::requests() const {
  return static_cast<size_t>(std::count_if(logs_.begin(), logs_.end(), [](const auto& it) {
    const ConversationLog& log = it.second;
    return log.contact_state() == ContactState::kRequested && !log.contact.written;
  }));
}

ConversationLog* Conversations::find(const Address& peer) {
  const auto it = logs_.find(peer);
  return it == logs_.end() ? nullptr : &it->second;
}

const ConversationLog* Conversations::find(const Address& peer) const {
  const auto it = logs_.find(peer);
  return it == logs_.end() ? nullptr : &it->second;
}

}  // namespace homing
