#include <algorithm>

#include "engine/implementation.h"
#include "homing/limits.h"

/// What came and could not be opened is asked for again. Only of people whom the user has accepted:
/// to anybody else a request would tell that somebody is there.
namespace homing {

/// In the same commit as the place in the mailbox, because the relay forgets what is acknowledged.
void Engine::Implementation::note_missing(const Address& peer, std::span<const MessageId> ids) {
  const ConversationLog* log = conversations_.find(peer);
  if (!log) return;
  record::Missing missing{peer, log->missing};
  for (const MessageId& id : ids) {
    // What is here already has come once more, which relays do.
    if (missing.envelopes.size() == limits::kRetryIdsMax || log->incoming.contains(id)) continue;
    missing.envelopes.push_back(id);
  }
  if (missing.envelopes.size() == log->missing.size()) return;
  store(missing);
  ask_for_missing(peer);
}

/// Looked at when something becomes missing, and at the relay's pings for what had to wait.
void Engine::Implementation::ask_for_missing(const Address& peer) {
  ConversationLog& log = *conversations_.find(peer);
  if (log.missing.empty() || now_.monotonic_ms < log.ask_at_ms) return;
  if (log.contact_state() != ContactState::kAccepted) return;
  record::Entry entry;
  entry.peer = peer;
  entry.number = outbox_.next_number();
  entry.kind = record::EntryKind::kRetryRequest;
  entry.ids = log.missing;
  store(entry);
  store(record::Missing{peer, {}});
  log.ask_at_ms = now_.monotonic_ms + limits::kRetryRequestMs;
}

void Engine::Implementation::ask_for_missing() {
  for (const auto& [peer, log] : conversations_.all()) {
    if (!log.missing.empty()) ask_for_missing(peer);
  }
}

}  // namespace homing
