// Goal: a profile that was moved by a backup goes on where it is opened, seals nothing twice, and
// what waited in both copies arrives once, even when both go on running.
// Method: the world of support/world.h; the files of a device become those of another one, with the
// mark that an import stores.

#include <doctest/doctest.h>

#include <algorithm>

#include "homing/limits.h"
#include "journal/journal_format.h"
#include "support/pair.h"

namespace homing::test {
namespace {

const std::string kMark(journal::kRestoredFileName);

/// What an import stores: the files of `from`, and the mark.
Device& copy_of(Device& from, World& world) {
  Device& copy = world.add("copy");
  copy.files = from.files;
  copy.files[kMark] = {};
  copy.open();
  return copy;
}

TEST_CASE("restore: the mark goes with the first commit, and sessions are fresh from then on") {
  Pair p;
  p.alice.crash();
  Device& copy = copy_of(p.alice, p.world);
  p.world.advance(1'000);
  CHECK(copy.address() == p.a);
  CHECK(events_of<event::Opened>(copy).back().quarantined == 0);
  CHECK(!copy.files.contains(kMark));
  copy.send(p.b, "from the new browser");
  p.world.advance(5'000);
  CHECK(p.bob.texts_with(p.a) == Texts{"from the new browser"});
  p.bob.send(p.a, "welcome");
  p.world.advance(5'000);
  CHECK(copy.texts_with(p.b) == Texts{"from the new browser", "welcome"});
  CHECK(events_of<event::Unreadable>(p.bob).empty());
  CHECK(events_of<event::Unreadable>(copy).empty());
}

TEST_CASE("restore: a crash before the first commit leaves the mark, and nothing was sealed") {
  Pair p;
  p.alice.send(p.b, "before");
  p.world.advance(1'000);
  p.alice.crash();
  Device& copy = p.world.add("copy");
  copy.files = p.alice.files;
  copy.files[kMark] = {};
  copy.hold_commits();
  copy.open();
  copy.send(p.b, "never saved");
  p.world.settle();
  copy.crash();
  copy.held_commit.reset();
  CHECK(copy.files.contains(kMark));
  copy.commits_held = false;
  copy.open();
  p.world.advance(1'000);
  CHECK(!copy.files.contains(kMark));
  copy.send(p.b, "after");
  p.world.advance(5'000);
  CHECK(p.bob.texts_with(p.a) == Texts{"before", "after"});
  CHECK(events_of<event::Unreadable>(p.bob).empty());
}

TEST_CASE("restore: what waits in the original and in the copy arrives once") {
  Pair p;
  p.alice.send(p.b, "settled before");
  p.world.advance(2'000);
  // One is sealed and on its way when the network goes, two are not sealed yet.
  p.alice.socket.reset();
  p.alice.send(p.b, "sealed, its answer lost");
  p.world.settle();
  p.alice.cut();
  p.alice.send(p.b, "waiting 1");
  p.alice.send(p.b, "waiting 2");
  p.world.settle();
  const auto exported = p.alice.files;

  SUBCASE("the original sends first") {
    p.alice.restore();
    p.world.advance(20'000);
    CHECK(p.bob.texts_with(p.a).size() == 4);
    p.alice.crash();
    p.alice.files = exported;
    Device& copy = copy_of(p.alice, p.world);
    p.world.advance(20'000);
    CHECK(copy.engine->pending() == 0);
  }
  SUBCASE("the copy sends first, and then the original, which does not know") {
    Device& copy = copy_of(p.alice, p.world);
    p.world.advance(20'000);
    CHECK(copy.engine->pending() == 0);
    CHECK(p.bob.texts_with(p.a).size() == 4);
    copy.cut();
    p.alice.restore();
    p.world.advance(200'000);
    CHECK(p.alice.engine->pending() == 0);
  }
  CHECK(p.bob.texts_with(p.a) ==
        Texts{"settled before", "sealed, its answer lost", "waiting 1", "waiting 2"});
}

TEST_CASE("attack: the original of a moved profile goes on beside its copy") {
  Pair p;
  p.alice.crash();
  const auto exported = p.alice.files;
  p.alice.open();
  p.world.advance(2'000);
  // What it has told since the export does not make it the newer of the two.
  constexpr size_t kSent = 20;
  static_assert(kSent < limits::kGenerationsMovedBy);
  for (size_t i = 0; i < kSent; ++i) p.alice.send(p.b, "after the export");
  p.world.advance(5'000);
  REQUIRE(p.bob.texts_with(p.a).size() == kSent);

  Device& copy = p.world.add("copy");
  copy.files = exported;
  copy.files[kMark] = {};
  copy.open();
  p.world.advance(5'000);
  const auto is_refused = [&] {
    return copy.engine->connection().state == event::ConnectionState::kOnline &&
           p.alice.engine->connection().state == event::ConnectionState::kWaiting &&
           p.alice.engine->connection().error == Error::kReplaced;
  };
  CHECK(is_refused());
  p.alice.send(p.b, "from the original");
  copy.send(p.b, "from the copy");
  p.world.advance(200'000);
  CHECK(is_refused());
  const auto count = [&](const std::string& text) {
    const Texts texts = p.bob.texts_with(p.a);
    return std::count(texts.begin(), texts.end(), text);
  };
  CHECK(count("from the copy") == 1);
  CHECK(count("from the original") == 0);
  p.bob.send(p.a, "an answer");
  p.world.advance(5'000);
  CHECK(copy.texts_with(p.b).back() == "an answer");

  // Alone, it is a store that was rolled back, which goes on with sessions of its own.
  copy.cut();
  p.world.advance(200'000);
  CHECK(p.alice.engine->connection().state == event::ConnectionState::kOnline);
  CHECK(count("from the original") == 1);
  CHECK(count("from the copy") == 1);
  CHECK(events_of<event::Unreadable>(p.bob).empty());
}

}  // namespace
}  // namespace homing::test
