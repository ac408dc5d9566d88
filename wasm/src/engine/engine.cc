#include "homing/engine.h"

#include <algorithm>

#include "engine/implementation.h"
#include "homing/limits.h"
#include "plant.h"

namespace homing {
namespace {

/// A relay greets first, once, and says nothing else before the device is authenticated.
bool is_expected(const wire::RelayFrame& frame, bool online) {
  const bool at_any_time = std::holds_alternative<wire::RelayPing>(frame) ||
                           std::holds_alternative<wire::RelayPong>(frame) ||
                           std::holds_alternative<wire::ErrorFrame>(frame);
  const bool greeting =
      std::holds_alternative<wire::Challenge>(frame) || std::holds_alternative<wire::Ready>(frame);
  return at_any_time || greeting != online;
}

}  // namespace

Engine::Implementation::Implementation(EngineOptions options, RandomSource& random)
    : options_(std::move(options)), random_(random), journal_(random_), connection_(random_) {}

void Engine::Implementation::handle(const Input& input, Time now) {
  notice_clock_jump(now);
  now_ = now;
  std::visit([this](const auto& in) { on(in); }, input);
  end_turn();
}

/// What every turn ends with, whatever it began with: overdue deadlines, lanes that can move, and
/// the records of everything that changed.
void Engine::Implementation::end_turn() {
  if (open()) {
    std::vector<Output> outputs;
    connection_.tick(now_.monotonic_ms, outputs);
    take_connection_outputs(std::move(outputs));
    pump();
    store_sessions();
  }
  journal_.end_group();
  news_.end_turn(journal_.appended(), journal_.started(), [this](const Address& peer) {
    const ConversationLog* log = conversations_.find(peer);
    HOMING_ASSERT(log);
    return describe(*log);
  });
  outputs_.end_turn(journal_.appended());
}

Output Engine::Implementation::poll() {
  while (std::optional<Output> output = outputs_.next(journal_.durable())) {
    if (const auto* frame = std::get_if<output::Transmit>(&*output)) {
      if (!connection_.is_current(frame->connection)) continue;
      await_answers();
    }
    return std::move(*output);
  }
  if (std::optional<Conversation> told = news_.next(journal_.durable())) {
    return Event(event::ConversationChanged{std::move(*told)});
  }
  if (std::optional<output::Commit> commit = next_commit()) return std::move(*commit);
  return output::Timeout{deadline()};
}

std::optional<uint64_t> Engine::Implementation::deadline() const {
  std::optional<uint64_t> earliest;
  const auto consider = [&earliest](std::optional<uint64_t> at) {
    if (at && (!earliest || *at < *earliest)) earliest = at;
  };
  if (!open()) return earliest;
  consider(connection_.deadline());
  // Once it has passed, the commit has been offered again and its answer is what is waited for.
  if (storage_error_ && (storage_retry_ms_ > now_.monotonic_ms || HOMING_PLANT(busy_deadline)))
    consider(storage_retry_ms_);
  if (connection_.online()) {
    for (const auto& [peer, lane] : outbox_.lanes()) {
      if (lane.blocked_until_ms > now_.monotonic_ms) consider(lane.blocked_until_ms);
    }
  }
  return earliest;
}

void Engine::Implementation::notice_clock_jump(Time now) {
  constexpr int64_t kJumpMs = 5'000;
  if (has_time_ && open()) {
    const auto by_wall = static_cast<int64_t>(now.wall_ms - now_.wall_ms);
    const auto by_monotonic = static_cast<int64_t>(now.monotonic_ms - now_.monotonic_ms);
    if (std::abs(by_wall - by_monotonic) > kJumpMs) {
      std::vector<Output> outputs;
      connection_.hint(input::Hint::kWake, now.monotonic_ms, outputs);
      take_connection_outputs(std::move(outputs));
    }
  }
  has_time_ = true;
}

void Engine::Implementation::on(const input::ConnectivityHint& hint) {
  std::vector<Output> outputs;
  connection_.hint(hint.hint, now_.monotonic_ms, outputs);
  take_connection_outputs(std::move(outputs));
}

void Engine::Implementation::on(const input::SocketOpened& opened) {
  connection_.opened(opened.connection, now_.monotonic_ms);
  take_connection_outputs({});
}

void Engine::Implementation::on(const input::SocketClosed& closed) {
  connection_.closed(closed.connection, closed.code, closed.reason, now_.monotonic_ms);
  take_connection_outputs({});
}

void Engine::Implementation::on(const input::FrameReceived& received) {
  if (!open() || !connection_.is_current(received.connection)) return;
  connection_.heard(now_.monotonic_ms);
  const Result<wire::RelayFrame> frame = wire::decode_relay_frame(received.frame);
  if (frame && is_expected(*frame, connection_.online())) {
    return std::visit([this](const auto& f) { on_frame(f); }, *frame);
  }
  std::vector<Output> outputs;
  connection_.fail(frame ? Error::kProtocol : frame.error(), 0, now_.monotonic_ms, outputs);
  take_connection_outputs(std::move(outputs));
}

/// Gives out what the connection wants, and notices when it has been lost or its state has changed.
void Engine::Implementation::take_connection_outputs(std::vector<Output> outputs) {
  for (Output& output : outputs) emit_now(std::move(output));
  const event::ConnectionChanged now = connection_.describe();
  if (now.state == told_state_ && now.next_attempt_monotonic_ms == told_attempt_ms_) return;
  told_state_ = now.state;
  told_attempt_ms_ = now.next_attempt_monotonic_ms;
  if (!connection_.online()) {
    if (!HOMING_PLANT(in_flight_kept)) outbox_.connection_lost();
    window_.connection_lost();
  }
  emit_now(Event(now));
}

void Engine::Implementation::transmit(const wire::ClientFrame& frame) {
  if (HOMING_PLANT(send_before_commit)) {
    return emit_now(output::Transmit{connection_.number(), wire::encode(frame)});
  }
  emit(output::Transmit{connection_.number(), wire::encode(frame)});
}

/// Nothing can be stored any more, so nothing may be said or sent any more.
void Engine::Implementation::stop(Error error) {
  stopped_ = true;
  std::vector<Output> outputs;
  connection_.stop(outputs);
  take_connection_outputs(std::move(outputs));
  for (const Output& output : outputs_.drain()) {
    if (const auto* reply = std::get_if<output::Reply>(&output)) {
      emit_now(output::Reply{reply->request, error, std::nullopt, std::nullopt});
    }
  }
  news_.clear();
  emit_now(Event(event::Stopped{error}));
}

Engine::Engine(EngineOptions options, RandomSource& random)
    : implementation_(std::make_unique<Implementation>(std::move(options), random)) {}
Engine::~Engine() = default;

void Engine::handle(const Input& input, Time now) { implementation_->handle(input, now); }
Output Engine::poll() { return implementation_->poll(); }
std::optional<Address> Engine::address() const { return implementation_->address(); }
std::string Engine::invite() const { return implementation_->invite(); }
std::string Engine::name() const { return implementation_->name(); }
bool Engine::read_receipts() const { return implementation_->read_receipts(); }
bool Engine::delivered_receipts() const { return implementation_->delivered_receipts(); }
std::vector<Conversation> Engine::conversations() const { return implementation_->conversations(); }
std::vector<Message> Engine::messages(const Address& peer, std::optional<MessageId> before,
                                      size_t limit) const {
  return implementation_->messages(peer, before, limit);
}
std::optional<Message> Engine::message(const Address& peer, const MessageId& id) const {
  return implementation_->message(peer, id);
}
Why Engine::why(const Address& peer, const MessageId& id) const {
  return implementation_->why(peer, id);
}
std::optional<SafetyNumber> Engine::safety_number(const Address& peer) const {
  return implementation_->safety_number(peer);
}
bool Engine::matches_safety_code(const Address& peer, std::string_view code) const {
  return implementation_->matches_safety_code(peer, code);
}
size_t Engine::pending() const { return implementation_->pending(); }
event::ConnectionChanged Engine::connection() const { return implementation_->connection(); }

}  // namespace homing
