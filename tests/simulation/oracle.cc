#include "simulation/oracle.h"

#include <algorithm>

#include "homing/limits.h"
#include "session/envelope.h"

namespace homing::simulation {
namespace {

bool is_progress(MessageStatus status) { return status <= MessageStatus::kRead; }

std::string name(const Client& client) { return "client " + std::to_string(client.index()); }

}  // namespace

std::string Oracle::new_text(uint32_t from, const Address& to, size_t bytes) {
  return texts_.make(from, to, bytes);
}

Client* Oracle::client_at(const Address& address) const {
  const auto found = std::find_if(clients_.begin(), clients_.end(), [&](const Client* client) {
    return client->address() == address;
  });
  return found == clients_.end() ? nullptr : *found;
}

Oracle::Tracked& Oracle::track(const MessageId& id, const Address& from, const Address& to) {
  const auto [at, first] = tracked_.try_emplace(id);
  Tracked& tracked = at->second;
  if (!first) return tracked;
  const Client* sender = client_at(from);
  const auto gone = gone_.find(from);
  tracked.from = sender ? sender->index() : gone != gone_.end() ? gone->second : 0;
  tracked.from_address = from;
  tracked.to_address = to;
  if (gone != gone_.end()) excuse(tracked, "its sender is gone");
  if (gone_.contains(to)) excuse(tracked, "its recipient is gone");
  if (sender) sent_by_[sender->index()].push_back(id);
  return tracked;
}

void Oracle::on_command(Client& client, const decltype(Command::command)& command) {
  on_contact_command(client, command);
  Engine* engine = client.engine();
  if (const auto* retry = std::get_if<command::Retry>(&command)) {
    const auto at = tracked_.find(retry->id);
    if (at != tracked_.end()) at->second.held = false;
  } else if (const auto* edit = std::get_if<command::Edit>(&command)) {
    const auto at = tracked_.find(edit->id);
    if (at == tracked_.end()) return;
    at->second.held = false;
    at->second.edited = true;
  } else if (const auto* read = std::get_if<command::MarkRead>(&command); read && engine) {
    for (const Message& message : engine->messages(read->peer, std::nullopt, SIZE_MAX)) {
      if (!message.outgoing) {
        track(message.id, read->peer, client.address()).read_at_recipient = true;
      }
    }
  }
}

void Oracle::on_reply(Client& client, const decltype(Command::command)& command,
                      const output::Reply& reply) {
  on_contact_reply(client, command, reply);
  if (reply.error) return;
  if (const auto* cancel = std::get_if<command::Cancel>(&command)) {
    const auto at = tracked_.find(cancel->id);
    if (at == tracked_.end()) return;
    at->second.cancelled = true;
    return check_cancelled(at->second);
  }
  const bool is_send = std::holds_alternative<command::Send>(command);
  if (!is_send && !std::holds_alternative<command::Edit>(command)) return;
  const Message& message = *reply.message;
  const DurableModel::Known* known = client.model().find(message.id);
  if (!known) return judge_.violate("I5", name(client) + " says saved what is not stored");
  if (!is_send) return;
  Tracked& tracked = track(message.id, client.address(), message.peer);
  tracked.saved = true;
  tracked.sequence = message.sequence;
  tracked.sent_at = ++saved_count_;
  ++judge_.statistics.saved;
  if (known->deleted) {
    excuse(tracked, "its conversation was deleted");
  } else {
    of_[client.index()].saved.insert(message.id);
  }
}

void Oracle::on_event(Client& client, const Event& event) {
  if (const auto* messages = std::get_if<event::MessagesChanged>(&event)) {
    on_messages(client, *messages);
  } else if (const auto* status = std::get_if<event::StatusChanged>(&event)) {
    on_status(client, *status);
  } else if (const auto* unreadable = std::get_if<event::Unreadable>(&event)) {
    on_unreadable(client, *unreadable);
  }
}

void Oracle::on_messages(Client& client, const event::MessagesChanged& event) {
  for (const Message& message : event.messages) {
    const DurableModel::Known* known = client.model().find(message.id);
    if (!known) {
      judge_.violate("I5", name(client) + " shows what is not stored");
    } else if (known->deleted) {
      continue;
    }
    if (message.outgoing) {
      // Also what its user has just changed; it waits no more.
      const auto at = tracked_.find(message.id);
      if (at != tracked_.end()) at->second.held = false;
      continue;
    }
    if (blocked_.contains({client.address(), message.peer})) {
      judge_.violate("contacts", name(client) + " shows a blocked person's message");
    }
    if (!of_[client.index()].shown.insert(message.id).second) {
      judge_.violate("I2", name(client) + " shows a message twice");
    }
    const Texts::Origin* origin = texts_.origin_of(message.text);
    const Client* sender = client_at(message.peer);
    const bool genuine =
        origin && origin->to == client.address() && (!sender || sender->index() == origin->from);
    if (!genuine) judge_.violate("I1", name(client) + " shows a text nobody wrote to it");
    track(message.id, message.peer, client.address());
  }
}

void Oracle::on_status(Client& client, const event::StatusChanged& event) {
  PerClient& mine = of_[client.index()];
  const auto rank = static_cast<uint8_t>(event.status);
  for (const MessageId& id : event.ids) {
    const auto at = tracked_.find(id);
    const DurableModel::Known* known = client.model().find(id);
    if (!known) return judge_.violate("I5", name(client) + " tells of what is not stored");
    if (known->deleted) continue;
    Tracked& tracked = at != tracked_.end() ? at->second : track(id, client.address(), known->peer);
    if (event.status == MessageStatus::kHeld) {
      tracked.held = tracked.ever_held = true;
      if (!event.held_reason) judge_.violate("I1", "held without a reason");
      if (mine.told[id] >= 1) judge_.violate("I4", name(client) + ": held after it was sent");
      continue;
    }
    if (event.status == MessageStatus::kCancelled) continue;
    if (!is_progress(event.status)) return judge_.violate("I4", "not a status of one's own");
    const uint8_t stored = static_cast<uint8_t>(known->status);
    if (rank > 0 && (stored < rank || stored > 3)) {
      judge_.violate("I5", name(client) + " tells a status that is not stored");
    }
    uint8_t& told = mine.told[id];
    if (rank < told) judge_.violate("I4", name(client) + ": a status goes back");
    told = std::max(told, rank);
    tracked.held = false;
    if (rank >= 2 && !tracked.stored_at_recipient) {
      judge_.violate("I7", name(client) + ": delivered, but its recipient has never stored it");
    }
    if (rank >= 2 && !accepted_.contains({tracked.to_address, tracked.from_address})) {
      judge_.violate("contacts", name(client) + " has a receipt of one who never accepted it");
    }
    if (rank == 3 && !tracked.read_at_recipient) {
      judge_.violate("I7", name(client) + ": read, but its recipient has never read it");
    }
  }
}

bool Oracle::may_be_unreadable(const Client& client, const Address& from) const {
  const Client* sender = client_at(from);
  return client.has_lost() || !sender || sender->has_lost() || relay_lost_ ||
         malice_ != Malice::kNone;
}

void Oracle::on_unreadable(Client& client, const event::Unreadable& event) {
  ++judge_.statistics.unreadable;
  if (!may_be_unreadable(client, event.from)) {
    judge_.violate("I1", name(client) + " cannot open what was sealed for it");
  }
  const bool replayed = malice_ == Malice::kReplay || malice_ == Malice::kCorrupt;
  const Client* sender = client_at(event.from);
  if (replayed && !client.has_lost() && sender && !sender->has_lost()) return;
  const auto sent = under_.find(event.id);
  const auto at = tracked_.find(sent == under_.end() ? event.id : sent->second);
  if (at == tracked_.end()) return;
  at->second.unreadable = true;
  excuse(at->second, "its recipient was told that it is unreadable");
}

/// What was taken back never arrives, unless it was refused first, wrongly.
void Oracle::check_cancelled(const Tracked& tracked) {
  const Client* sender = client_at(tracked.from_address);
  if (!tracked.cancelled || !tracked.stored_at_recipient || tracked.ever_held) return;
  if (sender && !sender->has_lost()) judge_.violate("I1", "what was taken back has arrived");
}

void Oracle::on_committed(Client& client, const output::Commit& commit,
                          const std::vector<MessageId>& arrived) {
  for (const MessageId& id : arrived) {
    Tracked& tracked = track(id, client.model().find(id)->peer, client.address());
    tracked.stored_at_recipient = true;
    check_cancelled(tracked);
  }
  if (client.model().has_deleted()) on_deleted(client);
  for (const StoredFile& file : commit.put) {
    if (Texts::leaks(file.bytes)) judge_.violate("I7", "a journal file holds plaintext");
  }
  check_bounds(client);
}

void Oracle::check_bounds(Client& client) {
  size_t snapshot = 0;
  size_t commits = 0;
  for (const auto& [file, bytes] : client.disk().files()) {
    if (file.starts_with("quarantine-")) continue;
    if (file.ends_with(".snapshot")) snapshot = std::max(snapshot, bytes->size());
    if (file.ends_with(".commit")) commits += bytes->size();
  }
  // One more commit may have been under way when the bound was reached.
  if (client.disk().journal_file_count() > limits::kJournalFilesMax + 2 &&
      commits > snapshot + limits::kCommitBytesMax) {
    judge_.violate("I9", name(client) + " does not compact its journal");
  }
}

/// A restart finds everything that was told before it.
void Oracle::on_opened(Client& client) {
  Engine* engine = client.engine();
  if (!engine) return;
  // A commit that nobody was told of may have been whole all the same.
  for (const auto& [id, known] : client.model().messages()) {
    if (!known.outgoing) track(id, known.peer, client.address()).stored_at_recipient = true;
  }
  on_deleted(client);
  on_decisions_found(client);
  PerClient& mine = of_[client.index()];
  for (const MessageId& id : mine.saved) {
    const Tracked& tracked = tracked_.at(id);
    if (!engine->message(tracked.to_address, id)) {
      judge_.violate("I5", name(client) + ": a saved message is gone after a restart");
    }
  }
  for (const auto& [id, told] : mine.told) {
    const std::optional<Message> message = engine->message(tracked_.at(id).to_address, id);
    if (!message) {
      judge_.violate("I5", name(client) + ": a told message is gone after a restart");
    } else if (told > 0 &&
               (static_cast<uint8_t>(message->status) < told || !is_progress(message->status))) {
      judge_.violate("I4", name(client) + ": a status went back over a restart");
    }
  }
  for (const MessageId& id : mine.shown) {
    if (!engine->message(tracked_.at(id).from_address, id)) {
      judge_.violate("I5", name(client) + ": a shown message is gone after a restart");
    }
  }
}

}  // namespace homing::simulation
