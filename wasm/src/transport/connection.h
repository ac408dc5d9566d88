#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "homing/output.h"
#include "homing/random.h"
#include "transport/backoff.h"
#include "wire/frame.h"

namespace homing {

/// The one connection to the relay: when to open it, when to believe in it, when to give it up.
/// Only an answer of the relay proves anything; an open socket and navigator.onLine do not. What is
/// to be done is appended to the `out` of each call: Connect, Disconnect, Transmit.
class Connection {
 public:
  using Outputs = std::vector<Output>;
  using State = event::ConnectionState;

  /// `random` must outlive the connection.
  explicit Connection(RandomSource& random) : random_(random) {}

  void start(uint64_t now_ms, Outputs& out);
  void stop(Outputs& out);

  void hint(input::Hint hint, uint64_t now_ms, Outputs& out);
  /// Connects at once, whatever the backoff says.
  void try_now(uint64_t now_ms, Outputs& out);
  void opened(uint64_t connection, uint64_t now_ms);
  /// `code` and `reason` are the WebSocket's; 1012 and 1013 may say when to come back.
  void closed(uint64_t connection, uint16_t code, std::string_view reason, uint64_t now_ms);
  /// Any frame is a sign of life.
  void heard(uint64_t now_ms);
  void ready(uint64_t now_ms) { enter(State::kOnline, now_ms); }
  /// The relay did what was asked of it; the next failure starts with a short pause again.
  void worked();
  /// Something was handed to it that has to be answered; `bytes` are under way in all. What was
  /// asked before is waited for first.
  void asked(size_t bytes, uint64_t now_ms);
  /// Something was. Gives how long that took; what else is under way begins to count now.
  uint64_t answered(uint64_t now_ms);
  void ponged(uint64_t token);
  /// Gives the connection up. `retry_after_ms` is a pause the relay asked for.
  void fail(std::optional<Error> error, uint64_t retry_after_ms, uint64_t now_ms, Outputs& out);
  /// Carries out what is overdue.
  void tick(uint64_t now_ms, Outputs& out);

  /// When tick() is to be called, at the latest.
  std::optional<uint64_t> deadline() const;
  State state() const { return state_; }
  bool online() const { return state_ == State::kOnline || state_ == State::kStalled; }
  /// Of the last Connect; an input for another number is stale.
  uint64_t number() const { return number_; }
  bool is_current(uint64_t connection) const { return has_socket() && connection == number_; }
  event::ConnectionChanged describe() const;

 private:
  bool has_socket() const {
    return state_ == State::kConnecting || state_ == State::kAuthenticating || online();
  }
  void enter(State state, uint64_t now_ms);
  void connect(uint64_t now_ms, Outputs& out);
  void reconnect(uint64_t now_ms, Outputs& out);
  void wait(uint64_t pause_ms, uint64_t now_ms);
  void drop_socket(Outputs& out);

  RandomSource& random_;
  Backoff backoff_;
  State state_ = State::kWaiting;
  bool started_ = false;
  uint64_t number_ = 0;
  uint64_t entered_ms_ = 0;  // the state
  uint64_t heard_ms_ = 0;
  uint64_t attempt_ms_ = 0;  // while kWaiting: when to connect
  uint64_t patience_ = 1;
  std::optional<uint64_t> asked_ms_;
  uint64_t allowed_ms_ = 0;  // for the answer
  std::optional<uint64_t> probe_token_;
  uint64_t probed_ms_ = 0;
  std::optional<Error> error_;
};

}  // namespace homing
