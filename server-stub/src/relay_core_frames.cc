#include <utility>

#include "authenticator.h"
#include "plant.h"
#include "relay_core.h"
#include "session/prekey_bundle.h"

namespace homing::relay {
namespace {

template <typename... Handlers>
struct Overloaded : Handlers... {
  using Handlers::operator()...;
};
template <typename... Handlers>
Overloaded(Handlers...) -> Overloaded<Handlers...>;

bool id_in_range(const MessageId& id, uint64_t now_ms) {
  const uint64_t time = id.time_ms();
  return time + limits::kIdAgeMsMax >= now_ms && time <= now_ms + limits::kIdAheadMsMax;
}

}  // namespace

void RelayCore::on_hello(ConnectionId id, ConnectionState& state, const wire::Hello& hello,
                         Time now) {
  const ByteArray<32> nonce = *std::exchange(state.nonce, std::nullopt);
  const Result<void> checked = check_hello(hello, nonce, options_.hosts);
  if (!checked) {
    ++counters_.authentication_failures;
    close_with(id, state, checked.error(),
               checked.error() == Error::kUnsupported ? wire::CloseCode::kUnsupported
                                                      : wire::CloseCode::kAuthFailed);
    return;
  }
  // Reconnecting may not be a way around the limit of frames.
  if (limits_.of(hello.address, options_).frames.take(1, now.monotonic_ms) > 0) {
    close_with(id, state, Error::kRateLimited, wire::CloseCode::kTryAgainLater);
    return;
  }
  const auto older = device_connection_.find(hello.address);
  if (older != device_connection_.end()) {
    const ConnectionId older_id = older->second;
    ConnectionState& connected = connections_.at(older_id);
    // A device tells less than it has told only if its store is an older copy, such as one that a
    // backup was made of: that one may not take the place of the newer.
    if (hello.generation < connected.generation) {
      close_with(id, state, Error::kReplaced, wire::CloseCode::kReplaced);
      return;
    }
    close_with(older_id, connected, Error::kReplaced, wire::CloseCode::kReplaced);
  }
  state.phase = Phase::kAttaching;
  state.address = hello.address;
  state.generation = hello.generation;
  deadlines_.clear(id);
  device_connection_[hello.address] = id;
  pending_.attach(id, {hello.address, hello.generation});
}

void RelayCore::on_request(ConnectionId id, ConnectionState& state, wire::ClientFrame frame,
                           Time now) {
  if (limits_.of(state.address, options_).frames.take(1, now.monotonic_ms) > 0) {
    close_with(id, state, Error::kRateLimited, wire::CloseCode::kTryAgainLater);
    return;
  }
  std::visit(Overloaded{
                 [&](wire::Hello&) {
                   close_with(id, state, Error::kProtocol, wire::CloseCode::kProtocol);
                 },
                 [&](wire::Publish& publish) { on_publish(id, state, publish, now); },
                 [&](wire::Claim& claim) { on_claim(id, state, claim, now); },
                 [&](wire::Submit& submit) { on_submit(id, state, std::move(submit), now); },
                 [&](wire::Ack& ack) { on_ack(id, state, ack); },
                 [&](wire::Ping& ping) { send(id, wire::RelayPong{.token = ping.token}); },
                 [&](wire::Pong&) {},  // that it came is all there is to know
             },
             frame);
}

void RelayCore::on_publish(ConnectionId id, ConnectionState& state, const wire::Publish& publish,
                           Time now) {
  const auto refuse_publish = [&](Error error, uint64_t retry_after_ms) {
    send(id, wire::ErrorFrame{.error = error,
                              .retry_after_ms = retry_after_ms,
                              .regarding = wire::FrameType::kPublish});
  };
  const uint64_t wait = limits_.of(state.address, options_).publishes.take(1, now.monotonic_ms);
  if (wait > 0) return refuse_publish(Error::kRateLimited, wait);
  Result<PrekeyPublication> publication = decode_publication(publish.publication);
  if (!publication) return refuse_publish(publication.error(), 0);
  const Result<void> verified = verify(*publication, state.address);
  if (!verified) return refuse_publish(verified.error(), 0);
  pending_.publish(id, publish.upload, {state.address, std::move(*publication)});
}

void RelayCore::on_claim(ConnectionId id, ConnectionState& state, const wire::Claim& claim,
                         Time now) {
  const uint64_t wait = limits_.of(state.address, options_).claims.take(1, now.monotonic_ms);
  if (wait > 0) {
    send(id, wire::ErrorFrame{.error = Error::kRateLimited,
                              .retry_after_ms = wait,
                              .regarding = wire::FrameType::kClaim});
    return;
  }
  pending_.claim(id, claim.address);
}

std::optional<wire::RefusedItem> RelayCore::refuse(ConnectionState& state,
                                                   const wire::SubmitItem& item, Time now) {
  const size_t size = item.envelope.size();
  if (!id_in_range(item.id, now.wall_ms)) {
    return wire::RefusedItem{.id = item.id, .error = Error::kIdOutOfRange};
  }
  if (state.submitted_bytes + size > options_.submit_bytes_max ||
      pending_.bytes() + size > options_.pending_bytes_max) {
    return wire::RefusedItem{
        .id = item.id, .error = Error::kOverloaded, .retry_after_ms = options_.overload_retry_ms};
  }
  DeviceLimits& device = limits_.of(state.address, options_);
  uint64_t wait = device.messages.take(1, now.monotonic_ms);
  if (wait == 0) wait = device.bytes.take(static_cast<double>(size), now.monotonic_ms);
  if (wait == 0) return std::nullopt;
  return wire::RefusedItem{.id = item.id, .error = Error::kRateLimited, .retry_after_ms = wait};
}

void RelayCore::on_submit(ConnectionId id, ConnectionState& state, wire::Submit submit, Time now) {
  raise_generation(state, submit.generation);
  wire::Refused refused;
  // Once one has to be tried again later, so have all behind it, or they would overtake it.
  std::optional<wire::RefusedItem> later;
  for (wire::SubmitItem& item : submit.items) {
    std::optional<wire::RefusedItem> reason = later;
    if (reason) {
      reason->id = item.id;
    } else {
      reason = refuse(state, item, now);
      if (reason && reason->retry_after_ms > 0) later = reason;
    }
    if (reason) {
      refused.items.push_back(*reason);
      continue;
    }
    if (HOMING_PLANT(accepted_before_commit)) send(id, wire::Accepted{{item.id}});
    state.submitted_bytes += item.envelope.size();
    pending_.submit(id, {.to = item.to,
                         .from = state.address,
                         .id = item.id,
                         .envelope = std::move(item.envelope)});
  }
  if (refused.items.empty()) return;
  counters_.refused += refused.items.size();
  send(id, std::move(refused));
}

void RelayCore::on_ack(ConnectionId id, ConnectionState& state, const wire::Ack& ack) {
  raise_generation(state, ack.generation);
  // A client with places of another database in its memory must not delete what it never got.
  const uint64_t known = std::max(state.window.cursor(), state.last_place_at_attach);
  const uint64_t up_to = std::min(ack.up_to, known);
  if (up_to == 0) return;
  pending_.ack({state.address, up_to});
  state.window.acknowledged(up_to);
  state.window_full = false;
  pump_delivery(id, state);
}

void RelayCore::raise_generation(ConnectionState& state, uint64_t generation) {
  if (generation <= state.generation) return;
  state.generation = generation;
  pending_.raise_generation({state.address, generation});
}

}  // namespace homing::relay
