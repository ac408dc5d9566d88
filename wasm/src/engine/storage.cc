#include <algorithm>

#include "engine/implementation.h"
#include "homing/limits.h"
#include "plant.h"

namespace homing {

void Engine::Implementation::on(const input::StorageLoaded& loaded) {
  if (open() || stopped_) return;
  Result<Journal::Replay> replay = journal_.load(loaded.files);
  if (!replay) return stop(replay.error());
  if (replay->fresh && options_.must_exist) return stop(Error::kStorageGone);
  if (replay->fresh) {
    begin_profile();
  } else {
    if (!restore(std::move(replay->records))) return stop(Error::kStorageCorrupt);
    if (replay->incomplete) distrust_state(journal_.generation());
    if (replay->restored) {
      // Above whatever the original tells from now on, so that the relay knows the newer of the
      // two, and their messages stand one behind the other.
      const uint64_t told = mailbox_.told + limits::kGenerationsMovedBy;
      journal_.raise_generation(told);
      store(record::Mailbox{mailbox_.store_id, mailbox_.place, told});
      distrust_state(told);
    }
  }
  emit(Event(event::Opened{sessions_->identity().address(), replay->quarantined}));
  std::vector<Output> outputs;
  connection_.start(now_.monotonic_ms, outputs);
  take_connection_outputs(std::move(outputs));
}

/// What is known may be an older state than others have seen. A ratchet state must not seal again,
/// what the relay hands out may be prekeys whose private halves are lost, and a message number must
/// not be given again: the recipient orders by it (I3). Each message takes at least one record, so
/// that no number was ever above the generation it was told under. Numbers go on above
/// `generation`, the highest that is known of, and what has not been sealed yet does so too.
void Engine::Implementation::distrust_state(uint64_t generation) {
  drop_orphans();
  sessions_->archive_all();
  sessions_->renew_prekeys(now_.wall_ms, random_);
  settings_.first_sequence = std::max(settings_.first_sequence, generation + 1);
  store_settings();
  for (const auto& [peer, log] : conversations_.all()) {
    std::vector<Message> unsealed;
    if (const Lane* lane = std::as_const(outbox_).lane(peer)) {
      for (const OutboxEntry& entry : lane->entries) {
        if (entry.what.kind != record::EntryKind::kText || entry.sealed()) continue;
        unsealed.push_back(*log.find(entry.what.message));
      }
    }
    std::sort(unsealed.begin(), unsealed.end(),
              [](const Message& a, const Message& b) { return a.sequence < b.sequence; });
    record::ConversationInfo info = log.info;
    info.next_sequence = std::max(info.next_sequence, generation + 1);
    for (Message& message : unsealed) {
      message.sequence = info.next_sequence++;
      store(record::MessageStored{std::move(message), false});
    }
    store(info);
  }
}

/// Entries whose person or message was in a commit that is lost: there is nothing to seal. What was
/// sealed before goes out all the same.
void Engine::Implementation::drop_orphans() {
  std::vector<record::Settled> orphans;
  for (const auto& [peer, lane] : std::as_const(outbox_).lanes()) {
    record::Settled of_peer{peer, {}};
    const bool known = know(peer);
    for (const OutboxEntry& entry : lane.entries) {
      const bool message_lost = known && entry.has_text() && !entry.sealed() &&
                                !conversations_.find(peer)->find(entry.what.message);
      if (!known || message_lost) of_peer.numbers.push_back(entry.number());
    }
    if (!of_peer.numbers.empty()) orphans.push_back(std::move(of_peer));
  }
  for (const record::Settled& of_peer : orphans) store(of_peer);
}

void Engine::Implementation::begin_profile() {
  Identity identity = Identity::generate(random_);
  PrekeyStore prekeys = PrekeyStore::generate(now_.wall_ms, random_);
  sessions_ = std::make_unique<SessionBook>(std::move(identity), std::move(prekeys));
  random_.fill(settings_.invite_mark);
  store_settings();
  SecretWriter out;
  sessions_->prekeys().encode(out);
  journal_.append(record::Prekeys{out.take()});
}

/// False when what makes a profile is not among the records, or cannot be read.
bool Engine::Implementation::restore(std::vector<Record> records) {
  std::optional<Identity> identity;
  std::optional<PrekeyStore> prekeys;
  // Each replaces the one before it, and only the last is worth decoding.
  std::map<Address, const record::Sessions*> latest_sessions;
  const record::Prekeys* latest_prekeys = nullptr;
  const record::Profile* latest_profile = nullptr;
  for (const Record& record : records) {
    std::visit(
        [&](const auto& r) {
          using T = std::decay_t<decltype(r)>;
          if constexpr (std::is_same_v<T, record::Profile>) {
            latest_profile = &r;
          } else if constexpr (std::is_same_v<T, record::Prekeys>) {
            latest_prekeys = &r;
          } else if constexpr (std::is_same_v<T, record::Sessions>) {
            latest_sessions[r.peer] = &r;
          } else {
            apply(r);
          }
        },
        record);
  }
  if (!latest_profile || !latest_prekeys) return false;
  settings_ = {latest_profile->name, latest_profile->read_receipts,
               latest_profile->delivered_receipts, latest_profile->invite_mark,
               latest_profile->first_sequence};
  ByteReader identity_in(latest_profile->identity.view());
  ByteReader prekeys_in(latest_prekeys->store.view());
  Result<Identity> read_identity = Identity::decode(identity_in);
  Result<PrekeyStore> read_prekeys = PrekeyStore::decode(prekeys_in);
  if (!read_identity || !read_prekeys) return false;
  sessions_ = std::make_unique<SessionBook>(std::move(*read_identity), std::move(*read_prekeys));
  for (const auto& [peer, record] : latest_sessions) {
    // Without its sessions a conversation still works: a fresh handshake makes new ones.
    if (!sessions_->decode_peer(peer, record->sessions.view())) continue;
  }
  return true;
}

/// The records of the whole state, in an order in which they can be applied.
void Engine::Implementation::write_state() {
  const auto write = [this](Record record) { journal_.append(record); };
  store_settings();
  SecretWriter prekeys;
  sessions_->prekeys().encode(prekeys);
  write(record::Prekeys{prekeys.take()});
  for (const Address& peer : sessions_->peers()) {
    write(record::Sessions{peer, sessions_->encode_peer(peer)});
  }
  conversations_.snapshot(write);
  if (!HOMING_PLANT(snapshot_drops_outbox)) outbox_.snapshot(write);
  write(mailbox_);
}

void Engine::Implementation::store_settings() {
  SecretWriter out;
  sessions_->identity().encode(out);
  journal_.append(record::Profile{out.take(), settings_.name, settings_.read_receipts,
                                  settings_.delivered_receipts, settings_.invite_mark,
                                  settings_.first_sequence});
}

/// Ratchets that have moved, in the same commit as what they sealed or opened.
void Engine::Implementation::store_sessions() {
  for (const Address& peer : sessions_->take_changed_peers()) {
    journal_.append(record::Sessions{peer, sessions_->encode_peer(peer)});
  }
  if (!sessions_->take_prekeys_changed()) return;
  SecretWriter out;
  sessions_->prekeys().encode(out);
  journal_.append(record::Prekeys{out.take()});
}

void Engine::Implementation::apply(const record::Held& held) {
  if (const Lane* lane = std::as_const(outbox_).lane(held.peer)) {
    for (const OutboxEntry& entry : lane->entries) {
      if (entry.number() != held.number) continue;
      if (entry.what.kind == record::EntryKind::kText) {
        conversations_.apply(held, entry.what.message);
      }
      break;
    }
  }
  outbox_.apply(held);
}

std::optional<output::Commit> Engine::Implementation::next_commit() {
  if (!open()) return std::nullopt;
  if (storage_error_ && now_.monotonic_ms < storage_retry_ms_) return std::nullopt;
  if (!journal_.commit_under_way() && journal_.wants_snapshot()) {
    journal_.start_snapshot();
    write_state();
    journal_.end_group();
  }
  return journal_.begin_commit();
}

void Engine::Implementation::on(const input::Committed& committed) {
  if (!journal_.committed(committed.number) || !storage_error_) return;
  storage_error_.reset();
  storage_backoff_.reset();
  emit_now(Event(event::StorageChanged{std::nullopt, journal_.unsaved()}));
}

void Engine::Implementation::on(const input::CommitFailed& failed) {
  if (!journal_.commit_failed(failed.number)) return;
  if (failed.error == Error::kStorageFenced && !HOMING_PLANT(fence_ignored)) {
    return stop(failed.error);
  }
  storage_error_ = failed.error;
  storage_retry_ms_ = now_.monotonic_ms + storage_backoff_.next(random_);
  emit_now(Event(event::StorageChanged{failed.error, journal_.unsaved()}));
}

}  // namespace homing
