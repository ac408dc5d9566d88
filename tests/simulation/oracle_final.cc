// What must have come about when all faults have ended: everything saved is with its recipient,
// once, in order, and its sender knows (I1, I2, I3).

#include <algorithm>

#include "session/prekey_store.h"
#include "simulation/oracle.h"

namespace homing::simulation {
namespace {

std::string name(const Client& client) { return "client " + std::to_string(client.index()); }

}  // namespace

/// "" when the message is where it must be.
std::string Oracle::missing(const MessageId& id, const Tracked& tracked) {
  if (!tracked.excuse.empty()) return "";
  Client* sender = client_at(tracked.from_address);
  Client* recipient = client_at(tracked.to_address);
  if (!sender || !recipient || !sender->engine() || !recipient->engine()) return "nobody is there";
  const std::optional<Message> sent = sender->engine()->message(tracked.to_address, id);
  const std::optional<Message> received = recipient->engine()->message(tracked.from_address, id);
  if (!sent) return tracked.saved ? "gone at its sender" : "";
  if (sent->status == MessageStatus::kCancelled) {
    return received && !sender->has_lost() && !tracked.ever_held
               ? "cancelled, and received all the same"
               : "";
  }
  if (sent->status == MessageStatus::kHeld) return "still held";
  if (!received) {
    return "not received, status " + std::string(status_name(sent->status)) + ", why " +
           std::string(wait_reason_name(sender->engine()->why(tracked.to_address, id).reason));
  }
  const bool may_differ = tracked.edited && (tracked.ever_held || sender->has_lost());
  if (sent->text != received->text && !may_differ) return "received with another text";
  if (sent->status < MessageStatus::kDelivered && !recipient->has_lost() && !sender->has_lost() &&
      malice_ == Malice::kNone && !relay_lost_ && !of_[recipient->index()].silent) {
    return "received, but its sender does not know";
  }
  return "";
}

bool Oracle::is_at_recipient(const MessageId& id, const Tracked& tracked) {
  Client* recipient = client_at(tracked.to_address);
  return recipient && recipient->engine() &&
         recipient->engine()->message(tracked.from_address, id).has_value();
}

bool Oracle::all_is_well() {
  if (malice_loses(malice_)) return true;
  return std::all_of(tracked_.begin(), tracked_.end(),
                     [this](const auto& it) { return missing(it.first, it.second).empty(); });
}

void Oracle::check_conversation(Client& client, const Address& peer) {
  const std::vector<Message> all = client.engine()->messages(peer, std::nullopt, SIZE_MAX);
  std::set<MessageId> seen;
  uint64_t last = 0;
  const Tracked* before = nullptr;
  for (const Message& message : all) {
    if (!seen.insert(message.id).second) {
      judge_.violate("I2", name(client) + " holds a message twice");
    }
    if (message.outgoing) continue;
    // A relay that has lost its store cannot tell its sender that the sender's was rolled back.
    const Client* sender = client_at(peer);
    const bool knows = !relay_lost_ || (sender && !sender->has_lost());
    if (knows && message.sequence <= last) {
      judge_.violate("I3", name(client) + " shows messages out of order");
    }
    last = message.sequence;
    // By what its sender was told, and not only by the number the sender has given it.
    const auto at = tracked_.find(message.id);
    if (at == tracked_.end() || !knows || at->second.sent_at == 0 || at->second.ever_held ||
        at->second.cancelled) {
      continue;
    }
    if (before && at->second.sent_at < before->sent_at) {
      // What did not arrive the first time, could not be opened, or was lost there, comes again,
      // behind what its sender no longer knows of.
      const bool comes_again =
          at->second.lost_by_recipient || at->second.unreadable || malice_loses(malice_);
      if (before->lost_by_sender && comes_again) continue;
      judge_.violate("I3", name(client) + " shows messages in another order than that of sending");
    }
    before = &at->second;
  }
}

/// The private half of a one-time prekey is gone once its first message was opened.
void Oracle::check_one_time_keys(Client& client) {
  ByteReader from(client.model().prekeys());
  const Result<PrekeyStore> store = PrekeyStore::decode(from);
  if (!store) return;
  if (client.has_lost() || relay_lost_ || malice_ != Malice::kNone) return;
  for (const auto& [id, place] : of_[client.index()].one_time_used) {
    if (place > client.model().place()) continue;
    // Any signed and KEM prekey will do; 1 and 2 are those a profile begins with.
    const auto kept = store->find(1, id, 2);
    if (kept && kept->one_time_prekey) {
      judge_.violate("forward secrecy", name(client) + " keeps a one-time key that was used");
    }
  }
}

void Oracle::check_final() {
  for (Client* client : clients_) {
    if (!client->engine()) {
      judge_.violate("liveness", name(*client) + " is not open");
      return;
    }
    for (const Conversation& conversation : client->engine()->conversations()) {
      check_conversation(*client, conversation.peer);
    }
    check_one_time_keys(*client);
  }
  for (const auto& [id, tracked] : tracked_) {
    if (tracked.stored_at_recipient) ++judge_.statistics.delivered;
    if (tracked.unreadable) ++judge_.statistics.unreadable_texts;
    if (tracked.unreadable && is_at_recipient(id, tracked)) ++judge_.statistics.came_again;
    if (malice_loses(malice_)) continue;
    const std::string what = missing(id, tracked);
    if (!what.empty()) {
      judge_.violate("I1", "client " + std::to_string(tracked.from) + "'s message " + id.to_text() +
                               " (its number " + std::to_string(tracked.sequence) + "): " + what);
    }
  }
}

std::vector<std::pair<Address, MessageId>> Oracle::held(Client& client) const {
  std::vector<std::pair<Address, MessageId>> out;
  Engine* engine = client.engine();
  const auto sent = sent_by_.find(client.index());
  if (!engine || sent == sent_by_.end()) return out;
  for (const MessageId& id : sent->second) {
    const Address& to = tracked_.at(id).to_address;
    const std::optional<Message> message = engine->message(to, id);
    if (message && message->status == MessageStatus::kHeld) out.emplace_back(to, id);
  }
  return out;
}

std::optional<std::pair<Address, MessageId>> Oracle::message_of(Client& client, uint32_t n) const {
  const auto sent = sent_by_.find(client.index());
  if (sent == sent_by_.end() || sent->second.empty()) return std::nullopt;
  // The latest are the ones that still wait.
  const size_t back = n % std::min<size_t>(sent->second.size(), 5);
  const MessageId& id = sent->second[sent->second.size() - 1 - back];
  return std::pair(tracked_.at(id).to_address, id);
}

}  // namespace homing::simulation
