// What goes over the wire: nothing before it is durable (I5), one key for one message and the same
// bytes at every attempt (I6), no plaintext (I7), the window (I9), lanes in order (I3).

#include <algorithm>

#include "homing/limits.h"
#include "session/envelope.h"
#include "session/prekey_bundle.h"
#include "session/prekey_store.h"
#include "session/primitives.h"
#include "simulation/ledger.h"
#include "simulation/oracle.h"
#include "wire/frame.h"

namespace homing::simulation {
namespace {

std::string name(const Client& client) { return "client " + std::to_string(client.index()); }

std::optional<uint64_t> message_key_of(ByteView envelope_bytes) {
  const Result<Envelope> envelope = decode_envelope(envelope_bytes);
  if (!envelope || envelope->body.size() < kAeadNonceBytes) return std::nullopt;
  return ledger().key_of(ByteView(envelope->body).first(kAeadNonceBytes));
}

/// Whether the private half of each published key is among these. Ids name keys for ever, so that
/// only two of the keys themselves are compared: deriving all of them takes longer than the rest.
bool holds(const PrekeyStore& store, const PrekeyPublication& published) {
  const uint32_t signed_id = published.signed_prekey.id;
  const uint32_t last_resort = published.last_resort.id;
  const Result<PrekeyStore::PrivateKeys> keys = store.find(signed_id, std::nullopt, last_resort);
  if (!keys || x25519::public_key(*keys->signed_prekey) != published.signed_prekey.key ||
      xwing::public_key(*keys->kem_seed) != published.last_resort.key) {
    return false;
  }
  for (const SignedPrekey& key : published.one_time) {
    if (!store.find(signed_id, key.id, last_resort)) return false;
  }
  for (const KemPrekey& key : published.one_time_kem) {
    if (!store.find(signed_id, std::nullopt, key.id)) return false;
  }
  return true;
}

}  // namespace

void Oracle::on_transmit(Client& client, uint64_t instance, uint64_t connection, ByteView bytes) {
  if (Texts::leaks(bytes)) judge_.violate("I7", "a frame holds plaintext");
  if (!ledger().misuse().empty()) judge_.violate("I6", ledger().misuse());
  if (bytes.size() > limits::kFrameBytesMax) judge_.violate("I9", "a frame over its bound");
  const Result<wire::ClientFrame> frame = wire::decode_client_frame(bytes);
  if (!frame) return judge_.violate("wire", name(client) + " sends a malformed frame");
  if (Watch* watch = client.watch(instance)) watch->on_transmit(*frame);
  if (const auto* submit = std::get_if<wire::Submit>(&*frame)) {
    check_submit(client, windows_[{instance, connection}], *submit);
  } else if (const auto* publish = std::get_if<wire::Publish>(&*frame)) {
    check_publish(client, instance, *publish);
  } else if (const auto* ack = std::get_if<wire::Ack>(&*frame)) {
    if (ack->up_to > client.model().place()) {
      judge_.violate("I5", name(client) + " acknowledges what is not stored");
    }
  }
}

/// Whoever is given a prekey must find its owner able to open what they write, after a crash too.
void Oracle::check_publish(Client& client, uint64_t instance, const wire::Publish& publish) {
  const Result<PrekeyPublication> published = decode_publication(publish.publication);
  if (!published) return judge_.violate("wire", name(client) + " publishes malformed prekeys");
  for (const Bytes& bytes : client.model_of(instance).recent_prekeys()) {
    ByteReader from(bytes);
    const Result<PrekeyStore> stored = PrekeyStore::decode(from);
    if (stored && holds(*stored, *published)) return;
  }
  judge_.violate("I5", name(client) + " publishes a prekey that is not stored");
}

void Oracle::check_submit(Client& client, Window& window, const wire::Submit& submit) {
  for (const wire::SubmitItem& item : submit.items) {
    if (!client.model().has_sealed(item.envelope)) {
      judge_.violate("I5", name(client) + " sends an envelope that is not stored");
    }
    const MessageId message = client.model().message_of(item.id);
    under_[item.id] = message;
    check_order(client, window, item, message);
    check_key(client, item, message);
    window.outstanding[item.id] = item.envelope.size();
  }
  // Those that a receipt has settled while their frame waited for its commit do not count.
  size_t open = 0;
  size_t bytes = 0;
  for (const auto& [id, size] : window.outstanding) {
    const auto* known = client.model().find(client.model().message_of(id));
    if (known && known->status != MessageStatus::kPending) continue;
    ++open;
    bytes += size;
  }
  if (!window.proved && open > 1) {
    judge_.violate("I9", name(client) + " sends before its connection is proved");
  }
  const size_t last = submit.items.back().envelope.size();
  if (open > limits::kInFlightEntriesMax || bytes > limits::kInFlightBytesMax + last) {
    judge_.violate("I9", name(client) + " has more in flight than its window");
  }
}

void Oracle::check_order(Client& client, Window& window, const wire::SubmitItem& item,
                         const MessageId& message) {
  const auto at = tracked_.find(message);
  if (at == tracked_.end()) return;
  const Tracked& tracked = at->second;
  if (tracked.held) judge_.violate("I1", name(client) + " sends a held message unasked");
  // A second time on one connection: the relay has asked for it.
  if (!window.sent.insert(message).second || tracked.ever_held || tracked.sequence == 0) return;
  uint64_t& last = window.last_sequence[item.to];
  if (tracked.sequence < last) judge_.violate("I3", name(client) + " sends out of order");
  last = tracked.sequence;
}

void Oracle::check_key(Client& client, const wire::SubmitItem& item, const MessageId& message) {
  if (client.has_lost()) return;  // what must hold even then is checked in on_stored()
  const uint64_t bytes = hash_of(item.envelope);
  if (const std::optional<uint64_t> key = message_key_of(item.envelope)) {
    const auto [at, first] = sent_with_key_.try_emplace(*key, bytes);
    if (!first && at->second != bytes) {
      judge_.violate("I6", name(client) + " seals two messages with one key");
    }
  }
  const auto tracked = tracked_.find(message);
  // Refused for good and then tried again by its user: that is a new attempt.
  if (tracked != tracked_.end() && tracked->second.ever_held) return;
  const auto [at, first] = sent_bytes_.try_emplace({client.index(), message}, bytes);
  if (!first && at->second != bytes) {
    judge_.violate("I6", name(client) + " retries with other bytes");
  }
}

void Oracle::on_answer(Client& client, uint64_t instance, uint64_t connection, ByteView bytes) {
  const Result<wire::RelayFrame> frame = wire::decode_relay_frame(bytes);
  if (!frame) return;
  if (Watch* watch = client.watch(instance)) watch->on_answer(*frame);
  Window& window = windows_[{instance, connection}];
  const auto answered = [&window](const MessageId& id) {
    const auto at = window.outstanding.find(id);
    if (at == window.outstanding.end()) return;
    window.outstanding.erase(at);
  };
  if (const auto* accepted = std::get_if<wire::Accepted>(&*frame)) {
    window.proved = true;
    for (const MessageId& id : accepted->ids) answered(id);
  } else if (const auto* refused = std::get_if<wire::Refused>(&*frame)) {
    for (const wire::RefusedItem& item : refused->items) answered(item.id);
  } else if (const auto* deliver = std::get_if<wire::Deliver>(&*frame)) {
    // A receipt among them may settle what the relay has not answered for yet.
    if (!deliver->items.empty()) window.outstanding.clear();
    for (const wire::DeliverItem& item : deliver->items) {
      const Result<Envelope> envelope = decode_envelope(item.envelope);
      if (envelope && envelope->first && envelope->first->one_time_prekey_id) {
        const Client* sender = client_at(item.from);
        if (sender && malice_ == Malice::kNone && !sender->has_lost() && !client.has_lost()) {
          of_[client.index()].one_time_used[*envelope->first->one_time_prekey_id] = item.place;
        }
      }
    }
  }
}

void Oracle::on_stored(const relay::Batch& batch, const relay::BatchOutcome& outcome) {
  for (size_t i = 0; i < batch.messages.size(); ++i) {
    if (outcome.appended[i] != relay::AppendOutcome::kStored) continue;
    const relay::NewMessage& message = batch.messages[i];
    const uint64_t bytes = hash_of(message.envelope);
    // Even a store that was rolled back must not lead to this: the relay tells its device.
    if (const std::optional<uint64_t> key = message_key_of(message.envelope)) {
      const auto [at, first] = stored_with_key_.try_emplace(*key, bytes);
      if (!first && at->second != bytes && !relay_lost_) {
        judge_.violate("I6", "the relay holds two envelopes under one message key");
      }
    }
    const Client* sender = client_at(message.from);
    const auto at = tracked_.find(sender ? sender->model().message_of(message.id) : message.id);
    if (at != tracked_.end()) at->second.at_relay = true;
  }
}

}  // namespace homing::simulation
