// Goal: the relay keeps messages for who is away and hands them over in order, once each, and says
// so only when it is true.
// Method: the core alone, on a store in memory; what it asks for happens at once or when released.

#include <doctest/doctest.h>

#include <algorithm>

#include "relay/core_fixture.h"

namespace homing::relay {
namespace {

/// alice connected; bob has published and is away.
struct AliceAndBob : CoreFixture {
  explicit AliceAndBob(CoreOptions options = {}, Quota quota = {}) : CoreFixture(options, quota) {
    disconnect(connect_published(bob));
    alice_link = connect(alice);
    links[alice_link].received.clear();
  }
  std::vector<MessageId> submit(size_t count, size_t bytes = 64) {
    wire::Submit frame;
    std::vector<MessageId> ids;
    for (size_t i = 0; i < count; ++i) {
      frame.items.push_back(alice.item(bob.address(), now.wall_ms, bytes));
      ids.push_back(frame.items.back().id);
    }
    send(alice_link, std::move(frame));
    return ids;
  }
  RelayPerson alice{1};
  RelayPerson bob{2};
  ConnectionId alice_link = 0;
};

std::vector<MessageId> ids_of(const std::vector<wire::DeliverItem>& items) {
  std::vector<MessageId> out;
  for (const wire::DeliverItem& item : items) out.push_back(item.id);
  return out;
}

}  // namespace

TEST_CASE("relay: what is sent to somebody who is away waits, and comes whole when they return") {
  AliceAndBob world;
  const wire::SubmitItem item = world.alice.item(world.bob.address(), world.now.wall_ms);
  world.send(world.alice_link, wire::Submit{.items = {item}});
  CHECK(world.accepted(world.alice_link) == std::vector{item.id});
  const ConnectionId bob = world.connect(world.bob);
  const std::vector<wire::DeliverItem> got = world.delivered(bob);
  REQUIRE(got.size() == 1);
  CHECK(got[0].id == item.id);
  CHECK(got[0].from == world.alice.address());
  CHECK(got[0].envelope == item.envelope);
  CHECK(world.received<wire::Drained>(bob).size() == 1);
}

TEST_CASE(
    "relay: what is sent to somebody who is connected comes at once, without another drained") {
  AliceAndBob world;
  const ConnectionId bob = world.connect(world.bob);
  CHECK(world.received<wire::Drained>(bob).size() == 1);
  const std::vector<MessageId> ids = world.submit(3);
  CHECK(ids_of(world.delivered(bob)) == ids);
  CHECK(world.received<wire::Drained>(bob).empty());
}

TEST_CASE("relay: accepted is said only after the commit, never before") {
  AliceAndBob world;
  world.work_is_held = true;
  const std::vector<MessageId> ids = world.submit(1);
  CHECK(world.accepted(world.alice_link).empty());
  world.release_work();
  CHECK(world.accepted(world.alice_link) == ids);
}

TEST_CASE("relay: what comes in during a commit becomes the next one, as a whole") {
  AliceAndBob world;
  world.work_is_held = true;
  std::vector<MessageId> ids = world.submit(1);
  for (int i = 0; i < 10; ++i) {
    const std::vector<MessageId> more = world.submit(5);
    ids.insert(ids.end(), more.begin(), more.end());
  }
  REQUIRE(world.work.size() == 1);
  const uint64_t before = world.core->counters().commits;
  world.release_work();
  CHECK(world.core->counters().commits == before + 2);
  CHECK(world.accepted(world.alice_link) == ids);
  CHECK(ids_of(world.delivered(world.connect(world.bob))) == ids);
}

TEST_CASE("relay: a repeated id is accepted again and delivered once, also after the delivery") {
  AliceAndBob world;
  const wire::SubmitItem item = world.alice.item(world.bob.address(), world.now.wall_ms);
  world.send(world.alice_link, wire::Submit{.items = {item, item}});
  world.send(world.alice_link, wire::Submit{.items = {item}});
  CHECK(world.accepted(world.alice_link).size() == 3);
  const ConnectionId bob = world.connect(world.bob);
  const std::vector<wire::DeliverItem> got = world.delivered(bob);
  REQUIRE(got.size() == 1);
  world.send(bob, wire::Ack{.up_to = got[0].place});
  world.send(world.alice_link, wire::Submit{.items = {item}});
  CHECK(world.accepted(world.alice_link) == std::vector{item.id});
  CHECK(world.delivered(bob).empty());
  world.disconnect(bob);
  CHECK(world.delivered(world.connect(world.bob)).empty());
}

TEST_CASE("relay: what was not acknowledged is delivered again; what was is not") {
  AliceAndBob world;
  const std::vector<MessageId> ids = world.submit(4);
  ConnectionId bob = world.connect(world.bob);
  const std::vector<wire::DeliverItem> got = world.delivered(bob);
  REQUIRE(got.size() == 4);
  world.send(bob, wire::Ack{.up_to = got[1].place});
  world.disconnect(bob);
  bob = world.connect(world.bob);
  CHECK(ids_of(world.delivered(bob)) == std::vector(ids.begin() + 2, ids.end()));
}

TEST_CASE("relay: the order of a mailbox is the order of commits, whoever sent") {
  AliceAndBob world;
  RelayPerson carol(3);
  const ConnectionId carol_link = world.connect(carol);
  std::vector<MessageId> ids;
  for (int i = 0; i < 6; ++i) {
    RelayPerson& sender = i % 2 == 0 ? world.alice : carol;
    const wire::SubmitItem item = sender.item(world.bob.address(), world.now.wall_ms);
    ids.push_back(item.id);
    world.send(i % 2 == 0 ? world.alice_link : carol_link, wire::Submit{.items = {item}});
  }
  CHECK(ids_of(world.delivered(world.connect(world.bob))) == ids);
}

TEST_CASE("relay: at most 256 messages are out unacknowledged, and an ack lets as many follow") {
  AliceAndBob world;
  for (int i = 0; i < 4; ++i) world.submit(100);
  const ConnectionId bob = world.connect(world.bob);
  std::vector<wire::DeliverItem> got = world.delivered(bob);
  CHECK(got.size() == 256);
  CHECK(world.received<wire::Drained>(bob).empty());
  world.send(bob, wire::Ack{.up_to = got[9].place});
  got = world.delivered(bob);
  CHECK(got.size() == 10);
  world.send(bob, wire::Ack{.up_to = got.back().place});
  CHECK(world.delivered(bob).size() == 400 - 266);
  CHECK(world.received<wire::Drained>(bob).size() == 1);
}

TEST_CASE("relay: at most one mebibyte is out unacknowledged") {
  AliceAndBob world;
  constexpr size_t kBytes = 32 * 1024;
  for (int i = 0; i < 40; ++i) world.submit(1, kBytes);
  const ConnectionId bob = world.connect(world.bob);
  const std::vector<wire::DeliverItem> got = world.delivered(bob);
  CHECK(got.size() == 32);
  world.send(bob, wire::Ack{.up_to = got.back().place});
  CHECK(world.delivered(bob).size() == 8);
}

TEST_CASE("relay: while a socket's queue is full nothing more is fetched for it") {
  AliceAndBob world;
  const ConnectionId bob = world.connect(world.bob);
  world.core->on_send_blocked(bob, true, world.now);
  const std::vector<MessageId> ids = world.submit(2);
  CHECK(world.delivered(bob).empty());
  world.core->on_send_blocked(bob, false, world.now);
  world.run();
  CHECK(ids_of(world.delivered(bob)) == ids);
}

TEST_CASE("relay: an ack cannot reach beyond what its device can have got") {
  AliceAndBob world;
  world.submit(1);
  const ConnectionId bob = world.connect(world.bob);
  const std::vector<wire::DeliverItem> got = world.delivered(bob);
  REQUIRE(got.size() == 1);
  // As from a client that remembers places of another database.
  world.send(bob, wire::Ack{.up_to = UINT64_MAX});
  world.core->on_send_blocked(bob, true, world.now);
  const std::vector<MessageId> second = world.submit(1);
  world.send(bob, wire::Ack{.up_to = UINT64_MAX});
  world.disconnect(bob);
  CHECK(ids_of(world.delivered(world.connect(world.bob))) == second);
}

TEST_CASE("relay: ids are refused outside of the window, on both sides of both limits") {
  AliceAndBob world;
  const uint64_t now = world.now.wall_ms;
  const auto try_time = [&](uint64_t time) {
    const wire::SubmitItem item = world.alice.item(world.bob.address(), time);
    world.send(world.alice_link, wire::Submit{.items = {item}});
    return world.refused(world.alice_link);
  };
  CHECK(try_time(now - limits::kIdAgeMsMax).empty());
  CHECK(try_time(now + limits::kIdAheadMsMax).empty());
  CHECK(world.accepted(world.alice_link).size() == 2);
  for (const uint64_t time : {now - limits::kIdAgeMsMax - 1, now + limits::kIdAheadMsMax + 1}) {
    const std::vector<wire::RefusedItem> refused = try_time(time);
    REQUIRE(refused.size() == 1);
    CHECK(refused[0].error == Error::kIdOutOfRange);
  }
  CHECK(world.accepted(world.alice_link).empty());
}

TEST_CASE("relay: a message to nobody is refused, and those around it are accepted") {
  AliceAndBob world;
  RelayPerson stranger(9);
  const wire::SubmitItem first = world.alice.item(world.bob.address(), world.now.wall_ms);
  const wire::SubmitItem lost = world.alice.item(stranger.address(), world.now.wall_ms);
  const wire::SubmitItem last = world.alice.item(world.bob.address(), world.now.wall_ms);
  world.send(world.alice_link, wire::Submit{.items = {first, lost, last}});
  CHECK(world.accepted(world.alice_link) == std::vector{first.id, last.id});
  const std::vector<wire::RefusedItem> refused = world.refused(world.alice_link);
  REQUIRE(refused.size() == 1);
  CHECK(refused[0].id == lost.id);
  CHECK(refused[0].error == Error::kUnknownAddress);
}

TEST_CASE("relay: a full mailbox refuses, and an ack makes room again") {
  AliceAndBob world({}, {.messages = 2});
  CHECK(world.submit(3).size() == 3);
  CHECK(world.accepted(world.alice_link).size() == 2);
  CHECK(world.refused(world.alice_link).at(0).error == Error::kMailboxFull);
  const ConnectionId bob = world.connect(world.bob);
  world.send(bob, wire::Ack{.up_to = world.delivered(bob).at(0).place});
  world.submit(1);
  CHECK(world.accepted(world.alice_link).size() == 1);
}

TEST_CASE("relay: over its rate a device is told how long to wait, and nothing overtakes") {
  CoreOptions options;
  options.messages = {.per_second = 10, .burst = 3};
  AliceAndBob world(options);
  const std::vector<MessageId> ids = world.submit(5);
  CHECK(world.accepted(world.alice_link) == std::vector(ids.begin(), ids.begin() + 3));
  const std::vector<wire::RefusedItem> refused = world.refused(world.alice_link);
  REQUIRE(refused.size() == 2);
  CHECK(refused[0].error == Error::kRateLimited);
  CHECK(refused[0].retry_after_ms == 100);
  CHECK(refused[1].id == ids[4]);
  // Reconnecting does not refill the bucket; waiting does.
  world.disconnect(world.alice_link);
  world.alice_link = world.connect(world.alice);
  world.submit(1);
  CHECK(world.refused(world.alice_link).size() == 1);
  world.now.monotonic_ms += 100;
  world.submit(1);
  CHECK(world.accepted(world.alice_link).size() == 1);
}

TEST_CASE("relay: more than a connection may have in flight is refused as overload, to try again") {
  CoreOptions options;
  options.submit_bytes_max = 1000;
  AliceAndBob world(options);
  world.work_is_held = true;
  world.submit(3, 400);
  const std::vector<wire::RefusedItem> refused = world.refused(world.alice_link);
  REQUIRE(refused.size() == 1);
  CHECK(refused[0].error == Error::kOverloaded);
  CHECK(refused[0].retry_after_ms > 0);
  world.release_work();
  CHECK(world.accepted(world.alice_link).size() == 2);
  world.submit(2, 500);
  CHECK(world.accepted(world.alice_link).size() == 2);
}

TEST_CASE("relay: a commit that fails is never acknowledged; the same ids are accepted later") {
  AliceAndBob world;
  world.store.failing = true;
  const wire::SubmitItem item = world.alice.item(world.bob.address(), world.now.wall_ms);
  world.send(world.alice_link, wire::Submit{.items = {item}});
  CHECK(world.accepted(world.alice_link).empty());
  CHECK(world.closed(world.alice_link) == wire::CloseCode::kRestart);
  REQUIRE(world.stopped.has_value());
  CHECK(world.stopped->failed);
  world.store.failing = false;
  world.restart();
  world.alice_link = world.connect(world.alice);
  world.send(world.alice_link, wire::Submit{.items = {item}});
  CHECK(world.accepted(world.alice_link) == std::vector{item.id});
}

TEST_CASE("relay: a mailbox that cannot be read ends the relay, too") {
  AliceAndBob world;
  world.submit(1);
  world.work_is_held = true;
  const ConnectionId bob = world.connect(world.bob);
  world.do_work();  // attached
  world.store.failing = true;
  world.release_work();
  CHECK(world.delivered(bob).empty());
  CHECK(world.received<wire::Drained>(bob).empty());
  REQUIRE(world.stopped.has_value());
  CHECK(world.stopped->failed);
}

TEST_CASE("relay: a kill between commit and accepted loses nothing and doubles nothing") {
  AliceAndBob world;
  world.work_is_held = true;
  const wire::SubmitItem item = world.alice.item(world.bob.address(), world.now.wall_ms);
  world.send(world.alice_link, wire::Submit{.items = {item}});
  world.do_work();  // durable, and then the process dies before a byte is sent
  world.restart();
  world.work_is_held = false;
  world.alice_link = world.connect(world.alice);
  world.send(world.alice_link, wire::Submit{.items = {item}});
  CHECK(world.accepted(world.alice_link) == std::vector{item.id});
  CHECK(ids_of(world.delivered(world.connect(world.bob))) == std::vector{item.id});
}

TEST_CASE(
    "relay: stopping finishes the commit, says accepted, then closes everybody for a restart") {
  AliceAndBob world;
  const ConnectionId bob = world.connect(world.bob);
  world.work_is_held = true;
  std::vector<MessageId> ids = world.submit(1);
  const std::vector<MessageId> more = world.submit(1);  // waits for the commit before it
  ids.insert(ids.end(), more.begin(), more.end());
  world.core->stop(world.now);
  world.run();
  CHECK_FALSE(world.stopped.has_value());
  world.release_work();
  CHECK(world.accepted(world.alice_link) == ids);
  REQUIRE(world.stopped.has_value());
  CHECK_FALSE(world.stopped->failed);
  for (const ConnectionId id : {world.alice_link, bob}) {
    CHECK(world.closed(id) == wire::CloseCode::kRestart);
    CHECK(world.links[id].reason.substr(0, 2) == "r=");
    CHECK(std::stoul(world.links[id].reason.substr(2)) <= 60);
  }
}

TEST_CASE("relay: a lost wake-up is made good by the sweep") {
  AliceAndBob world;
  const ConnectionId bob = world.connect(world.bob);
  // Another relay on the same store takes a message for bob, and its wake-up gets lost.
  const wire::SubmitItem item = world.alice.item(world.bob.address(), world.now.wall_ms);
  const Batch elsewhere{.now_ms = world.now.wall_ms,
                        .messages = {{item.to, world.alice.address(), item.id, item.envelope}}};
  REQUIRE(apply_batch(world.memory, elsewhere).ok());
  CHECK(world.delivered(bob).empty());
  world.advance(CoreOptions{}.housekeeping_ms);
  CHECK(ids_of(world.delivered(bob)) == std::vector{item.id});
}

TEST_CASE("relay: after the retention time a message is gone") {
  CoreOptions options;
  AliceAndBob world(options);
  world.submit(3);
  world.disconnect(world.alice_link);
  world.advance(options.retention_ms);
  ConnectionId bob = world.connect(world.bob);
  CHECK(world.delivered(bob).size() == 3);
  world.disconnect(bob);
  world.advance(options.housekeeping_ms);
  bob = world.connect(world.bob);
  CHECK(world.delivered(bob).empty());
}

}  // namespace homing::relay
