#include "transport/connection.h"

#include <algorithm>
#include <charconv>

#include "homing/limits.h"

namespace homing {
namespace {

/// Two holders of one identity must not throw each other out several times a second.
constexpr uint64_t kReplacedPauseMs = limits::kBackoffMsMax;

/// "r=<seconds>" in a close reason; 0 when it is not there.
uint64_t retry_after_ms_of(std::string_view reason) {
  if (!reason.starts_with("r=")) return 0;
  uint64_t seconds = 0;
  std::from_chars(reason.data() + 2, reason.data() + reason.size(), seconds);
  return std::min(seconds, limits::kRetryAfterMsMax / 1000) * 1000;
}

}  // namespace

void Connection::start(uint64_t now_ms, Outputs& out) {
  started_ = true;
  if (state_ == State::kWaiting) connect(now_ms, out);
}

void Connection::stop(Outputs& out) {
  drop_socket(out);
  started_ = false;
  state_ = State::kOffline;
}

void Connection::enter(State state, uint64_t now_ms) {
  state_ = state;
  entered_ms_ = now_ms;
  probe_token_.reset();
  asked_ms_.reset();
  if (state == State::kOnline) error_.reset();
}

void Connection::connect(uint64_t now_ms, Outputs& out) {
  enter(State::kConnecting, now_ms);
  out.push_back(output::Connect{++number_});
}

/// Without a pause: somebody knows that something has changed.
void Connection::reconnect(uint64_t now_ms, Outputs& out) {
  drop_socket(out);
  connect(now_ms, out);
}

void Connection::wait(uint64_t pause_ms, uint64_t now_ms) {
  enter(State::kWaiting, now_ms);
  attempt_ms_ = now_ms + pause_ms;
}

void Connection::drop_socket(Outputs& out) {
  if (has_socket()) out.push_back(output::Disconnect{number_});
}

void Connection::hint(input::Hint hint, uint64_t now_ms, Outputs& out) {
  if (!started_) return;
  if (hint == input::Hint::kOffline) {
    drop_socket(out);
    enter(State::kOffline, now_ms);
    return;
  }
  switch (state_) {
    case State::kOffline:
    case State::kWaiting: {
      // Everybody's network returns at the same moment; the relay should not feel it as one blow.
      const uint64_t jitter = hint == input::Hint::kOnline ? random_.u64() % 1000 : 0;
      if (state_ == State::kWaiting && attempt_ms_ <= now_ms + jitter) return;
      wait(jitter, now_ms);
      tick(now_ms, out);
      return;
    }
    case State::kOnline:
    case State::kStalled:
      if (probe_token_) return;
      probe_token_ = random_.u64();
      probed_ms_ = now_ms;
      out.push_back(output::Transmit{number_, wire::encode(wire::Ping{*probe_token_})});
      return;
    case State::kConnecting:
    case State::kAuthenticating:
      // Being proved already, but for an attempt that began before whatever has changed.
      if (now_ms >= entered_ms_ + limits::kProbeMsMax) reconnect(now_ms, out);
      return;
  }
}

void Connection::try_now(uint64_t now_ms, Outputs& out) {
  if (!started_) return;
  const bool is_new = state_ == State::kOnline || now_ms < entered_ms_ + limits::kProbeMsMax;
  if (!has_socket() || !is_new) reconnect(now_ms, out);
}

void Connection::opened(uint64_t connection, uint64_t now_ms) {
  if (is_current(connection) && state_ == State::kConnecting) {
    enter(State::kAuthenticating, now_ms);
  }
}

void Connection::closed(uint64_t connection, uint16_t code, std::string_view reason,
                        uint64_t now_ms) {
  if (!is_current(connection)) return;
  const bool is_replaced = code == static_cast<uint16_t>(wire::CloseCode::kReplaced);
  if (is_replaced) error_ = Error::kReplaced;
  if (state_ == State::kConnecting) error_ = Error::kUnreachable;
  uint64_t pause_ms = is_replaced ? kReplacedPauseMs : backoff_.next(random_);
  if (code == static_cast<uint16_t>(wire::CloseCode::kRestart) ||
      code == static_cast<uint16_t>(wire::CloseCode::kTryAgainLater)) {
    pause_ms = std::max(pause_ms, retry_after_ms_of(reason));
  }
  wait(pause_ms, now_ms);
}

void Connection::heard(uint64_t now_ms) { heard_ms_ = now_ms; }

void Connection::worked() {
  backoff_.reset();
  patience_ = 1;
}

void Connection::asked(size_t bytes, uint64_t now_ms) {
  if (!online() || asked_ms_) return;
  asked_ms_ = now_ms;
  allowed_ms_ = patience_ * limits::kAcceptMsMax + 1000 * bytes / limits::kSlowestBytesPerS;
}

uint64_t Connection::answered(uint64_t now_ms) {
  const uint64_t took_ms = asked_ms_ ? now_ms - *asked_ms_ : 0;
  asked_ms_.reset();
  if (state_ == State::kStalled) state_ = State::kOnline;
  return took_ms;
}

void Connection::ponged(uint64_t token) {
  if (probe_token_ == token) probe_token_.reset();
}

void Connection::fail(std::optional<Error> error, uint64_t retry_after_ms, uint64_t now_ms,
                      Outputs& out) {
  if (!has_socket()) return;
  drop_socket(out);
  if (error) error_ = error;
  // Bounded, or a relay could make it wrap around to no pause at all, or last for ever.
  const uint64_t asked_ms = std::min(retry_after_ms, limits::kRetryAfterMsMax);
  const uint64_t pause_ms = error == Error::kReplaced ? kReplacedPauseMs : backoff_.next(random_);
  wait(std::max(pause_ms, asked_ms), now_ms);
}

std::optional<uint64_t> Connection::deadline() const {
  switch (state_) {
    case State::kOffline:
      return std::nullopt;
    case State::kWaiting:
      return started_ ? std::optional(attempt_ms_) : std::nullopt;
    case State::kConnecting:
      return entered_ms_ + patience_ * limits::kConnectingMsMax;
    case State::kAuthenticating:
      return entered_ms_ + patience_ * limits::kAuthenticatingMsMax;
    case State::kOnline:
    case State::kStalled:
      break;
  }
  uint64_t at_ms = heard_ms_ + limits::kHeartbeatMs + limits::kHeartbeatGraceMs;
  if (probe_token_) at_ms = std::min(at_ms, probed_ms_ + limits::kProbeMsMax);
  if (asked_ms_) {
    const uint64_t wait_ms = state_ == State::kStalled ? allowed_ms_ : limits::kStalledMs;
    at_ms = std::min(at_ms, *asked_ms_ + wait_ms);
  }
  return at_ms;
}

void Connection::tick(uint64_t now_ms, Outputs& out) {
  const std::optional<uint64_t> due = deadline();
  if (!due || now_ms < *due) return;
  if (state_ == State::kWaiting) return connect(now_ms, out);
  const bool is_stalling =
      state_ == State::kOnline && asked_ms_ && *due == *asked_ms_ + limits::kStalledMs;
  if (is_stalling) {
    state_ = State::kStalled;
    // Woken late, it may be overdue already.
    return tick(now_ms, out);
  }
  patience_ = std::min(2 * patience_, limits::kPatienceMax);
  fail(state_ == State::kConnecting ? Error::kUnreachable : Error::kNoAnswer, 0, now_ms, out);
}

event::ConnectionChanged Connection::describe() const {
  event::ConnectionChanged event;
  event.state = state_;
  if (state_ == State::kWaiting && started_) event.next_attempt_monotonic_ms = attempt_ms_;
  if (!online()) event.error = error_;
  return event;
}

}  // namespace homing
