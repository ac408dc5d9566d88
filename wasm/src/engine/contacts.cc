#include "engine/implementation.h"

namespace homing {

/// Whom the user writes to, has accepted, or has invited: from here on they get receipts, also for
/// what they have written before.
void Engine::Implementation::accept(const Address& peer) {
  const ConversationLog& log = *conversations_.find(peer);
  if (log.contact_state() == ContactState::kAccepted) return;
  const bool first = !log.contact.accepted;
  record::Contact contact = log.contact;
  contact.accepted = true;
  contact.blocked = false;
  store(contact);
  if (first) confirm_stored(log);
  conversation_changed(peer);
}

Engine::Implementation::Answer Engine::Implementation::run(const command::Accept& c) {
  if (!conversations_.find(c.peer)) return Error::kNotFound;
  accept(c.peer);
  return output::Reply{};
}

Engine::Implementation::Answer Engine::Implementation::run(const command::Block& c) {
  const ConversationLog* log = conversations_.find(c.peer);
  if (!log) return Error::kNotFound;
  if (log->contact.blocked) return output::Reply{};
  record::Contact contact = log->contact;
  contact.blocked = true;
  store(contact);
  conversation_changed(c.peer);
  return output::Reply{};
}

Engine::Implementation::Answer Engine::Implementation::run(const command::SetVerified& c) {
  const ConversationLog* log = conversations_.find(c.peer);
  if (!log) return Error::kNotFound;
  record::Contact contact = log->contact;
  contact.verified = c.verified;
  store(contact);
  conversation_changed(c.peer);
  return output::Reply{};
}

Engine::Implementation::Answer Engine::Implementation::run(const command::DeleteConversation& c) {
  const ConversationLog* log = conversations_.find(c.peer);
  if (!log || !log->listed()) return Error::kNotFound;
  if (const Lane* lane = std::as_const(outbox_).lane(c.peer)) {
    std::vector<uint64_t> texts;
    for (const OutboxEntry& entry : lane->entries) {
      // What is in flight has left: the relay's answer is still to come, and counts.
      const bool waits = !entry.in_flight;
      if (waits && entry.has_text()) texts.push_back(entry.number());
    }
    if (!texts.empty()) store(record::Settled{c.peer, std::move(texts)});
  }
  // The number of the next message must go on for whom one has written to: their device puts
  // messages in order by it. Receipts under way need the conversation, too.
  const bool forget = !log->contact.written && !log->contact.blocked && !log->contact.verified &&
                      !std::as_const(outbox_).lane(c.peer);
  store(record::Cleared{c.peer, forget});
  news_.forget(c.peer);
  emit(Event(event::ConversationDeleted{c.peer}));
  return output::Reply{};
}

}  // namespace homing
