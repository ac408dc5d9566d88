#include "relay_core.h"

#include <algorithm>
#include <utility>

namespace homing::relay {

RelayCore::RelayCore(CoreOptions options, const ByteArray<16>& store_id, RandomSource& random)
    : options_(std::move(options)), store_id_(store_id), random_(random) {}

void RelayCore::on_connected(ConnectionId id, Time now) {
  const auto [entry, made] = connections_.try_emplace(id, options_);
  HOMING_ASSERT(made);
  ConnectionState& state = entry->second;
  if (stopping_) {
    close(id, state, wire::CloseCode::kTryAgainLater, "stopping");
    return;
  }
  state.nonce = random_.array<32>();
  deadlines_.set(id, now.monotonic_ms + options_.authenticate_ms_max);
  send(id, wire::Challenge{.nonce = *state.nonce});
}

void RelayCore::on_frame(ConnectionId id, ByteView bytes, Time now) {
  ConnectionState* state = find(id);
  if (state == nullptr || state->phase == Phase::kClosing || stopping_) return;
  Result<wire::ClientFrame> frame = wire::decode_client_frame(bytes);
  if (!frame) {
    close_with(id, *state, frame.error(), wire::CloseCode::kProtocol);
    return;
  }
  if (state->phase == Phase::kReady) {
    on_heard(id);
    on_request(id, *state, std::move(*frame), now);
  } else if (const auto* hello = std::get_if<wire::Hello>(&*frame);
             hello != nullptr && state->nonce) {
    on_hello(id, *state, *hello, now);
  } else {
    close_with(id, *state, Error::kNotAuthenticated, wire::CloseCode::kProtocol);
  }
  pump_commit(now);
}

void RelayCore::on_heard(ConnectionId id) {
  ConnectionState* state = find(id);
  if (state == nullptr || !state->pinged_ms) return;
  // By the ping and not by its answer, or pings would come rarely on a slow link, where the client
  // waits for them.
  deadlines_.set(id, *state->pinged_ms + options_.heartbeat_ms);
  state->pinged_ms.reset();
}

void RelayCore::on_closed(ConnectionId id, Time now) {
  ConnectionState* state = find(id);
  if (state == nullptr) return;
  forget_presence(id, *state);
  connections_.erase(id);
  pump_commit(now);
}

void RelayCore::on_send_blocked(ConnectionId id, bool blocked, Time) {
  ConnectionState* state = find(id);
  if (state == nullptr) return;
  state->send_blocked = blocked;
  pump_delivery(id, *state);
}

void RelayCore::on_timer(Time now) {
  while (const std::optional<ConnectionId> due = deadlines_.take_due(now.monotonic_ms)) {
    on_deadline(*due, now);
  }
  if (now.monotonic_ms >= next_housekeeping_ms_) keep_house(now);
  pump_commit(now);
}

void RelayCore::on_deadline(ConnectionId id, Time now) {
  ConnectionState* state = find(id);
  if (state == nullptr) return;
  if (state->phase != Phase::kReady) {
    ++counters_.authentication_failures;
    close_with(id, *state, Error::kNotAuthenticated, wire::CloseCode::kAuthTimeout);
  } else if (state->pinged_ms) {
    close(id, *state, wire::CloseCode::kGoingAway, "heartbeat");
  } else {
    state->pinged_ms = now.monotonic_ms;
    deadlines_.set(id, now.monotonic_ms + options_.heartbeat_grace_ms);
    send(id, wire::RelayPing{.token = random_.u64()});
  }
}

void RelayCore::keep_house(Time now) {
  next_housekeeping_ms_ = now.monotonic_ms + options_.housekeeping_ms;
  if (stopping_) return;
  limits_.forget_idle(now.monotonic_ms);
  pending_.sweep();
  if (!expiring_) expire_a_step(now);
}

void RelayCore::stop(Time now) {
  stopping_ = true;
  pump_commit(now);
}

std::optional<Effect> RelayCore::poll_effect() {
  if (effects_.empty()) return std::nullopt;
  Effect next = std::move(effects_.front());
  effects_.pop_front();
  return next;
}

uint64_t RelayCore::next_timer_monotonic_ms() const {
  return std::min(next_housekeeping_ms_, deadlines_.next().value_or(UINT64_MAX));
}

ConnectionState* RelayCore::find(ConnectionId id) {
  const auto found = connections_.find(id);
  return found == connections_.end() ? nullptr : &found->second;
}

ConnectionState* RelayCore::find_ready(ConnectionId id) {
  ConnectionState* state = find(id);
  return state != nullptr && state->phase == Phase::kReady ? state : nullptr;
}

void RelayCore::send(ConnectionId id, const wire::RelayFrame& frame) {
  effects_.push_back(effect::Send{id, wire::encode(frame)});
}

void RelayCore::close(ConnectionId id, ConnectionState& state, wire::CloseCode code,
                      std::string reason) {
  if (state.phase == Phase::kClosing) return;
  forget_presence(id, state);
  state.phase = Phase::kClosing;
  effects_.push_back(effect::Close{id, code, std::move(reason)});
}

void RelayCore::close_with(ConnectionId id, ConnectionState& state, Error error,
                           wire::CloseCode code) {
  send(id, wire::ErrorFrame{.error = error});
  close(id, state, code, std::string(error_name(error)));
}

void RelayCore::forget_presence(ConnectionId id, ConnectionState& state) {
  deadlines_.clear(id);
  const auto device = device_connection_.find(state.address);
  if (device != device_connection_.end() && device->second == id) device_connection_.erase(device);
  // An attach that is still under way is taken back when its outcome comes.
  if (state.phase == Phase::kReady) pending_.detach({state.address, state.epoch});
}

void RelayCore::wake(const Address& mailbox) {
  const auto device = device_connection_.find(mailbox);
  if (device == device_connection_.end()) return;
  ConnectionState* state = find_ready(device->second);
  if (state == nullptr) return;
  state->more = true;
  pump_delivery(device->second, *state);
}

void RelayCore::pump_delivery(ConnectionId id, ConnectionState& state) {
  if (state.phase != Phase::kReady || stopping_ || !state.more || state.fetching ||
      state.send_blocked || state.window_full) {
    return;
  }
  const PageLimit room = state.window.room();
  if (room.count == 0 || room.bytes == 0) {
    state.window_full = true;
    return;
  }
  state.fetching = true;
  // What is committed from here on sets this again.
  state.more = false;
  fetches_[++last_ticket_] = id;
  effects_.push_back(effect::Fetch{.ticket = last_ticket_,
                                   .mailbox = state.address,
                                   .after = state.window.cursor(),
                                   .limit = room});
}

void RelayCore::pump_commit(Time now) {
  if (commit_under_way_ || stopped_) return;
  if (!pending_.empty()) {
    PendingBatch::Taken taken = pending_.take(options_, now.wall_ms);
    waiters_ = std::move(taken.waiters);
    commit_under_way_ = ++last_ticket_;
    effects_.push_back(effect::Commit{*commit_under_way_, std::move(taken.batch)});
  } else if (stopping_) {
    finish_stop(false);
  }
}

void RelayCore::finish_stop(bool failed) {
  stopping_ = true;
  std::vector<ConnectionId> all;
  for (const auto& [id, state] : connections_) all.push_back(id);
  // The order of a hash table must not decide what a simulation does.
  std::sort(all.begin(), all.end());
  for (const ConnectionId id : all) {
    const uint64_t seconds = random_.u64() % (options_.restart_spread_s + 1);
    close(id, connections_.at(id), wire::CloseCode::kRestart, "r=" + std::to_string(seconds));
  }
  stopped_ = true;
  effects_.push_back(effect::Stopped{failed});
}

}  // namespace homing::relay
