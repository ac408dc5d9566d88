#include "simulation/watch.h"

#include "session/session.h"
#include "simulation/transitions.h"

namespace homing::simulation {
namespace {

std::string_view session_state(ByteView record) {
  if (record.empty()) return "-";
  ByteReader from(record);
  from.u8();  // the format
  std::string_view current;
  if (from.u8() == 1) {
    const Result<Session> session = Session::decode(from);
    if (!session) return "unreadable";
    current = session->is_unanswered() ? "begun" : "established";
  }
  const uint8_t archived = from.u8();
  if (current.empty()) return archived > 0 ? "barred" : "-";
  if (archived == 0) return current;
  return current == "begun" ? "begun anew" : "replaced";
}

std::string_view store_state(const std::optional<Error>& error) {
  if (!error) return "well";
  return *error == Error::kStorageQuota ? "quota" : "failing";
}

}  // namespace

void Watch::move(std::string_view machine, State& state, State to) {
  if (state == to) return;
  if (!silent_) {
    if (const std::optional<size_t> row = find_transition(machine, state, to)) {
      ++judge_.statistics.transitions[*row];
    } else {
      judge_.violate("transition",
                     std::string(machine) + ": " + std::string(state) + " to " + std::string(to));
    }
  }
  state = to;
}

void Watch::move_entry(uint64_t number, State to) {
  const auto at = entries_.find(number);
  if (at == entries_.end()) return;
  move("entry", at->second.state, to);
  if (to == "settled") entries_.erase(at);
}

void Watch::deposed() { deposed_ = store_; }

void Watch::deposed_stopped() { move("store", deposed_, "fenced"); }

void Watch::restart() {
  silent_ = true;
  messages_.clear();
  peers_.clear();
  entries_.clear();
  by_envelope_.clear();
  texts_.clear();
  sessions_.clear();
}

void Watch::started() {
  silent_ = false;
  connection_ = store_ = "-";
  // Nothing is in flight, and nobody waits, in an engine that has just begun.
  for (auto& [number, entry] : entries_) {
    if (entry.state != "held") entry.state = entry.sealed ? "sealed" : "queued";
  }
}

// --- what is stored
// -------------------------------------------------------------------------------

void Watch::take_in(journal::FileKind kind, const std::vector<Record>& records) {
  if (kind == journal::FileKind::kSnapshot) compact(records);
  for (const Record& record : records) {
    std::visit([this](const auto& r) { take_in(r); }, record);
  }
}

/// A snapshot says nothing of what is gone, and says what is there once more.
void Watch::compact(const std::vector<Record>& records) {
  std::set<uint64_t> numbers;
  std::set<uint64_t> sealed;
  std::set<uint64_t> held;
  std::set<Address> peers;
  for (const Record& record : records) {
    if (const auto* entry = std::get_if<record::Entry>(&record)) numbers.insert(entry->number);
    if (const auto* r = std::get_if<record::Sealed>(&record)) sealed.insert(r->number);
    if (const auto* r = std::get_if<record::Held>(&record)) held.insert(r->number);
    if (const auto* sessions = std::get_if<record::Sessions>(&record)) peers.insert(sessions->peer);
  }
  for (auto at = entries_.begin(); at != entries_.end();) {
    const uint64_t number = at->first;
    Entry& entry = (at++)->second;
    if (!numbers.contains(number)) {
      move_entry(number, "settled");
      continue;
    }
    const bool discarded = entry.sealed && !sealed.contains(number);
    entry.sealed = sealed.contains(number);
    // Refused and tried again, neither of which had been stored yet.
    if (discarded && (entry.state == "in flight" || entry.state == "sealed")) {
      move_entry(number, "held");
    }
    if (discarded || (entry.state == "held" && !held.contains(number))) {
      move_entry(number, entry.sealed ? "sealed" : "queued");
    } else if (entry.sealed && entry.state == "queued") {
      move_entry(number, "sealed");
    }
  }
  for (auto& [peer, state] : sessions_) {
    if (!peers.contains(peer)) move("session", state, "-");
  }
}

void Watch::take_in(const record::MessageStored& r) {
  State& state = messages_.try_emplace(r.message.id, "-").first->second;
  peers_[r.message.id] = r.message.peer;
  move("message", state, status_name(r.message.status));
}

void Watch::take_in(const record::StatusStored& r) {
  for (const MessageId& id : r.ids) {
    const auto at = messages_.find(id);
    if (at == messages_.end()) continue;
    const State to = status_name(r.status);
    const auto rank = [](State state) {
      return state == "pending" ? 0 : state == "sent" ? 1 : state == "delivered" ? 2 : 3;
    };
    const bool progress = r.status <= MessageStatus::kRead && at->second != "held";
    // Late news of what is known to have come further is no transition.
    if (progress && rank(to) <= rank(at->second)) continue;
    move("message", at->second, to);
  }
}

void Watch::take_in(const record::Entry& r) {
  const auto [at, first] = entries_.try_emplace(r.number, Entry{r.peer, "-"});
  if (r.kind == record::EntryKind::kText) texts_[r.number] = r.message;
  if (first) move_entry(r.number, "queued");
}

void Watch::take_in(const record::Sealed& r) {
  const auto at = entries_.find(r.number);
  by_envelope_[r.envelope_id] = r.number;
  if (at == entries_.end()) return;
  const bool known = at->second.sealed;
  at->second.sealed = true;
  // A snapshot repeats it, and a new envelope id changes nothing for what waits or is under way.
  if (!known || at->second.state == "queued") move_entry(r.number, "sealed");
}

void Watch::take_in(const record::Settled& r) {
  for (const uint64_t number : r.numbers) move_entry(number, "settled");
}

void Watch::take_in(const record::Held& r) {
  const auto at = entries_.find(r.number);
  if (at == entries_.end()) return;
  if (r.discard_envelope) at->second.sealed = false;
  move_entry(r.number, r.reason ? "held" : at->second.sealed ? "sealed" : "queued");
  const auto text = texts_.find(r.number);
  if (text == texts_.end()) return;
  const auto message = messages_.find(text->second);
  if (message == messages_.end()) return;
  move("message", message->second, r.reason ? "held" : "pending");
}

void Watch::take_in(const record::Sessions& r) {
  State& state = sessions_.try_emplace(r.peer, "-").first->second;
  move("session", state, session_state(r.sessions.view()));
}

void Watch::take_in(const record::Cleared& r) {
  for (auto at = messages_.begin(); at != messages_.end();) {
    const auto peer = peers_.find(at->first);
    at = peer != peers_.end() && peer->second == r.peer ? messages_.erase(at) : std::next(at);
  }
}

// --- what happens
// ---------------------------------------------------------------------------------

void Watch::link_lost() {
  for (auto& [number, entry] : entries_) {
    if (entry.state == "in flight") move("entry", entry.state, "sealed");
    if (entry.state == "blocked") move("entry", entry.state, entry.sealed ? "sealed" : "queued");
  }
}

void Watch::on_event(const Event& event) {
  if (const auto* opened = std::get_if<event::Opened>(&event)) {
    move("store", store_, opened->quarantined > 0 ? "quarantined" : "well");
  } else if (const auto* stopped = std::get_if<event::Stopped>(&event)) {
    move("store", store_, stopped->error == Error::kStorageFenced ? "fenced" : "stopped");
  } else if (const auto* storage = std::get_if<event::StorageChanged>(&event)) {
    move("store", store_, store_state(storage->error));
  } else if (const auto* connection = std::get_if<event::ConnectionChanged>(&event)) {
    const State to = connection_state_name(connection->state);
    if (to == "online" && connection_ == "proved") return;
    const auto is_open = [](State state) {
      return state == "online" || state == "proved" || state == "stalled";
    };
    if (is_open(connection_) && !is_open(to)) link_lost();
    move("connection", connection_, to);
  }
}

void Watch::on_transmit(const wire::ClientFrame& frame) {
  if (const auto* submit = std::get_if<wire::Submit>(&frame)) {
    for (const wire::SubmitItem& item : submit->items) {
      const auto at = by_envelope_.find(item.id);
      if (at != by_envelope_.end()) move_entry(at->second, "in flight");
    }
  } else if (const auto* claim = std::get_if<wire::Claim>(&frame)) {
    for (auto& [number, entry] : entries_) {
      if (entry.peer != claim->address || entry.state != "queued") continue;
      move("entry", entry.state, "blocked");
    }
  }
}

void Watch::on_answer(const wire::RelayFrame& frame) {
  const bool is_open = connection_ == "online" || connection_ == "stalled";
  if (std::holds_alternative<wire::Accepted>(frame) && is_open) {
    move("connection", connection_, "proved");
  } else if (const auto* refused = std::get_if<wire::Refused>(&frame)) {
    for (const wire::RefusedItem& item : refused->items) {
      const auto at = by_envelope_.find(item.id);
      if (at == by_envelope_.end()) continue;
      // Only a text is held: no user could try anything else again, so that it just waits.
      const bool waits = item.error == Error::kRateLimited || item.error == Error::kOverloaded ||
                         item.error == Error::kIdOutOfRange || !texts_.contains(at->second);
      if (waits) move_entry(at->second, "blocked");
    }
  }
}

}  // namespace homing::simulation
