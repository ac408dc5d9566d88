// Goal: the connection is believed in only as long as the relay answers, and tried again with care.
// Method: one Connection, a clock that is a number, and the outputs it asks for.

#include "transport/connection.h"

#include <doctest/doctest.h>

#include "homing/limits.h"
#include "support/seeded_random.h"

namespace homing::test {
namespace {

using State = event::ConnectionState;

struct Fixture {
  SeededRandom random{71};
  Connection connection{random};
  Connection::Outputs out;
  uint64_t now = 1'000'000;

  void start() { connection.start(now, out); }
  void online() {
    connection.opened(connection.number(), now);
    connection.heard(now);
    connection.ready(now);
  }
  template <typename T>
  size_t count() const {
    size_t found = 0;
    for (const Output& output : out) found += std::holds_alternative<T>(output) ? 1u : 0u;
    return found;
  }
  void tick_at(uint64_t at) {
    now = at;
    connection.tick(now, out);
  }
};

TEST_CASE("connection: it is online only when the relay has said ready") {
  Fixture f;
  f.start();
  CHECK(f.connection.state() == State::kConnecting);
  f.connection.opened(f.connection.number(), f.now);
  CHECK(f.connection.state() == State::kAuthenticating);
  CHECK(!f.connection.online());
  f.connection.ready(f.now);
  CHECK(f.connection.online());
}

TEST_CASE("connection: each stage has a deadline, after which it is given up and tried again") {
  Fixture f;
  f.start();
  f.tick_at(f.now + limits::kConnectingMsMax - 1);
  CHECK(f.connection.state() == State::kConnecting);
  f.tick_at(f.now + 1);
  CHECK(f.connection.state() == State::kWaiting);
  CHECK(f.count<output::Disconnect>() == 1);
  f.tick_at(*f.connection.deadline());
  CHECK(f.connection.state() == State::kConnecting);
  f.connection.opened(f.connection.number(), f.now);
  // Twice as patient after one has passed.
  f.tick_at(f.now + 2 * limits::kAuthenticatingMsMax - 1);
  CHECK(f.connection.state() == State::kAuthenticating);
  f.tick_at(f.now + 1);
  CHECK(f.connection.state() == State::kWaiting);
}

TEST_CASE("connection: what was asked and is not answered stalls it, and then ends it") {
  Fixture f;
  f.start();
  f.online();
  f.connection.asked(0, f.now);
  const uint64_t asked = f.now;
  f.tick_at(asked + limits::kStalledMs - 1);
  CHECK(f.connection.state() == State::kOnline);
  f.tick_at(asked + limits::kStalledMs);
  CHECK(f.connection.state() == State::kStalled);
  CHECK(f.connection.online());
  f.tick_at(asked + limits::kAcceptMsMax - 1);
  CHECK(f.connection.state() == State::kStalled);
  f.tick_at(asked + limits::kAcceptMsMax);
  CHECK(f.connection.state() == State::kWaiting);
  CHECK(f.connection.describe().error == Error::kNoAnswer);

  Fixture answered;
  answered.start();
  answered.online();
  answered.connection.asked(0, answered.now);
  answered.tick_at(answered.now + limits::kStalledMs);
  CHECK(answered.connection.answered(answered.now) == limits::kStalledMs);
  CHECK(answered.connection.state() == State::kOnline);
  answered.tick_at(answered.now + limits::kAcceptMsMax);
  CHECK(answered.connection.state() == State::kOnline);
}

TEST_CASE("connection: a page that was woken late finds out at once that its time is over") {
  Fixture f;
  f.start();
  f.online();
  f.connection.asked(0, f.now);
  f.tick_at(f.now + limits::kAcceptMsMax);
  CHECK(f.connection.state() == State::kWaiting);
}

TEST_CASE("connection: many bytes may take the time they need on a slow link") {
  Fixture f;
  f.start();
  f.online();
  constexpr size_t kBytes = 20'000;
  f.connection.asked(kBytes, f.now);
  const uint64_t allowed = limits::kAcceptMsMax + 1000 * kBytes / limits::kSlowestBytesPerS;
  f.tick_at(f.now + limits::kStalledMs);
  f.connection.heard(f.now);
  f.tick_at(f.now + allowed - limits::kStalledMs - 1);
  CHECK(f.connection.online());
  f.tick_at(f.now + 1);
  CHECK(!f.connection.online());
}

TEST_CASE("connection: deadlines grow with each that passes, up to a bound, until it works") {
  Fixture f;
  f.start();
  uint64_t longest = 0;
  for (int i = 0; i < 6; ++i) {
    REQUIRE(f.connection.state() == State::kConnecting);
    longest = *f.connection.deadline() - f.now;
    f.tick_at(*f.connection.deadline());
    f.tick_at(*f.connection.deadline());
  }
  CHECK(longest == limits::kPatienceMax * limits::kConnectingMsMax);
  f.online();
  f.connection.worked();
  f.connection.asked(0, f.now);
  f.tick_at(f.now + limits::kAcceptMsMax);
  CHECK(!f.connection.online());
}

TEST_CASE("connection: a hint replaces an attempt that began before it, not one just begun") {
  for (const bool by_hand : {true, false}) {
    CAPTURE(by_hand);
    Fixture f;
    const auto tell = [&] {
      if (by_hand) return f.connection.try_now(f.now, f.out);
      f.connection.hint(input::Hint::kOnline, f.now, f.out);
    };
    f.start();
    const uint64_t first = f.connection.number();
    f.now += limits::kProbeMsMax - 1;
    tell();
    CHECK(f.connection.number() == first);
    f.now += 1;
    tell();
    CHECK(f.connection.number() == first + 1);
    CHECK(f.connection.state() == State::kConnecting);
    CHECK(f.count<output::Disconnect>() == 1);
  }
}

TEST_CASE("connection: by hand, a stalled one is replaced, and one that works is not") {
  Fixture f;
  f.start();
  f.online();
  const uint64_t first = f.connection.number();
  f.now += 60'000;
  f.connection.heard(f.now);
  f.connection.try_now(f.now, f.out);
  CHECK(f.connection.number() == first);
  f.connection.asked(0, f.now);
  f.tick_at(f.now + limits::kStalledMs);
  f.connection.try_now(f.now, f.out);
  CHECK(f.connection.number() == first + 1);
}

TEST_CASE("connection: it says why it ended, and forgets it once it works") {
  Fixture f;
  f.start();
  f.connection.closed(f.connection.number(), 1006, "", f.now);
  CHECK(f.connection.describe().error == Error::kUnreachable);
  f.tick_at(*f.connection.deadline());
  f.connection.opened(f.connection.number(), f.now);
  f.tick_at(*f.connection.deadline());
  CHECK(f.connection.describe().error == Error::kNoAnswer);
  f.tick_at(*f.connection.deadline());
  f.online();
  CHECK(!f.connection.describe().error.has_value());
}

TEST_CASE("connection: silence past the heartbeat and its grace ends it, any frame prolongs it") {
  Fixture f;
  f.start();
  f.online();
  f.tick_at(f.now + limits::kHeartbeatMs);
  f.connection.heard(f.now);
  f.tick_at(f.now + limits::kHeartbeatMs + limits::kHeartbeatGraceMs - 1);
  CHECK(f.connection.online());
  f.tick_at(f.now + 1);
  CHECK(!f.connection.online());
}

TEST_CASE("connection: a hint is checked with a ping, and a miss replaces the socket") {
  Fixture f;
  f.start();
  f.online();
  f.connection.hint(input::Hint::kWake, f.now, f.out);
  f.connection.hint(input::Hint::kWake, f.now, f.out);
  CHECK(f.count<output::Transmit>() == 1);  // one probe at a time
  f.tick_at(f.now + limits::kProbeMsMax - 1);
  CHECK(f.connection.online());
  f.tick_at(f.now + 1);
  CHECK(!f.connection.online());

  Fixture answered;
  answered.start();
  answered.online();
  answered.connection.hint(input::Hint::kOnline, answered.now, answered.out);
  const auto& ping = std::get<output::Transmit>(answered.out.back());
  const auto frame = wire::decode_client_frame(ping.frame);
  answered.connection.ponged(std::get<wire::Ping>(*frame).token);
  answered.tick_at(answered.now + limits::kProbeMsMax);
  CHECK(answered.connection.online());
}

TEST_CASE("connection: offline is believed at once, and nothing is tried until a hint") {
  Fixture f;
  f.start();
  f.online();
  f.connection.hint(input::Hint::kOffline, f.now, f.out);
  CHECK(f.connection.state() == State::kOffline);
  CHECK(!f.connection.deadline().has_value());
  CHECK(f.count<output::Disconnect>() == 1);
  f.connection.hint(input::Hint::kOnline, f.now, f.out);
  f.tick_at(f.now + 1'000);  // the jitter is below a second
  CHECK(f.connection.state() == State::kConnecting);
}

TEST_CASE("connection: pauses stay within their bounds, grow, and start anew after success") {
  Fixture f;
  f.start();
  uint64_t longest = 0;
  for (int i = 0; i < 40; ++i) {
    f.connection.closed(f.connection.number(), 1006, "", f.now);
    const uint64_t pause = *f.connection.deadline() - f.now;
    CHECK(pause >= limits::kBackoffMsMin);
    CHECK(pause <= limits::kBackoffMsMax);
    longest = std::max(longest, pause);
    f.tick_at(*f.connection.deadline());
  }
  CHECK(longest > 10'000);
  f.online();
  f.connection.worked();
  f.connection.closed(f.connection.number(), 1006, "", f.now);
  CHECK(*f.connection.deadline() - f.now <= 3 * limits::kBackoffMsMin);
}

TEST_CASE("connection: a relay that restarts says when to come back, and is obeyed") {
  Fixture f;
  f.start();
  f.online();
  f.connection.closed(f.connection.number(), 1012, "r=30", f.now);
  CHECK(*f.connection.deadline() - f.now >= 30'000);
  f.connection.try_now(f.now, f.out);
  CHECK(f.connection.state() == State::kConnecting);
}

TEST_CASE("connection: a relay is obeyed up to the longest pause it can ask for") {
  const uint64_t longest_s = limits::kRetryAfterMsMax / 1000;
  for (const uint64_t seconds : {longest_s - 1, longest_s, longest_s + 1, UINT64_MAX}) {
    CAPTURE(seconds);
    const uint64_t pause_ms = std::min(seconds, longest_s) * 1000;
    Fixture f;
    f.start();
    f.online();
    f.connection.closed(f.connection.number(), 1013, "r=" + std::to_string(seconds), f.now);
    CHECK(*f.connection.deadline() == f.now + pause_ms);
    f.tick_at(*f.connection.deadline());
    f.online();
    const uint64_t asked_ms = seconds == UINT64_MAX ? UINT64_MAX : seconds * 1000;
    f.connection.fail(Error::kRateLimited, asked_ms, f.now, f.out);
    CHECK(*f.connection.deadline() == f.now + pause_ms);
  }
}

TEST_CASE("connection: replaced by another holder of the identity, it waits the longest pause") {
  for (const bool told_before : {true, false}) {
    CAPTURE(told_before);
    Fixture f;
    f.start();
    f.online();
    // The relay says why in a frame, which may be lost, and closes with a code that says it again.
    if (told_before) f.connection.fail(Error::kReplaced, 0, f.now, f.out);
    f.connection.closed(f.connection.number(), 4409, "replaced", f.now);
    CHECK(f.connection.state() == State::kWaiting);
    CHECK(f.connection.describe().error == Error::kReplaced);
    CHECK(*f.connection.deadline() == f.now + limits::kBackoffMsMax);
    // That is about this one loss: the next is an ordinary one.
    f.tick_at(*f.connection.deadline());
    f.connection.closed(f.connection.number(), 1006, "", f.now);
    CHECK(*f.connection.deadline() < f.now + limits::kBackoffMsMax);
  }
}

TEST_CASE("connection: news of an older socket is ignored") {
  Fixture f;
  f.start();
  const uint64_t old = f.connection.number();
  f.connection.closed(old, 1006, "", f.now);
  f.tick_at(*f.connection.deadline());
  CHECK(f.connection.number() == old + 1);
  f.connection.opened(old, f.now);
  CHECK(f.connection.state() == State::kConnecting);
  f.connection.closed(old, 1006, "", f.now);
  CHECK(f.connection.state() == State::kConnecting);
}

}  // namespace
}  // namespace homing::test
