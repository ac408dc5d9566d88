// Goal: the life of one message, from Send to the blue ticks, holds through crashes, cuts and
// failing disks.
// Method: real engines and the real relay's logic in a world whose time, disks and links the test
// moves (support/world.h).

#include <doctest/doctest.h>

#include "homing/limits.h"
#include "support/pair.h"

namespace homing::test {
namespace {

TEST_CASE("engine: a message gets one tick, two ticks, and blue ones when it is read") {
  Pair p;
  const MessageId id = p.alice.send(p.b, "hello");
  CHECK(p.alice.status(p.b, id) == MessageStatus::kPending);
  p.world.advance(1'000);
  CHECK(p.alice.status(p.b, id) == MessageStatus::kDelivered);
  CHECK(p.bob.texts_with(p.a) == Texts{"hello"});
  CHECK(p.bob.run(command::MarkRead{p.a}).error == std::nullopt);
  p.world.advance(1'000);
  CHECK(p.alice.status(p.b, id) == MessageStatus::kRead);
}

TEST_CASE("engine: the relay stores for an absent recipient, and the sender sees one tick") {
  Pair p;
  p.bob.crash();
  const MessageId id = p.alice.send(p.b, "while you were away");
  p.world.advance(1'000);
  CHECK(p.alice.status(p.b, id) == MessageStatus::kSent);
  p.bob.open();
  p.world.advance(5'000);
  CHECK(p.bob.texts_with(p.a) == Texts{"while you were away"});
  CHECK(p.alice.status(p.b, id) == MessageStatus::kDelivered);
}

TEST_CASE("engine: what was sent offline survives a crash and goes out in order by itself") {
  Pair p;
  p.alice.cut();
  for (const char* text : {"one", "two", "three"}) p.alice.send(p.b, text);
  p.world.settle();
  p.alice.crash();
  p.alice.open();
  p.world.settle();
  CHECK(p.alice.texts_with(p.b) == Texts{"one", "two", "three"});
  CHECK(p.alice.engine->pending() == 3);
  p.alice.restore();
  p.world.advance(5'000);
  CHECK(p.bob.texts_with(p.a) == Texts{"one", "two", "three"});
  CHECK(p.alice.engine->pending() == 0);
}

TEST_CASE("engine: a message survives a crash before the first accepted, and arrives once") {
  Pair p;
  p.alice.send(p.b, "sealed and sent");
  // Let the submit reach the relay, but not its answer alice.
  while (p.world.seen_by_relay.empty() || p.alice.engine->pending() > 0) {
    const size_t seen = p.world.seen_by_relay.size();
    HOMING_ASSERT(!p.world.happenings.empty());
    auto next = std::move(p.world.happenings.front());
    p.world.happenings.pop_front();
    next();
    if (p.world.seen_by_relay.size() > seen) break;
  }
  p.alice.crash();
  p.world.advance(1'000);
  CHECK(p.bob.texts_with(p.a) == Texts{"sealed and sent"});
  p.alice.open();
  p.world.advance(5'000);
  CHECK(p.bob.texts_with(p.a) == Texts{"sealed and sent"});
  CHECK(p.alice.engine->pending() == 0);
}

TEST_CASE("engine: nothing is told, sent or acknowledged before its commit (I5)") {
  Pair p;
  p.alice.hold_commits();
  const size_t transmitted = p.alice.transmitted.size();
  const size_t events = p.alice.events.size();
  p.alice.feed(Command{77, command::Send{p.b, "not yet"}});
  p.world.settle();
  CHECK(!p.alice.replies.contains(77));
  CHECK(p.alice.transmitted.size() == transmitted);
  CHECK(p.alice.events.size() == events);
  p.alice.release_commits();
  p.world.settle();
  CHECK(p.alice.replies.contains(77));
  CHECK(p.alice.transmitted.size() > transmitted);

  p.bob.hold_commits();
  const size_t acknowledged = p.bob.transmitted.size();
  p.alice.send(p.b, "second");
  p.world.settle();
  CHECK(p.bob.transmitted.size() == acknowledged);
  p.bob.crash();  // before the commit: the relay still has it
  p.bob.commits_held = false;
  p.bob.open();
  p.world.advance(5'000);
  CHECK(p.bob.texts_with(p.a) == Texts{"not yet", "second"});
}

TEST_CASE("engine: a relay that dies loses nothing it had accepted, and repeats collapse") {
  Pair p;
  p.bob.crash();
  const MessageId id = p.alice.send(p.b, "before the crash");
  p.world.advance(1'000);
  CHECK(p.alice.status(p.b, id) == MessageStatus::kSent);
  p.world.crash_relay();
  p.alice.send(p.b, "while it is down");
  p.world.advance(5'000);
  p.world.start_relay();
  p.bob.open();
  p.world.advance(120'000);
  CHECK(p.bob.texts_with(p.a) == Texts{"before the crash", "while it is down"});
  CHECK(p.alice.status(p.b, id) == MessageStatus::kDelivered);
}

TEST_CASE("engine: read receipts that are off are neither sent nor shown") {
  Pair p;
  p.bob.run(command::SetReadReceipts{false});
  const MessageId to_bob = p.alice.send(p.b, "seen?");
  const MessageId to_alice = p.bob.send(p.a, "and mine?");
  p.world.advance(1'000);
  p.bob.run(command::MarkRead{p.a});
  p.alice.run(command::MarkRead{p.b});
  p.world.advance(1'000);
  CHECK(p.alice.status(p.b, to_bob) == MessageStatus::kDelivered);
  CHECK(p.bob.status(p.a, to_alice) == MessageStatus::kDelivered);
}

TEST_CASE("engine: what still waits can be edited and taken back, what is sealed cannot") {
  Pair p;
  p.alice.cut();
  p.world.settle();
  const MessageId first = p.alice.send(p.b, "frist");
  const MessageId second = p.alice.send(p.b, "second");
  CHECK(p.alice.run(command::Edit{p.b, first, "first"}).error == std::nullopt);
  CHECK(p.alice.run(command::Cancel{p.b, second}).error == std::nullopt);
  CHECK(p.alice.status(p.b, second) == MessageStatus::kCancelled);
  p.alice.crash();
  p.alice.open();
  p.alice.restore();
  p.world.advance(5'000);
  CHECK(p.bob.texts_with(p.a) == Texts{"first"});
  CHECK(p.alice.run(command::Edit{p.b, first, "too late"}).error == Error::kTooLate);
  CHECK(p.alice.run(command::Cancel{p.b, first}).error == Error::kTooLate);
}

TEST_CASE("engine: what is asked for again, after a crash took the answer, is done once") {
  Pair p;
  p.alice.cut();
  p.world.settle();
  const MessageId id = MessageId::create(1'700'000'000'000, p.world.random);
  const command::Send send{p.b, "once", id};
  REQUIRE(p.alice.run(send).message);
  const MessageId edited = p.alice.send(p.b, "twcie");
  const MessageId cancelled = p.alice.send(p.b, "taken back");
  const command::Edit edit{p.b, edited, "twice"};
  CHECK(p.alice.run(edit).error == std::nullopt);
  CHECK(p.alice.run(command::Cancel{p.b, cancelled}).error == std::nullopt);
  p.alice.crash();
  p.alice.open();
  const output::Reply again = p.alice.run(send);
  REQUIRE(again.message);
  CHECK(again.message->id == id);
  CHECK(p.alice.engine->pending() == 2);
  p.alice.restore();
  p.world.advance(5'000);
  CHECK(p.alice.run(send).message->status == MessageStatus::kDelivered);
  CHECK(p.alice.run(edit).error == std::nullopt);
  CHECK(p.alice.run(command::Cancel{p.b, cancelled}).error == std::nullopt);
  p.world.advance(5'000);
  CHECK(p.bob.texts_with(p.a) == Texts{"once", "twice"});
  // Whose id it is decides: theirs cannot be sent as ours.
  CHECK(p.bob.run(command::Send{p.a, "mine", id}).error == Error::kMalformed);
}

TEST_CASE("engine: a repeated request is answered when the first one is durable (I5)") {
  Pair p;
  p.alice.hold_commits();
  const MessageId id = MessageId::create(1'700'000'000'000, p.world.random);
  p.alice.feed(Command{70, command::Send{p.b, "once", id}});
  p.alice.feed(Command{71, command::Send{p.b, "once", id}});
  p.world.settle();
  CHECK(!p.alice.replies.contains(71));
  p.alice.release_commits();
  p.world.settle();
  CHECK(p.alice.replies.contains(71));
}

TEST_CASE("engine: a definite refusal holds that message and lets the others go on") {
  Pair p;
  p.bob.crash();
  const MessageId refused = p.alice.send(p.b, "refused");
  p.alice.feed(input::FrameReceived{
      p.alice.connection,
      wire::encode(wire::RelayFrame(wire::Refused{{{refused, Error::kMailboxFull, 0}}}))});
  const MessageId next = p.alice.send(p.b, "goes on");
  p.world.advance(1'000);
  // The relay had stored it all the same; alice believes the refusal until somebody knows better.
  CHECK(p.alice.status(p.b, refused) == MessageStatus::kHeld);
  CHECK(p.alice.engine->why(p.b, refused).error == Error::kMailboxFull);
  CHECK(p.alice.status(p.b, next) == MessageStatus::kSent);
  p.alice.crash();
  p.alice.open();
  p.world.advance(1'000);
  CHECK(p.alice.status(p.b, refused) == MessageStatus::kHeld);
  CHECK(p.alice.run(command::Retry{p.b, refused}).error == std::nullopt);
  p.bob.open();
  p.world.advance(5'000);
  CHECK(p.bob.texts_with(p.a) == Texts{"refused", "goes on"});
  CHECK(p.alice.status(p.b, refused) == MessageStatus::kDelivered);
}

TEST_CASE("engine: bad commands get a typed error and change nothing") {
  Pair p;
  CHECK(p.alice.run(command::Send{p.b, ""}).error == Error::kEmpty);
  CHECK(p.alice.run(command::Send{p.b, std::string(limits::kTextBytesMax + 1, 'x')}).error ==
        Error::kTooLarge);
  CHECK(p.alice.run(command::Send{p.b, "\xff"}).error == Error::kMalformed);
  CHECK(p.alice.run(command::Send{p.a, "me"}).error == Error::kSelf);
  CHECK(p.alice.run(command::AcceptInvite{"nonsense!"}).error == Error::kMalformed);
  CHECK(p.alice.run(command::AcceptInvite{p.alice.engine->invite()}).error == Error::kSelf);
  CHECK(p.alice.run(command::Edit{p.b, MessageId{}, "x"}).error == Error::kNotFound);
  CHECK(p.alice.run(command::Send{p.b, std::string(limits::kTextBytesMax, 'x')}).error ==
        std::nullopt);
  p.world.advance(1'000);
  CHECK(p.bob.texts_with(p.a) == Texts{std::string(limits::kTextBytesMax, 'x')});
}

TEST_CASE("engine: a hostile frame ends the connection with its error and does nothing else") {
  Bytes nested(1'000, 0x81);
  nested.push_back(0);
  const Bytes ready = wire::encode(wire::RelayFrame(wire::Ready{}));
  const std::vector<std::pair<Bytes, Error>> hostile = {
      {Bytes{}, Error::kTruncated},
      {Bytes(ready.begin(), ready.end() - 1), Error::kTruncated},
      {Bytes(limits::kFrameBytesMax + 1, 0), Error::kTooLarge},
      {nested, Error::kTooDeep},
      {Bytes{0x82, 0x14, 0x80}, Error::kMalformed},  // accepted without any id
      {Bytes{0x82, 0x19, 0x00, 0x14, 0x80}, Error::kNonCanonical},
      {Bytes{0x81, 0x18, 0x63}, Error::kUnknownType},
      {wire::encode(wire::ClientFrame(wire::Ping{1})), Error::kUnknownType},  // the other side's
      {ready, Error::kProtocol},                                              // a second time
      {wire::encode(wire::RelayFrame(wire::Challenge{})), Error::kProtocol},
  };
  Pair p;
  Texts wanted;
  for (const auto& sample : hostile) {
    // Clang 14 does not let CAPTURE take hold of a structured binding.
    const Bytes& frame = sample.first;
    const Error error = sample.second;
    CAPTURE(to_hex(frame).substr(0, 40));
    const size_t before = events_of<event::ConnectionChanged>(p.alice).size();
    p.alice.feed(input::FrameReceived{p.alice.connection, frame});
    p.world.settle();
    const auto told = events_of<event::ConnectionChanged>(p.alice);
    REQUIRE(told.size() > before);
    CHECK(told[before].error == error);
    wanted.push_back("after " + std::string(error_name(error)));
    p.alice.send(p.b, wanted.back());
    p.world.advance(60'000);
    CHECK(p.bob.texts_with(p.a) == wanted);
  }
}

TEST_CASE("engine: a relay that delivers before it has said ready is not listened to") {
  SeededRandom random(77);
  Engine engine({"127.0.0.1"}, random);
  const auto drain = [&engine] {
    std::vector<Output> outputs;
    while (true) {
      outputs.push_back(engine.poll());
      if (std::holds_alternative<output::Timeout>(outputs.back())) return outputs;
    }
  };
  const Time now{1, 1'800'000'000'000};
  engine.handle(input::StorageLoaded{}, now);
  drain();
  engine.handle(input::Committed{1}, now);
  drain();
  engine.handle(input::SocketOpened{1}, now);
  drain();
  const wire::Deliver deliver{{{1, Address{}, MessageId::create(1, random), Bytes{1}}}};
  engine.handle(input::FrameReceived{1, wire::encode(wire::RelayFrame(deliver))}, now);
  bool disconnected = false;
  for (const Output& output : drain()) {
    disconnected = disconnected || std::holds_alternative<output::Disconnect>(output);
    CHECK(!std::holds_alternative<output::Transmit>(output));
    CHECK(!std::holds_alternative<output::Commit>(output));
  }
  CHECK(disconnected);
  CHECK(engine.connection().error == Error::kProtocol);
}

TEST_CASE("engine: two thousand messages queued offline arrive in order, once, and are compacted") {
  Pair p;
  p.alice.cut();
  Texts wanted;
  for (int i = 0; i < 2'000; ++i) {
    wanted.push_back("message " + std::to_string(i));
    p.alice.send(p.b, wanted.back());
  }
  p.world.settle();
  p.alice.crash();
  p.alice.open();
  p.alice.restore();
  p.world.advance(10'000);
  CHECK(p.bob.texts_with(p.a) == wanted);
  CHECK(p.alice.engine->pending() == 0);
  CHECK(p.alice.files.size() <= limits::kJournalFilesMax + 2);
  p.bob.crash();
  p.bob.open();
  CHECK(p.bob.texts_with(p.a) == wanted);
}

TEST_CASE("engine: the relay never sees a text (I7)") {
  Pair p;
  p.alice.send(p.b, "the eagle lands at dawn");
  p.world.advance(1'000);
  REQUIRE(!p.world.seen_by_relay.empty());
  for (const Bytes& frame : p.world.seen_by_relay) {
    CHECK(as_text(frame).find("eagle") == std::string_view::npos);
  }
  for (const auto& [name, bytes] : p.alice.files) {
    CHECK(as_text(bytes).find("eagle") == std::string_view::npos);
  }
}

TEST_CASE("engine: a dead connection is noticed by silence and replaced") {
  Pair p;
  const uint64_t first = p.alice.connection;
  // Half-open: the relay's frames no longer arrive, and nobody says so.
  p.alice.socket.reset();
  p.world.advance(limits::kHeartbeatMs + limits::kHeartbeatGraceMs + 1'000);
  CHECK(p.alice.connection > first);
  p.alice.send(p.b, "over the new one");
  p.world.advance(5'000);
  CHECK(p.bob.texts_with(p.a) == Texts{"over the new one"});
}

TEST_CASE("engine: where a profile must exist, an empty store is gone and not a new beginning") {
  SeededRandom random{7};
  for (const bool must_exist : {false, true}) {
    CAPTURE(must_exist);
    Engine engine({.relay_host = "relay.example", .must_exist = must_exist}, random);
    engine.handle(input::StorageLoaded{}, {});
    std::optional<Error> stopped;
    bool commits = false;
    while (true) {
      const Output output = engine.poll();
      if (std::holds_alternative<output::Timeout>(output)) break;
      commits |= std::holds_alternative<output::Commit>(output);
      const auto* event = std::get_if<Event>(&output);
      const auto* end = event ? std::get_if<event::Stopped>(event) : nullptr;
      if (end) stopped = end->error;
    }
    CHECK(commits == !must_exist);
    CHECK(stopped == (must_exist ? std::optional(Error::kStorageGone) : std::nullopt));
  }
}

}  // namespace
}  // namespace homing::test
