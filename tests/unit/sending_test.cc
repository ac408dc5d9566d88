// Goal: what goes onto the wire is the window's, in order, and the same bytes at every attempt
// (I6). Method: the frames a device transmits in the world of support/world.h.

#include <doctest/doctest.h>

#include "homing/limits.h"
#include "session/primitives.h"
#include "support/pair.h"

namespace homing::test {
namespace {

TEST_CASE("sending: a retry sends the same id and the same bytes, also after a restart (I6)") {
  Pair p;
  p.world.crash_relay();
  p.world.advance(100);
  p.world.start_relay();
  p.world.advance(60'000);
  p.alice.transmitted.clear();
  p.alice.send(p.b, "once sealed");
  p.alice.feed(input::Committed{0});  // not the commit under way: ignored
  // Until the submit has left, then the relay dies before it can answer.
  while (p.submits().empty()) {
    REQUIRE(!p.world.happenings.empty());
    auto next = std::move(p.world.happenings.front());
    p.world.happenings.pop_front();
    next();
  }
  p.world.crash_relay();
  p.world.advance(100);
  p.alice.crash();
  p.alice.open();
  p.world.start_relay();
  p.world.advance(60'000);
  const auto sent = p.submits();
  REQUIRE(sent.size() >= 2);
  CHECK(sent[0][0].id == sent[1][0].id);
  CHECK(sent[0][0].envelope == sent[1][0].envelope);
  CHECK(p.bob.texts_with(p.a) == std::vector<std::string>{"once sealed"});
}

TEST_CASE("sending: the first submit of a connection goes alone, then the window opens") {
  Pair p;
  p.alice.cut();
  p.world.settle();
  for (int i = 0; i < 600; ++i) p.alice.send(p.b, std::to_string(i));
  p.world.settle();
  p.alice.restore();
  p.world.advance(5'000);
  const auto sent = p.submits();
  REQUIRE(sent.size() >= 3);
  CHECK(sent[0].size() == 1);
  CHECK(sent[1].size() > 20);
  size_t items = 0;
  for (const auto& batch : sent) {
    CHECK(batch.size() <= limits::kBatchItemsMax);
    items += batch.size();
  }
  CHECK(items == 600);  // none twice
}

TEST_CASE("sending: a long lane does not keep a short one waiting") {
  Pair p;
  Device& carol = p.world.add("carol");
  carol.run(command::AcceptInvite{p.alice.engine->invite()});
  p.world.advance(2'000);
  p.alice.cut();
  p.world.settle();
  for (int i = 0; i < 600; ++i) p.alice.send(p.b, std::to_string(i));
  p.alice.send(carol.address(), "short");
  p.world.settle();
  p.alice.transmitted.clear();
  p.alice.restore();
  p.world.advance(5'000);
  size_t place = 0;
  bool found = false;
  for (const auto& batch : p.submits()) {
    for (const wire::SubmitItem& item : batch) {
      if (item.to == carol.address()) found = true;
      if (!found) ++place;
    }
  }
  CHECK(found);
  CHECK(place < 10);
}

TEST_CASE("sending: an unanswered submit ends the connection after its deadline") {
  Pair p;
  const uint64_t first = p.alice.connection;
  // The relay hears nothing and says nothing.
  p.alice.socket.reset();
  p.alice.send(p.b, "into the void");
  p.world.advance(limits::kAcceptMsMax - 1);
  CHECK(p.alice.connection == first);
  // And the time that its bytes may take.
  p.world.advance(1'001 + 3 * limits::kBackoffMsMin);
  CHECK(p.alice.connection > first);
  p.world.advance(5'000);
  CHECK(p.bob.texts_with(p.a) == std::vector<std::string>{"into the void"});
}

TEST_CASE("sending: without prekeys of the recipient it waits and says so") {
  Pair p;
  // Dave exists only as an invite: he has never been online.
  World elsewhere(9);
  Device& dave = elsewhere.add("dave");
  const output::Reply reply = p.alice.run(command::AcceptInvite{dave.engine->invite()});
  REQUIRE(reply.peer.has_value());
  const MessageId id = p.alice.send(*reply.peer, "are you there?");
  p.world.advance(2'000);
  CHECK(p.alice.engine->why(*reply.peer, id).reason == WaitReason::kNoPrekeys);
  CHECK(p.alice.engine->why(*reply.peer, id).ahead == 0);
  // Others are not kept waiting.
  p.alice.send(p.b, "you are");
  p.world.advance(1'000);
  CHECK(p.bob.texts_with(p.a) == std::vector<std::string>{"you are"});
}

TEST_CASE("sending: what waits for prekeys goes at once when the recipient has written first") {
  Pair p;
  World elsewhere(9);
  Device& dave = elsewhere.add("dave");
  const Address d = dave.address();
  p.alice.run(command::AcceptInvite{dave.engine->invite()});
  const MessageId id = p.alice.send(d, "are you there?");
  p.world.advance(2'000);
  REQUIRE(p.alice.engine->why(d, id).reason == WaitReason::kNoPrekeys);

  // He comes to this relay with what he has on his disk.
  Device& arrived = p.world.add("arrived");
  arrived.crash();
  arrived.files = dave.files;
  arrived.open();
  arrived.run(command::AcceptInvite{p.alice.engine->invite()});
  p.world.advance(limits::kClaimRetryMs / 4);
  CHECK(arrived.texts_with(p.a) == std::vector<std::string>{"are you there?"});
}

TEST_CASE("sending: a message that waited longer than the relay takes ids still arrives, once") {
  Pair p;
  p.alice.cut();
  p.world.settle();
  p.alice.send(p.b, "from last month");
  p.world.settle();
  p.world.now.wall_ms += limits::kIdAgeMsMax + 3'600'000;
  p.alice.restore();
  p.world.advance(30'000);
  CHECK(p.bob.texts_with(p.a) == std::vector<std::string>{"from last month"});
}

TEST_CASE(
    "sending: a device clock that is set while connected neither stops nor repeats anything") {
  Pair p;
  constexpr int64_t kDayMs = 24 * 3'600'000;
  for (const int64_t skew_ms : {400 * kDayMs, -400 * kDayMs, int64_t{0}}) {
    p.alice.skew_ms = skew_ms;
    p.alice.transmitted.clear();
    const MessageId id = p.alice.send(p.b, "now");
    p.world.advance(5'000);
    CHECK(p.alice.status(p.b, id) == MessageStatus::kDelivered);
    CHECK(p.submits().size() == 1);
  }
}

TEST_CASE(
    "sending: when the relay's clock is set, refused ids are renewed and the message arrives") {
  Pair p;
  constexpr uint64_t kDayMs = 24 * 3'600'000;
  p.world.now.wall_ms += 400 * kDayMs;
  p.alice.skew_ms = -400 * static_cast<int64_t>(kDayMs);
  p.bob.skew_ms = p.alice.skew_ms;
  const MessageId id = p.alice.send(p.b, "now");
  p.world.advance(30'000);
  CHECK(p.alice.status(p.b, id) == MessageStatus::kDelivered);
  CHECK(p.bob.texts_with(p.a) == std::vector<std::string>{"now"});
}

TEST_CASE("sending: the same seed gives the same trace (I10)") {
  const auto trace = [] {
    Pair p;
    for (int i = 0; i < 20; ++i) p.alice.send(p.b, std::to_string(i));
    p.world.advance(5'000);
    Bytes all;
    for (const Bytes& frame : p.world.seen_by_relay) append(all, frame);
    return to_hex(blake2b_256({all}));
  };
  const std::string first = trace();
  CHECK(first == trace());
  MESSAGE("trace " << first);
}

}  // namespace
}  // namespace homing::test
