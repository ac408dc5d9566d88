// Goal: what a failing, fenced, damaged or rolled-back store does to a profile is told, and costs
// no more than it must. Method: the world of support/world.h, and disks that the test spoils.

#include <doctest/doctest.h>

#include "homing/limits.h"
#include "support/pair.h"

namespace homing::test {
namespace {

TEST_CASE("engine: a failed commit is told, tried again, and nothing is lost") {
  Pair p;
  p.alice.fail_commits(Error::kStorageQuota);
  p.alice.feed(Command{50, command::Send{p.b, "no room"}});
  p.world.settle();
  CHECK(!p.alice.replies.contains(50));
  const auto told = events_of<event::StorageChanged>(p.alice);
  REQUIRE(!told.empty());
  CHECK(told.back().error == Error::kStorageQuota);
  CHECK(told.back().unsaved > 0);
  p.alice.fail_commits(std::nullopt);
  p.world.advance(10'000);
  CHECK(events_of<event::StorageChanged>(p.alice).back().error == std::nullopt);
  REQUIRE(p.alice.replies.contains(50));
  CHECK(p.alice.replies.at(50).error == std::nullopt);
  CHECK(p.bob.texts_with(p.a) == Texts{"no room"});
}

TEST_CASE("engine: a fenced store ends the engine and answers every command") {
  Pair p;
  p.alice.fail_commits(Error::kStorageFenced);
  p.alice.feed(Command{60, command::Send{p.b, "deposed"}});
  p.world.settle();
  CHECK(p.alice.replies.at(60).error == Error::kStorageFenced);
  CHECK(events_of<event::Stopped>(p.alice).back().error == Error::kStorageFenced);
  CHECK(p.alice.run(command::Send{p.b, "later"}).error == Error::kClosed);
}

TEST_CASE("engine: what is written after a rollback stands behind what the lost state sent (I3)") {
  for (const bool offline : {false, true}) {
    Pair p;
    const auto old_files = p.alice.files;
    for (const char* text : {"one", "two", "three"}) p.alice.send(p.b, text);
    p.world.advance(2'000);
    p.alice.crash();
    p.alice.files = old_files;
    if (offline) p.alice.cut();
    p.alice.open();
    // Offline nobody has said yet that there was a later state.
    if (!offline) p.world.advance(2'000);
    p.alice.send(p.b, "four");
    p.alice.send(p.b, "five");
    p.world.advance(2'000);
    if (offline) p.alice.restore();
    p.world.advance(5'000);
    CHECK(p.bob.texts_with(p.a) == Texts{"one", "two", "three", "four", "five"});
  }
}

TEST_CASE("engine: a conversation that the lost state began goes on behind it, too (I3)") {
  World world{1};
  Device& alice = world.add("alice");
  Device& bob = world.add("bob");
  world.advance(2'000);
  const auto old_files = alice.files;
  alice.send(bob.address(), "one");
  world.advance(2'000);
  for (const char* text : {"two", "three"}) {
    alice.crash();
    alice.files = old_files;
    alice.open();
    world.advance(2'000);
    alice.send(bob.address(), text);
    world.advance(2'000);
    // The two losses cannot be told apart by a clock.
    alice.skew_ms -= 3'600'000;
  }
  CHECK(bob.texts_with(alice.address()) == Texts{"one", "two", "three"});
}

TEST_CASE("engine: what is written after damage stands behind what was lost by it (I3)") {
  Pair p;
  const auto old_files = p.alice.files;
  for (const char* text : {"one", "two", "three"}) p.alice.send(p.b, text);
  p.world.advance(2'000);
  p.alice.crash();
  for (auto& [name, bytes] : p.alice.files) {
    if (!old_files.contains(name)) bytes.back() ^= 1;
  }
  p.alice.open();
  p.alice.send(p.b, "four");
  p.world.advance(5'000);
  CHECK(p.bob.texts_with(p.a) == Texts{"one", "two", "three", "four"});
}

TEST_CASE("engine: a rolled-back store starts fresh sessions and still delivers") {
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
  REQUIRE(texts.size() == 2);
  CHECK(std::count(texts.begin(), texts.end(), "after the rollback") == 1);
  CHECK(events_of<event::Unreadable>(p.bob).empty());
}

TEST_CASE("engine: a damaged commit is set aside, the rest is kept, and it goes on") {
  Pair p;
  p.alice.cut();
  p.alice.send(p.b, "first");
  p.world.settle();
  p.alice.send(p.b, "second");
  p.world.settle();
  p.alice.crash();
  auto& last = p.alice.files.rbegin()->first == "key" ? *std::next(p.alice.files.rbegin())
                                                      : *p.alice.files.rbegin();
  last.second.resize(last.second.size() / 2);
  p.alice.open();
  p.world.settle();
  CHECK(events_of<event::Opened>(p.alice).back().quarantined == 1);
  CHECK(p.alice.texts_with(p.b) == Texts{"first"});
  p.alice.send(p.b, "third");
  p.alice.restore();
  p.world.advance(30'000);
  CHECK(p.bob.texts_with(p.a) == Texts{"first", "third"});
  p.alice.crash();
  p.alice.open();
  CHECK(events_of<event::Opened>(p.alice).back().quarantined == 0);
  CHECK(p.alice.texts_with(p.b) == Texts{"first", "third"});
}

TEST_CASE("engine: whichever files of its journal are damaged, a profile goes on or is refused") {
  size_t went_on = 0;
  size_t files = 1;
  for (size_t one = 0; one < files; ++one) {
    for (const size_t other : {one, one + 1}) {
      CAPTURE(one);
      CAPTURE(other);
      World world{1};
      Device& alice = world.add("alice");
      Device& bob = world.add("bob");
      world.advance(2'000);
      const Address a = alice.address();
      bob.run(command::AcceptInvite{alice.engine->invite()});
      bob.send(a, "hello");
      world.advance(5'000);
      alice.cut();
      world.settle();
      // What waits refers to what older commits hold.
      alice.run(command::MarkRead{bob.address()});
      world.settle();
      alice.crash();
      files = alice.files.size();
      size_t at = 0;
      for (auto& [name, bytes] : alice.files) {
        if (name != "key" && (at == one || at == other)) bytes.back() ^= 1;
        ++at;
      }
      alice.open();
      world.settle();
      if (!alice.engine->address()) continue;
      ++went_on;
      CHECK(alice.address() == a);
      alice.restore();
      world.advance(5'000);
      alice.send(bob.address(), "later");
      world.advance(60'000);
      CHECK(bob.texts_with(a) == Texts{"hello", "later"});
    }
  }
  CHECK(went_on > 10);
}

TEST_CASE("engine: a journal of a newer version, or without its key, is refused and not touched") {
  Pair p;
  p.alice.crash();
  const auto good = p.alice.files;
  for (auto& [name, bytes] : p.alice.files) {
    if (name != "key") bytes[5] = 99;
  }
  auto bad = p.alice.files;
  p.alice.open();
  p.world.settle();
  CHECK(events_of<event::Stopped>(p.alice).back().error == Error::kStorageNewer);
  CHECK(p.alice.files == bad);
  p.alice.crash();
  p.alice.files = good;
  p.alice.files.erase("key");
  bad = p.alice.files;
  p.alice.open();
  p.world.settle();
  CHECK(events_of<event::Stopped>(p.alice).back().error == Error::kStorageCorrupt);
  CHECK(p.alice.files == bad);
}

}  // namespace
}  // namespace homing::test
