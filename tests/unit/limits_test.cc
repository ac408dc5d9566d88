// Goal: the engine's own bounds hold on both sides: up to them all is well, beyond them there is a
// typed error or a pause, and nothing is lost (I9).
// Method: devices in the world of support/world.h, driven to each bound of limits.h.

#include "homing/limits.h"

#include <doctest/doctest.h>

#include "support/pair.h"

namespace homing::test {
namespace {

TEST_CASE("limits: a name is accepted up to its limit") {
  Pair p;
  const std::string longest(limits::kNameBytesMax, 'n');
  CHECK(p.alice.run(command::SetName{longest}).error == std::nullopt);
  CHECK(p.alice.run(command::SetName{longest + "n"}).error == Error::kTooLarge);
  CHECK(p.alice.engine->name() == longest);
  CHECK(p.bob.run(command::AcceptInvite{p.alice.engine->invite()}).error == std::nullopt);
}

/// Until the window of alice's connection is as wide as it gets.
void widen_window(Pair& p) {
  for (size_t bytes = limits::kWindowBytesMin; bytes < limits::kInFlightBytesMax; bytes *= 2) {
    p.alice.send(p.b, "wider");
    p.world.settle();
  }
  p.alice.transmitted.clear();
}

TEST_CASE("limits: no more entries are in flight than the window allows, and the rest follows") {
  Pair p;
  widen_window(p);
  const size_t before = p.bob.texts_with(p.a).size();
  p.alice.socket.reset();  // frames are lost, and nobody notices yet
  constexpr size_t kMore = 100;
  for (size_t i = 0; i < limits::kInFlightEntriesMax + kMore; ++i) p.alice.send(p.b, "x");
  p.world.settle();
  size_t submitted = 0;
  for (const auto& items : p.submits()) submitted += items.size();
  CHECK(submitted == limits::kInFlightEntriesMax);
  p.world.advance(60'000);
  CHECK(p.bob.texts_with(p.a).size() == before + limits::kInFlightEntriesMax + kMore);
}

TEST_CASE("limits: no more bytes are in flight than the window and one envelope") {
  Pair p;
  widen_window(p);
  const size_t before = p.bob.texts_with(p.a).size();
  p.alice.socket.reset();  // frames are lost, and nobody notices yet
  const std::string large(limits::kTextBytesMax, 'x');
  for (int i = 0; i < 30; ++i) p.alice.send(p.b, large);
  p.world.settle();
  size_t bytes = 0;
  for (const auto& items : p.submits()) {
    for (const wire::SubmitItem& item : items) bytes += item.envelope.size();
  }
  CHECK(bytes >= limits::kInFlightBytesMax);
  CHECK(bytes <= limits::kInFlightBytesMax + limits::kEnvelopeBytesMax);
  p.world.advance(60'000);
  CHECK(p.bob.texts_with(p.a).size() == before + 30);
}

TEST_CASE("limits: a bundle that was not there is asked for again after its pause, not before") {
  Pair p;
  World elsewhere(9);
  Device& dave = elsewhere.add("dave");
  const Address d = *p.alice.run(command::AcceptInvite{dave.engine->invite()}).peer;
  const auto claims = [&p, &d] {
    size_t count = 0;
    for (const Bytes& bytes : p.alice.transmitted) {
      const auto frame = wire::decode_client_frame(bytes);
      const auto* claim = std::get_if<wire::Claim>(&*frame);
      if (claim && claim->address == d) ++count;
    }
    return count;
  };
  p.world.settle();
  CHECK(claims() == 1);
  p.world.advance(limits::kClaimRetryMs - 1'000);
  CHECK(claims() == 1);
  p.world.advance(2'000);
  CHECK(claims() == 2);
}

TEST_CASE("limits: a relay cannot make a message wait longer than its longest pause") {
  Pair p;
  p.alice.socket.reset();  // the real relay never gets it
  const MessageId id = p.alice.send(p.b, "hello");
  p.world.settle();
  REQUIRE(p.submits().size() == 1);
  const wire::Refused refused{{{id, Error::kRateLimited, UINT64_MAX}}};
  p.alice.feed(input::FrameReceived{p.alice.connection, wire::encode(wire::RelayFrame(refused))});
  p.world.advance(limits::kRetryAfterMsMax - 1'000);
  CHECK(p.submits().size() == 1);
  p.world.advance(2'000);
  CHECK(p.submits().size() == 2);
}

/// One device, and a relay that says what the test wants.
struct Claimed {
  SeededRandom random{78};
  Engine engine{{"127.0.0.1"}, random};
  uint64_t commit = 0;
  uint64_t connection = 0;
  Time now{1, 1'800'000'000'000};

  void feed(const Input& input) {
    engine.handle(input, now);
    for (Output output = engine.poll(); !std::holds_alternative<output::Timeout>(output);
         output = engine.poll()) {
      if (const auto* asked = std::get_if<output::Commit>(&output)) commit = asked->number;
      if (const auto* asked = std::get_if<output::Connect>(&output)) connection = asked->connection;
    }
  }
  void feed_frame(const wire::RelayFrame& frame) {
    feed(input::FrameReceived{connection, wire::encode(frame)});
  }
  /// The error of a connection on which the relay claims this; none when it is online.
  std::optional<Error> connect(uint64_t generation) {
    now.monotonic_ms += limits::kBackoffMsMax;
    now.wall_ms += limits::kBackoffMsMax;
    feed(input::TimerFired{});
    feed(Command{1, command::TryNow{}});
    feed(input::SocketOpened{connection});
    feed_frame(wire::Challenge{});
    feed_frame(wire::Ready{.now_ms = now.wall_ms, .generation = generation});
    while (commit != 0) feed(input::Committed{std::exchange(commit, 0)});
    const event::ConnectionChanged told = engine.connection();
    return told.state == event::ConnectionState::kOnline ? std::nullopt : told.error;
  }
};

TEST_CASE("limits: a relay cannot claim a generation that brings ours to its bound") {
  const std::vector<std::pair<uint64_t, std::optional<Error>>> claims = {
      {limits::kGenerationClaimedMax, std::nullopt},
      {limits::kGenerationClaimedMax + 1, Error::kProtocol},
      {limits::kGenerationMax, Error::kProtocol},
      {limits::kGenerationMax + 1, Error::kMalformed},
      {UINT64_MAX, Error::kMalformed}};
  for (const auto& [generation, error] : claims) {
    Claimed device;
    device.feed(input::StorageLoaded{});
    device.feed(input::Committed{std::exchange(device.commit, 0)});
    CHECK(device.connect(generation) == error);
    if (error) continue;
    // What the device goes on to tell is its own, and a relay may say it again.
    const MessageId id = MessageId::create(1, device.random);
    device.feed_frame(wire::Deliver{{{1, Address{}, id, Bytes{1}}}});
    device.feed(input::Committed{std::exchange(device.commit, 0)});
    device.feed(input::SocketClosed{device.connection, 1006, ""});
    CHECK(device.connect(generation + 1) == std::nullopt);
    device.feed(input::SocketClosed{device.connection, 1006, ""});
    CHECK(device.connect(generation + 1'000) == Error::kProtocol);
  }
}

TEST_CASE("limits: conversations are refused beyond their number, and known ones go on") {
  Pair p;
  p.alice.cut();
  p.world.settle();
  p.alice.hold_commits();
  size_t known = p.alice.engine->conversations().size();
  uint32_t request = 1'000'000;
  for (; known < limits::kConversationsMax; ++known) {
    p.alice.feed(Command{++request, command::Send{Address{p.world.random.array<32>()}, "hello"}});
  }
  p.alice.feed(Command{1, command::Send{Address{p.world.random.array<32>()}, "one too many"}});
  p.alice.feed(Command{2, command::Send{p.b, "known"}});
  p.alice.release_commits();
  p.world.settle();
  CHECK(p.alice.replies.at(request).error == std::nullopt);
  CHECK(p.alice.replies.at(1).error == Error::kFull);
  CHECK(p.alice.replies.at(2).error == std::nullopt);
}

TEST_CASE("limits: the outbox refuses what goes beyond its number and keeps everything before") {
  Pair p;
  p.alice.cut();
  p.world.settle();
  p.alice.hold_commits();
  for (size_t i = 0; i < limits::kOutboxEntriesMax; ++i) {
    p.alice.feed(Command{1'000'000, command::Send{p.b, "x"}});
  }
  CHECK(p.alice.engine->pending() == limits::kOutboxEntriesMax);
  p.alice.feed(Command{1, command::Send{p.b, "one too many"}});
  CHECK(p.alice.engine->pending() == limits::kOutboxEntriesMax);
  p.alice.release_commits();
  p.world.settle();
  CHECK(p.alice.replies.at(1'000'000).error == std::nullopt);
  CHECK(p.alice.replies.at(1).error == Error::kFull);
}

}  // namespace
}  // namespace homing::test
