#include <algorithm>

#include "engine/implementation.h"
#include "homing/limits.h"
#include "outbox/resend_id.h"
#include "plant.h"
#include "receipts/receipt_id.h"

namespace homing {

/// From lanes to frames: fills the window with what goes next, a place per lane and round, so that
/// one long lane does not keep the others waiting.
void Engine::Implementation::pump() {
  if (!connection_.online()) return;
  Batch batch;
  auto& lanes = outbox_.lanes();
  bool moved = true;
  while (moved && has_room()) {
    moved = false;
    auto it = last_served_ ? lanes.upper_bound(*last_served_) : lanes.begin();
    for (size_t left = lanes.size(); left > 0 && has_room(); --left, ++it) {
      if (it == lanes.end()) it = lanes.begin();
      if (!send_next(it->first, it->second, batch)) continue;
      last_served_ = it->first;
      moved = true;
    }
  }
  flush(batch);
}

bool Engine::Implementation::has_room() const {
  return HOMING_PLANT(window_overrun) ||
         window_.has_room(outbox_.in_flight(), outbox_.in_flight_bytes());
}

/// Whatever goes out now has to be answered in time, if it is a submit or a claim.
void Engine::Implementation::await_answers() {
  const auto& lanes = outbox_.lanes();
  const auto claims = [](const auto& it) { return it.second.claiming; };
  if (outbox_.in_flight() == 0 && std::none_of(lanes.begin(), lanes.end(), claims)) return;
  connection_.asked(outbox_.in_flight_bytes(), now_.monotonic_ms);
}

/// The relay has answered a submit or a claim. Gives how long that took, in ms.
uint64_t Engine::Implementation::note_answer() {
  const uint64_t took_ms = connection_.answered(now_.monotonic_ms);
  await_answers();
  take_connection_outputs({});
  return took_ms;
}

bool Engine::Implementation::send_next(const Address& peer, Lane& lane, Batch& batch) {
  if (lane.blocked(now_.monotonic_ms)) return false;
  OutboxEntry* entry = lane.next();
  if (!entry) return false;
  if (!entry->sealed() && !seal(peer, lane, *entry)) return false;
  // It waited for too long, or a clock was wrong.
  if (!id_in_range(entry->envelope_id)) renew_envelope_id(peer, *entry);
  const size_t bytes = wire::item_bytes_max(entry->envelope.size());
  if (batch.bytes + bytes > limits::kFrameBytesMax ||
      batch.frame.items.size() == limits::kBatchItemsMax) {
    flush(batch);
  }
  batch.bytes += bytes;
  batch.frame.items.push_back({entry->envelope_id, peer, entry->envelope});
  outbox_.hand_out(peer, *entry);
  return true;
}

/// Seals once; whatever happens later, these bytes are sent again and no others (I6).
bool Engine::Implementation::seal(const Address& peer, Lane& lane, OutboxEntry& entry) {
  if (!sessions_->can_seal(peer, now_.wall_ms)) {
    claim(peer, lane);
    return false;
  }
  Result<Bytes> envelope = sessions_->seal(peer, content_of(peer, entry), now_.wall_ms, random_);
  if (!envelope) {
    // The limits on text keep every envelope small enough; a session that cannot seal is replaced.
    HOMING_ASSERT(envelope.error() == Error::kNoSession);
    claim(peer, lane);
    return false;
  }
  store(record::Sealed{peer, entry.number(), envelope_id_of(entry), std::move(*envelope)});
  entry.sealed_at = conversations_.find(peer)->opened;
  return true;
}

Bytes Engine::Implementation::content_of(const Address& peer, const OutboxEntry& entry) const {
  switch (entry.what.kind) {
    case record::EntryKind::kText:
    case record::EntryKind::kResend: {
      const ConversationLog* log = conversations_.find(peer);
      const auto found = log->outgoing.find(entry.what.message);
      HOMING_ASSERT(found != log->outgoing.end());
      const Message& message = *found->second;
      return content::encode(
          content::Text{message.id, message.sequence, message.time_ms, message.text});
    }
    case record::EntryKind::kReceipt:
      return content::encode(content::Receipt{entry.what.receipt, entry.what.ids});
    case record::EntryKind::kIntroduction:
      return content::encode(
          content::Introduction{conversations_.find(peer)->contact.invite_mark, settings_.name});
    case record::EntryKind::kRetryRequest:
      return content::encode(content::RetryRequest{entry.what.ids});
  }
  HOMING_ASSERT(false);
}

MessageId Engine::Implementation::envelope_id_of(const OutboxEntry& entry) {
  switch (entry.what.kind) {
    case record::EntryKind::kText:
      return entry.what.message;
    case record::EntryKind::kReceipt:
      return receipt_id(entry.what, now_.wall_ms);
    case record::EntryKind::kResend:
      return MessageId::derive(now_.wall_ms, resend_tail(entry.what.message));
    case record::EntryKind::kIntroduction:
    case record::EntryKind::kRetryRequest:
      return MessageId::create(now_.wall_ms, random_);
  }
  HOMING_ASSERT(false);
}

/// The message keeps its own id inside, by which the recipient still recognises repeats.
void Engine::Implementation::renew_envelope_id(const Address& peer, const OutboxEntry& entry) {
  const MessageId fresh = entry.has_text()
                              ? MessageId::derive(relay_now_ms(), resend_tail(entry.what.message))
                              : MessageId::create(relay_now_ms(), random_);
  store(record::Sealed{peer, entry.number(), fresh, entry.envelope});
}

bool Engine::Implementation::id_in_range(const MessageId& id) const {
  // A minute inside of what the relay takes, for the time under way.
  constexpr uint64_t kMarginMs = 60'000;
  return id.time_ms() + limits::kIdAgeMsMax > relay_now_ms() + kMarginMs &&
         id.time_ms() + kMarginMs < relay_now_ms() + limits::kIdAheadMsMax;
}

void Engine::Implementation::claim(const Address& peer, Lane& lane) {
  lane.claiming = true;
  transmit(wire::Claim{peer});
}

void Engine::Implementation::flush(Batch& batch) {
  if (batch.frame.items.empty()) return;
  batch.frame.generation = tell_generation();
  transmit(std::move(batch.frame));
  batch = {};
}

/// What the relay refused for good is sealed anew before it goes again, if the peer has written
/// since: both sides may have gone on so far that the recipient has forgotten its key
/// (limits::kSkippedKeyStepsMax). Not every time, because each sealing is one more message for the
/// recipient to jump over (limits::kRatchetJumpMax). The envelope keeps its id.
bool Engine::Implementation::is_stale(const Address& peer, const OutboxEntry& entry) const {
  return entry.sealed_at != conversations_.find(peer)->opened && !HOMING_PLANT(retry_keeps_bytes);
}

/// What the relay is told about how far this store has come. It is stored before it is told, and
/// nothing else counts: work done offline after a rollback must not look like the lost state.
uint64_t Engine::Implementation::tell_generation() {
  const uint64_t told = std::max(mailbox_.told, journal_.generation()) + 1;
  store(record::Mailbox{mailbox_.store_id, mailbox_.place, told});
  return told;
}

void Engine::Implementation::block(Lane& lane, uint64_t pause_ms, WaitReason reason,
                                   std::optional<Error> error) {
  lane.claiming = false;
  lane.blocked_until_ms = now_.monotonic_ms + std::min(pause_ms, limits::kRetryAfterMsMax);
  lane.blocked_reason = reason;
  lane.blocked_error = error;
}

void Engine::Implementation::on_frame(const wire::Bundle& f) {
  Lane* lane = outbox_.lane(f.address);
  if (!lane || !lane->claiming) return;
  lane->claiming = false;
  note_answer();
  if (!f.bundle) {
    return block(*lane, limits::kClaimRetryMs, WaitReason::kNoPrekeys, Error::kUnknownAddress);
  }
  const Result<PrekeyBundle> bundle = decode_bundle(*f.bundle);
  if (!bundle) return block(*lane, limits::kClaimRetryMs, WaitReason::kNoPrekeys, bundle.error());
  const Result<void> begun = sessions_->begin(f.address, *bundle, now_.wall_ms, random_);
  if (!begun) block(*lane, limits::kClaimRetryMs, WaitReason::kNoPrekeys, begun.error());
}

void Engine::Implementation::on_frame(const wire::Accepted& f) {
  std::map<Address, std::vector<uint64_t>> numbers;
  for (const MessageId& id : f.ids) {
    if (const auto entry = outbox_.take_in_flight(id))
      numbers[entry->peer].push_back(entry->number);
  }
  if (numbers.empty()) return;
  for (auto& [peer, accepted] : numbers) settle(peer, std::move(accepted));
  connection_.worked();
  window_.accepted(note_answer());
}

/// The relay has these entries: they leave their lane, and messages among them are `sent`.
void Engine::Implementation::settle(const Address& peer, std::vector<uint64_t> numbers) {
  std::vector<MessageId> texts;
  Lane* lane = outbox_.lane(peer);
  for (const uint64_t number : numbers) {
    const OutboxEntry* entry = lane ? lane->find(number) : nullptr;
    if (entry && entry->what.kind == record::EntryKind::kText) texts.push_back(entry->what.message);
  }
  store(record::Settled{peer, std::move(numbers)});
  if (texts.empty()) return;
  const MessageStatus reached =
      HOMING_PLANT(tick_forged) ? MessageStatus::kDelivered : MessageStatus::kSent;
  std::vector<MessageId> changed = store(record::StatusStored{peer, reached, std::move(texts)});
  conversation_changed(peer);
  if (changed.empty()) return;
  emit(Event(event::StatusChanged{peer, reached, std::nullopt, std::move(changed)}));
}

void Engine::Implementation::on_frame(const wire::Refused& f) {
  for (const wire::RefusedItem& item : f.items) refused(item);
  note_answer();
}

void Engine::Implementation::refused(const wire::RefusedItem& item) {
  const auto taken = outbox_.take_in_flight(item.id);
  if (!taken) return;
  Lane& lane = *outbox_.lane(taken->peer);
  OutboxEntry& entry = *lane.find(taken->number);
  const bool is_text = entry.what.kind == record::EntryKind::kText;
  if (entry.has_text() && !conversations_.find(taken->peer)->find(entry.what.message)) {
    // Its conversation was deleted while it was under way.
    store(record::Settled{taken->peer, {taken->number}});
    return;
  }
  if (item.error == Error::kIdOutOfRange) {
    // The relay's clock is not what it said: the next `ready` tells it anew.
    renew_envelope_id(taken->peer, entry);
    block(lane, limits::kBackoffMsMin, WaitReason::kConnecting, item.error);
    std::vector<Output> outputs;
    connection_.fail(item.error, 0, now_.monotonic_ms, outputs);
    return take_connection_outputs(std::move(outputs));
  }
  const bool temporary = item.error == Error::kRateLimited || item.error == Error::kOverloaded;
  if (temporary || !is_text) {
    if (!temporary && is_stale(taken->peer, entry)) {
      store(record::Held{taken->peer, taken->number, std::nullopt, true});
    }
    const uint64_t pause_ms =
        std::max(item.retry_after_ms, temporary ? limits::kBackoffMsMin : limits::kClaimRetryMs);
    return block(lane, pause_ms, WaitReason::kRateLimited, item.error);
  }
  store(record::Held{taken->peer, taken->number, item.error, false});
  conversation_changed(taken->peer);
  emit(Event(
      event::StatusChanged{taken->peer, MessageStatus::kHeld, item.error, {entry.what.message}}));
}

}  // namespace homing
