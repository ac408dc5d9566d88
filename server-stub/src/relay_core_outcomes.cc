#include <algorithm>
#include <utility>

#include "relay_core.h"
#include "session/prekey_bundle.h"

namespace homing::relay {
namespace {

/// What one commit has to tell one sender.
struct Answers {
  wire::Accepted accepted;
  wire::Refused refused;
};

uint64_t before(uint64_t now_ms, uint64_t age_ms) { return now_ms > age_ms ? now_ms - age_ms : 0; }

/// What one Deliver holds, unless a single message is larger: on the slowest link that is served it
/// arrives well before its recipient takes the silence for the end of the connection.
constexpr size_t kDeliverBytesMax = 16 * 1024;

/// The items of a page in as few frames as the limits allow.
std::vector<wire::Deliver> pack(const Page& page) {
  std::vector<wire::Deliver> out;
  size_t bytes = 0;
  for (const StoredMessage& message : page.messages) {
    const size_t size = wire::item_bytes_max(message.envelope.size());
    if (out.empty() || out.back().items.size() == limits::kBatchItemsMax ||
        bytes + size > kDeliverBytesMax) {
      out.emplace_back();
      bytes = wire::kBatchHeadBytesMax;
    }
    bytes += size;
    out.back().items.push_back({.place = message.place,
                                .from = message.from,
                                .id = message.id,
                                .envelope = message.envelope});
  }
  return out;
}

/// Sends a batch frame in parts of kBatchItemsMax.
template <typename Frame, typename Items, typename SendFrame>
void send_in_parts(Frame frame, Items Frame::*items, const SendFrame& send_frame) {
  Items& all = frame.*items;
  for (size_t from = 0; from < all.size(); from += limits::kBatchItemsMax) {
    const size_t to = std::min(all.size(), from + limits::kBatchItemsMax);
    Frame part;
    part.*items =
        Items(all.begin() + static_cast<ptrdiff_t>(from), all.begin() + static_cast<ptrdiff_t>(to));
    send_frame(std::move(part));
  }
}

}  // namespace

void RelayCore::on_committed(Ticket ticket, const Result<BatchOutcome>& outcome, Time now) {
  if (stopped_) return;
  HOMING_ASSERT(commit_under_way_ == ticket);
  commit_under_way_.reset();
  const Waiters waiters = std::exchange(waiters_, {});
  if (!outcome) {
    finish_stop(true);
    return;
  }
  ++counters_.commits;
  for (size_t i = 0; i < waiters.attachers.size(); ++i) {
    tell_attached(waiters.attachers[i], outcome->attached[i], now);
  }
  for (const Waiters::Publisher& publisher : waiters.publishers) tell_published(publisher);
  for (size_t i = 0; i < waiters.claimers.size(); ++i) {
    tell_claimed(waiters.claimers[i], outcome->claimed[i]);
  }
  tell_appended(waiters.senders, outcome->appended);
  // Those with nothing but unacknowledged messages are among them; looking again is cheap.
  for (const Address& mailbox : outcome->swept) wake(mailbox);
  if (waiters.expire) {
    expire_from_ = outcome->expired.next_place;
    expiring_ = false;
    // A walk that finds something goes on at once; otherwise the next housekeeping does.
    if (outcome->expired.removed > 0 && expire_from_ != 0) expire_a_step(now);
  }
  pump_commit(now);
}

void RelayCore::tell_attached(const Waiters::Attacher& attacher, const Attached& attached,
                              Time now) {
  const ConnectionId id = attacher.connection;
  ConnectionState* state = find(id);
  if (state == nullptr || state->phase != Phase::kAttaching) {
    pending_.detach({attacher.mailbox, attached.epoch});
    return;
  }
  state->phase = Phase::kReady;
  state->epoch = attached.epoch;
  state->last_place_at_attach = attached.last_place;
  ++counters_.authenticated;
  deadlines_.set(id, now.monotonic_ms + options_.heartbeat_ms);
  effects_.push_back(effect::Authenticated{id});
  send(id, wire::Ready{.now_ms = now.wall_ms,
                       .generation = attached.generation,
                       .store_id = store_id_,
                       .retention_ms = options_.retention_ms,
                       .one_time_prekeys = attached.prekeys.one_time,
                       .one_time_kem_prekeys = attached.prekeys.one_time_kem,
                       .has_prekeys = attached.prekeys.published});
  pump_delivery(id, *state);
}

void RelayCore::tell_published(const Waiters::Publisher& publisher) {
  ConnectionState* state = find_ready(publisher.connection);
  if (state == nullptr) return;
  state->prekeys_low_told = false;
  send(publisher.connection, wire::Published{.upload = publisher.upload});
}

void RelayCore::tell_claimed(const Waiters::Claimer& claimer, const Claimed& claimed) {
  ++counters_.claims;
  if (claimed.bundle) tell_prekeys_low(claimer.mailbox, claimed.left);
  if (find_ready(claimer.connection) == nullptr) return;
  wire::Bundle frame{.address = claimer.mailbox, .bundle = std::nullopt};
  if (claimed.bundle) frame.bundle = encode_bundle(*claimed.bundle);
  send(claimer.connection, std::move(frame));
}

void RelayCore::tell_prekeys_low(const Address& owner, const PrekeyCounts& left) {
  if (left.one_time >= options_.prekeys_low && left.one_time_kem >= options_.kem_prekeys_low) {
    return;
  }
  const auto device = device_connection_.find(owner);
  if (device == device_connection_.end()) return;
  ConnectionState* state = find_ready(device->second);
  if (state == nullptr || state->prekeys_low_told) return;
  state->prekeys_low_told = true;
  send(device->second, wire::PrekeysLow{.one_time_prekeys = left.one_time,
                                        .one_time_kem_prekeys = left.one_time_kem});
}

void RelayCore::tell_appended(const std::vector<Waiters::Sender>& senders,
                              const std::vector<AppendOutcome>& outcomes) {
  std::vector<std::pair<ConnectionId, Answers>> answers;  // in the order of first appearance
  std::unordered_map<ConnectionId, size_t> answer_at;
  for (size_t i = 0; i < senders.size(); ++i) {
    const Waiters::Sender& sender = senders[i];
    const auto [at, first] = answer_at.try_emplace(sender.connection, answers.size());
    if (first) answers.push_back({sender.connection, {}});
    Answers& answer = answers[at->second].second;
    switch (outcomes[i]) {
      case AppendOutcome::kDuplicate:
        ++counters_.duplicates;
        [[fallthrough]];
      case AppendOutcome::kStored:
        ++counters_.accepted;
        answer.accepted.ids.push_back(sender.id);
        break;
      case AppendOutcome::kUnknownAddress:
        answer.refused.items.push_back({.id = sender.id, .error = Error::kUnknownAddress});
        break;
      case AppendOutcome::kMailboxFull:
        answer.refused.items.push_back({.id = sender.id, .error = Error::kMailboxFull});
        break;
    }
    ConnectionState* state = find(sender.connection);
    if (state != nullptr) state->submitted_bytes -= sender.bytes;
  }
  for (auto& [id, answer] : answers) {
    counters_.refused += answer.refused.items.size();
    if (find_ready(id) == nullptr) continue;
    const auto send_frame = [this, to = id](auto frame) { send(to, std::move(frame)); };
    send_in_parts(std::move(answer.accepted), &wire::Accepted::ids, send_frame);
    send_in_parts(std::move(answer.refused), &wire::Refused::items, send_frame);
  }
  for (size_t i = 0; i < senders.size(); ++i) {
    if (outcomes[i] == AppendOutcome::kStored) wake(senders[i].to);
  }
}

void RelayCore::on_fetched(Ticket ticket, const Result<Page>& page, Time now) {
  const auto fetch = fetches_.find(ticket);
  if (stopped_ || fetch == fetches_.end()) return;
  const ConnectionId id = fetch->second;
  fetches_.erase(fetch);
  if (!page) {
    finish_stop(true);
    return;
  }
  ConnectionState* state = find_ready(id);
  if (state == nullptr) return;
  state->fetching = false;
  deliver(id, *state, *page);
  pump_commit(now);
}

void RelayCore::deliver(ConnectionId id, ConnectionState& state, const Page& page) {
  for (wire::Deliver& frame : pack(page)) {
    for (const wire::DeliverItem& item : frame.items) {
      state.window.delivered(item.place, item.envelope.size());
    }
    counters_.delivered += frame.items.size();
    send(id, std::move(frame));
  }
  if (!page.complete) {
    // The rest did not fit the window, and waits for an ack. One that came while this was fetched
    // has made room already, and of an empty window nothing is left to acknowledge.
    state.more = true;
    state.window_full = !state.window.empty();
    state.drained_is_due = true;
  } else if (!state.more && state.drained_is_due) {
    state.drained_is_due = false;
    send(id, wire::Drained{});
  }
  pump_delivery(id, state);
}

void RelayCore::expire_a_step(Time now) {
  expiring_ = true;
  pending_.expire({.limits = {.arrived_before_ms = before(now.wall_ms, options_.retention_ms),
                              .tombstone_before_ms =
                                  before(now.wall_ms, limits::kIdAgeMsMax + limits::kIdAheadMsMax),
                              .rows = options_.expire_rows},
                   .from_place = expire_from_});
}

}  // namespace homing::relay
