// Goal: each attack of a hostile relay or contact that docs/threat_model.md lists fails against a
// whole engine.
// Method: the world of support/world.h, with support/mallory.h as its relay. As in attacks_test.cc,
// tests/crypto/defences.mjs takes each defence away and sees the test named here fail.

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "homing/limits.h"
#include "support/mallory.h"
#include "support/pair.h"
#include "unit/session_fixture.h"
#include "wire/content.h"
#include "wire/invite.h"

namespace homing::test {
namespace {

/// The items under places of mallory's choice: in the order given, from `place` on.
std::vector<wire::DeliverItem> placed(std::vector<wire::DeliverItem> items, uint64_t place) {
  for (wire::DeliverItem& item : items) item.place = place++;
  return items;
}

MessageId random_id(World& world) { return MessageId::create(world.now.wall_ms, world.random); }

void publish(World& world, const Address& mailbox, const PrekeyPublication& publication) {
  REQUIRE(world.store.begin().ok());
  REQUIRE(world.store.publish(mailbox, publication).ok());
  REQUIRE(world.store.commit().ok());
}

PrekeyBundle claim(World& world, const Address& mailbox) {
  REQUIRE(world.store.begin().ok());
  const Result<relay::Claimed> claimed = world.store.claim(mailbox);
  REQUIRE((claimed.ok() && claimed->bundle));
  REQUIRE(world.store.commit().ok());
  return *claimed->bundle;
}

PrekeyPublication published_by(const Device& device) {
  for (const Bytes& bytes : device.transmitted) {
    const auto frame = wire::decode_client_frame(bytes);
    if (const auto* upload = std::get_if<wire::Publish>(&*frame)) {
      return *decode_publication(upload->publication);
    }
  }
  FAIL("nothing was published");
  return {};
}

}  // namespace

TEST_CASE("attack: a relay that reorders what it delivers") {
  Pair p;
  p.bob.cut();
  for (const char* text : {"one", "two", "three", "four"}) p.alice.send(p.b, text);
  p.world.advance(2'000);
  std::vector<wire::DeliverItem> items = intercept(p.world, p.b);
  p.bob.restore();
  p.world.advance(5'000);
  std::reverse(items.begin(), items.end());
  for (const wire::DeliverItem& item : placed(items, 1'000)) deliver(p.bob, {item});
  CHECK(p.bob.texts_with(p.a) == Texts{"one", "two", "three", "four"});
}

TEST_CASE("attack: a relay that drops some of what it delivers and repeats the rest") {
  Pair p;
  p.bob.cut();
  for (const char* text : {"one", "two", "three", "four"}) p.alice.send(p.b, text);
  p.world.advance(2'000);
  std::vector<wire::DeliverItem> items = placed(intercept(p.world, p.b), 1'000);
  p.bob.restore();
  p.world.advance(5'000);
  items.erase(items.begin() + 1);
  for (int i = 0; i < 3; ++i) deliver(p.bob, items);
  CHECK(p.bob.texts_with(p.a) == Texts{"one", "three", "four"});
  CHECK(events_of<event::Unreadable>(p.bob).empty());
  // Under a new place it is no repeat to the engine. It does not open, and that is told.
  deliver(p.bob, placed(items, 2'000));
  CHECK(p.bob.texts_with(p.a) == Texts{"one", "three", "four"});
  CHECK(events_of<event::Unreadable>(p.bob).size() == items.size());
}

TEST_CASE("attack: a prekey bundle swapped by the relay") {
  World world(2);
  Device& alice = world.add("alice");
  Device& bob = world.add("bob");
  Device& mallory = world.add("mallory");
  world.advance(2'000);
  const PrekeyPublication good = published_by(bob);
  publish(world, bob.address(), published_by(mallory));
  REQUIRE(alice.run(command::AcceptInvite{bob.engine->invite()}).error == std::nullopt);
  const MessageId id = alice.send(bob.address(), "for bob only");
  world.advance(5'000);
  CHECK(alice.status(bob.address(), id) == MessageStatus::kPending);
  CHECK(world.store.fetch(bob.address(), 0, {10, 100'000})->messages.empty());
  // Nothing is lost by it: with the right keys it goes out.
  publish(world, bob.address(), good);
  world.advance(60'000);
  CHECK(bob.texts_with(alice.address()) == Texts{"for bob only"});
}

TEST_CASE("attack: a relay that gives more than one tick, and a receipt that it wrote itself") {
  Pair p;
  p.bob.cut();
  const MessageId id = p.alice.send(p.b, "for bob only");
  p.world.advance(2'000);
  REQUIRE(p.alice.status(p.b, id) == MessageStatus::kSent);
  p.alice.feed(input::FrameReceived{p.alice.connection,
                                    wire::encode(wire::RelayFrame(wire::Accepted{{id}}))});
  const content::Receipt receipt{MessageStatus::kRead, {id}};
  deliver(p.alice, {{1'000, p.b, random_id(p.world), content::encode(receipt)}});
  CHECK(p.alice.status(p.b, id) == MessageStatus::kSent);
  CHECK(events_of<event::Unreadable>(p.alice).size() == 1);
}

TEST_CASE("attack: a receipt by one contact for what was sent to another") {
  Pair p;
  Person carol(p.world.random);
  const Invite invite{carol.book.identity().public_keys(), {}, "carol"};
  REQUIRE(p.alice.run(command::AcceptInvite{encode_invite(invite)}).error == std::nullopt);
  p.bob.cut();
  const MessageId id = p.alice.send(p.b, "for bob only");
  p.world.advance(2'000);
  REQUIRE(p.alice.status(p.b, id) == MessageStatus::kSent);

  const uint64_t now_ms = p.world.now.wall_ms;
  REQUIRE(carol.book.begin(p.a, claim(p.world, p.a), now_ms, p.world.random).ok());
  const Bytes receipt = content::encode(content::Receipt{MessageStatus::kRead, {id}});
  const Result<Bytes> envelope = carol.book.seal(p.a, receipt, now_ms, p.world.random);
  REQUIRE(envelope.ok());
  deliver(p.alice, {{1'000, carol.address(), random_id(p.world), *envelope}});
  CHECK(events_of<event::Unreadable>(p.alice).empty());
  CHECK(p.alice.status(p.b, id) == MessageStatus::kSent);
}

TEST_CASE("attack: a store rolled back to an earlier state") {
  Pair p;
  const auto old_files = p.alice.files;
  p.alice.send(p.b, "remembered by the relay only");
  p.world.advance(1'000);
  p.alice.crash();
  p.alice.files = old_files;
  p.alice.open();
  p.world.advance(5'000);
  p.alice.send(p.b, "after the rollback");
  p.world.advance(5'000);
  const Texts texts = p.bob.texts_with(p.a);
  CHECK(std::count(texts.begin(), texts.end(), "after the rollback") == 1);
  CHECK(events_of<event::Unreadable>(p.bob).empty());
}

TEST_CASE("attack: all one-time prekeys claimed by somebody who never writes") {
  World world(3);
  Device& alice = world.add("alice");
  Device& bob = world.add("bob");
  world.advance(2'000);
  bob.cut();
  world.settle();
  for (size_t i = 0; i < limits::kOneTimePrekeys; ++i) claim(world, bob.address());
  REQUIRE(!claim(world, bob.address()).one_time_prekey);
  // First contact works on the keys that last, and bob makes new ones when he is told.
  REQUIRE(alice.run(command::AcceptInvite{bob.engine->invite()}).error == std::nullopt);
  alice.send(bob.address(), "hello all the same");
  world.advance(5'000);
  bob.restore();
  world.advance(10'000);
  CHECK(bob.texts_with(alice.address()) == Texts{"hello all the same"});
  CHECK(claim(world, bob.address()).one_time_prekey.has_value());
}

}  // namespace homing::test
