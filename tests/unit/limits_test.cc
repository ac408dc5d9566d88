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

TEST_CASE("limits: no more entries are in flight than the window allows, and the rest follows") {
  Pair p;
  p.alice.socket.reset();  // frames are lost, and nobody notices yet
  constexpr size_t kMore = 100;
  for (size_t i = 0; i < limits::kInFlightEntriesMax + kMore; ++i) p.alice.send(p.b, "x");
  p.world.settle();
  size_t submitted = 0;
  for (const auto& items : p.submits()) submitted += items.size();
  CHECK(submitted == limits::kInFlightEntriesMax);
  p.world.advance(60'000);
  CHECK(p.bob.texts_with(p.a).size() == limits::kInFlightEntriesMax + kMore);
}

TEST_CASE("limits: no more bytes are in flight than the window and one envelope") {
  Pair p;
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
  CHECK(p.bob.texts_with(p.a).size() == 30);
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

TEST_CASE("limits: a relay cannot claim a generation from which ours would wrap around") {
  for (const uint64_t claimed : {limits::kGenerationMax, limits::kGenerationMax + 1, UINT64_MAX}) {
    SeededRandom random(78);
    Engine engine({"127.0.0.1"}, random);
    const auto drain = [&engine] {
      while (!std::holds_alternative<output::Timeout>(engine.poll())) continue;
    };
    const Time now{1, 1'800'000'000'000};
    const wire::Ready ready{.now_ms = now.wall_ms, .generation = claimed};
    const std::vector<Input> inputs = {
        input::StorageLoaded{}, input::Committed{1}, input::SocketOpened{1},
        input::FrameReceived{1, wire::encode(wire::RelayFrame(wire::Challenge{}))},
        input::FrameReceived{1, wire::encode(wire::RelayFrame(ready))}};
    for (const Input& input : inputs) {
      engine.handle(input, now);
      drain();
    }
    const event::ConnectionChanged told = engine.connection();
    const bool accepted = claimed <= limits::kGenerationMax;
    CHECK((told.state == event::ConnectionState::kOnline) == accepted);
    CHECK((told.error == Error::kProtocol) == !accepted);
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
