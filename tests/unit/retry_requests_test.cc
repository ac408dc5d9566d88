// Goal: what a recipient cannot open is asked for and comes again, and two devices that cannot read
// each other do not keep each other busy. Method: a store that goes back to a ratchet state too old
// for what was sealed since, and a relay that damages what it delivers.

#include <doctest/doctest.h>

#include "homing/limits.h"
#include "support/mallory.h"
#include "support/pair.h"
#include "wire/content.h"

namespace homing::test {
namespace {

size_t unreadable(const Device& device) { return events_of<event::Unreadable>(device).size(); }

/// Envelopes that a device has submitted since `transmitted` was cleared.
size_t submitted(const Device& device) {
  size_t count = 0;
  for (const Bytes& bytes : device.transmitted) {
    const auto frame = wire::decode_client_frame(bytes);
    if (const auto* submit = std::get_if<wire::Submit>(&*frame)) count += submit->items.size();
  }
  return count;
}

/// Alice's texts, which the relay damages on their way to bob.
struct Damaged : Pair {
  std::vector<MessageId> send_damaged(const Texts& texts) {
    bob.cut();
    world.settle();
    std::vector<MessageId> sent;
    for (const std::string& text : texts) sent.push_back(alice.send(b, text));
    world.advance(2'000);
    std::vector<wire::DeliverItem> items = intercept(world, b);
    bob.restore();
    world.advance(60'000);
    alice.transmitted.clear();
    bob.transmitted.clear();
    for (wire::DeliverItem& item : items) item.envelope.back() ^= 1;
    deliver(bob, std::move(items));
    return sent;
  }
};

TEST_CASE("retry: what a store that went back can no longer open comes again, in its place") {
  Pair p;
  const auto old_files = p.bob.files;
  for (int i = 0; i < 3; ++i) {
    p.alice.send(p.b, "there");
    p.world.advance(2'000);
    p.bob.send(p.a, "and back");
    p.world.advance(2'000);
  }
  p.bob.crash();
  p.alice.send(p.b, "one");
  const MessageId two = p.alice.send(p.b, "two");
  p.world.advance(5'000);
  p.bob.files = old_files;
  p.bob.open();
  p.world.advance(10'000);
  CHECK(unreadable(p.bob) == 2);
  CHECK(p.bob.texts_with(p.a) == Texts{"one", "two"});
  CHECK(p.alice.status(p.b, two) == MessageStatus::kDelivered);
}

TEST_CASE("retry: what comes again stands before what was sent after it (I3)") {
  Damaged p;
  p.send_damaged({"one", "two"});
  p.alice.send(p.b, "three");
  p.world.advance(10'000);
  CHECK(p.bob.texts_with(p.a) == Texts{"one", "two", "three"});
  CHECK(unreadable(p.bob) == 2);
}

TEST_CASE("retry: a request that a crash interrupts is made all the same") {
  Damaged p;
  p.bob.hold_commits();
  p.send_damaged({"one"});
  p.bob.release_commits();
  p.bob.cut();
  p.world.settle();
  p.bob.crash();
  p.bob.open();
  p.bob.restore();
  p.world.advance(60'000);
  CHECK(p.bob.texts_with(p.a) == Texts{"one"});
}

TEST_CASE("retry: a stranger or a blocked person is not asked, or they would know who is there") {
  for (const bool blocked : {false, true}) {
    Damaged p;
    if (blocked) {
      p.bob.run(command::Block{p.a});
    } else {
      p.bob.run(command::DeleteConversation{p.a});
    }
    p.send_damaged({"one"});
    p.world.advance(10'000);
    CHECK(unreadable(p.bob) == 1);
    CHECK(submitted(p.bob) == 0);
  }
}

TEST_CASE("retry: a blocked person's request is not answered") {
  Damaged p;
  p.bob.hold_commits();
  p.send_damaged({"one"});
  p.alice.run(command::Block{p.b});
  p.bob.release_commits();
  p.world.advance(10'000);
  CHECK(submitted(p.bob) == 1);
  CHECK(submitted(p.alice) == 0);
}

TEST_CASE("retry: a peer is asked once an hour, and what is missing meanwhile is kept") {
  Damaged p;
  p.send_damaged({"one"});
  p.world.advance(10'000);
  REQUIRE(p.bob.texts_with(p.a) == Texts{"one"});
  p.send_damaged({"two"});
  p.world.advance(2 * limits::kRetryAnswerMs);
  CHECK(p.bob.texts_with(p.a) == Texts{"one"});
  SUBCASE("by an open page") {
    p.world.advance(limits::kRetryRequestMs);
    CHECK(p.bob.texts_with(p.a) == Texts{"one", "two"});
  }
  SUBCASE("by one that was opened anew") {
    p.bob.crash();
    p.bob.open();
    p.world.advance(60'000);
    CHECK(p.bob.texts_with(p.a) == Texts{"one", "two"});
  }
}

TEST_CASE("retry: requests that come together are all answered, up to kRetryAnswersMax") {
  for (const uint64_t more : {0u, 1u}) {
    Damaged p;
    const uint64_t asked = limits::kRetryAnswersMax + more;
    p.bob.cut();
    p.world.settle();
    for (uint64_t i = 0; i < asked; ++i) p.alice.send(p.b, std::to_string(i));
    p.world.advance(2'000);
    std::vector<wire::DeliverItem> items = intercept(p.world, p.b);
    REQUIRE(items.size() == asked);
    // While alice is away, bob asks for one an hour.
    p.alice.cut();
    p.bob.restore();
    p.world.advance(60'000);
    for (wire::DeliverItem& item : items) {
      item.envelope.back() ^= 1;
      deliver(p.bob, {item});
      p.world.advance(limits::kRetryRequestMs);
    }
    p.alice.transmitted.clear();
    p.alice.restore();
    p.world.advance(50'000);
    CHECK(p.bob.texts_with(p.a).size() == limits::kRetryAnswersMax);
    CHECK(submitted(p.alice) == limits::kRetryAnswersMax);
    // And then one a minute, until as many can come together again.
    p.world.advance(limits::kRetryAnswerMs);
    p.bob.crash();
    p.bob.open();
    p.send_damaged({"later"});
    p.world.advance(10'000);
    CHECK(p.bob.texts_with(p.a).back() == "later");
  }
}

TEST_CASE("retry: a request names 1 to kRetryIdsMax envelopes") {
  SeededRandom random(7);
  content::RetryRequest request;
  CHECK(content::decode(content::encode(request)).error() == Error::kMalformed);
  request.envelopes.assign(limits::kRetryIdsMax, MessageId::create(1, random));
  CHECK(content::decode(content::encode(request)).ok());
  request.envelopes.push_back(request.envelopes.front());
  CHECK(content::decode(content::encode(request)).error() == Error::kTooLarge);
}

TEST_CASE("retry: what comes again and cannot be opened either is sealed on a fresh session") {
  Damaged p;
  p.alice.cut();
  p.world.settle();
  p.alice.send(p.b, "one");
  p.bob.cut();
  p.world.settle();
  p.alice.restore();
  p.world.advance(60'000);
  const auto damage_on_the_way = [&p] {
    auto items = intercept(p.world, p.b);
    p.alice.cut();
    p.bob.restore();
    p.world.advance(60'000);
    for (wire::DeliverItem& item : items) item.envelope.back() ^= 1;
    deliver(p.bob, std::move(items));
    p.bob.cut();
    p.world.settle();
    p.alice.transmitted.clear();
    p.alice.restore();
    p.world.advance(60'000);
  };
  const auto claims = [&p] {
    return std::count_if(
        p.alice.transmitted.begin(), p.alice.transmitted.end(), [](const Bytes& f) {
          return std::holds_alternative<wire::Claim>(*wire::decode_client_frame(f));
        });
  };
  damage_on_the_way();
  CHECK(submitted(p.alice) == 1);
  CHECK(claims() == 0);
  p.world.advance(limits::kRetryRequestMs);
  damage_on_the_way();
  CHECK(submitted(p.alice) == 1);
  CHECK(claims() == 1);
  p.bob.restore();
  p.world.advance(60'000);
  CHECK(p.bob.texts_with(p.a) == Texts{"one"});
  CHECK(unreadable(p.bob) == 2);
}

TEST_CASE("retry: two who cannot read each other ask each other once an hour") {
  Pair p;
  // Garbage under random ids, in both directions, more often than that.
  p.alice.transmitted.clear();
  p.bob.transmitted.clear();
  const auto garbage = [&p](Device& to, const Address& from, uint64_t place) {
    deliver(to,
            {{place, from, MessageId::create(p.world.now.wall_ms, p.world.random), Bytes(200, 7)}});
  };
  for (uint64_t i = 0; i < 30; ++i) {
    garbage(p.alice, p.b, 1'000 + i);
    garbage(p.bob, p.a, 1'000 + i);
    p.world.advance(60'000);
  }
  CHECK(unreadable(p.alice) >= 30);
  CHECK(submitted(p.alice) == 1);
  CHECK(submitted(p.bob) == 1);
}

TEST_CASE("retry: what a deleted conversation held does not come again") {
  Damaged p;
  p.bob.hold_commits();
  p.send_damaged({"one", "two"});
  p.alice.cut();
  p.world.settle();
  p.bob.release_commits();
  p.world.advance(2'000);
  SUBCASE("deleted before it was asked for") {
    p.alice.run(command::DeleteConversation{p.b});
    p.alice.restore();
    p.world.advance(60'000);
    CHECK(submitted(p.bob) == 1);
    CHECK(p.bob.texts_with(p.a).empty());
  }
  SUBCASE("deleted while it waits") {
    p.alice.hold_commits();
    p.alice.restore();
    while (!p.alice.held_commit) p.world.advance(1);
    // The first is under way: alone, as long as nothing proves the connection.
    p.alice.feed(Command{77, command::DeleteConversation{p.b}});
    p.alice.release_commits();
    p.world.advance(60'000);
    CHECK(p.alice.replies.at(77).error == std::nullopt);
    CHECK(p.bob.texts_with(p.a) == Texts{"one"});
  }
}

}  // namespace
}  // namespace homing::test
