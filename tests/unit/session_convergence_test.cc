// Goal: whatever has happened between two people, one message in each direction brings both to one
// session, and nothing that was sealed on another is lost on the way.
// Method: random starts, turns, fresh starts, bars and jumps of the clock, with messages under way
// in both directions; then quiet, one message each, and a look at both books. Failures print their
// round.

#include <deque>

#include "unit/session_fixture.h"

namespace homing::test {
namespace {

struct TwoBooks {
  explicit TwoBooks(uint64_t stream) : c(stream) {}

  Person& person(size_t side) { return side == 0 ? c.alice : c.bob; }

  void write(size_t side) {
    Person& from = person(side);
    Person& to = person(1 - side);
    if (!from.book.can_seal(to.address(), c.now_ms)) c.begin(from, to);
    under_way[side].push_back(c.seal(from, to, "text"));
  }
  void deliver(size_t side) {
    if (under_way[side].empty()) return;
    CHECK(c.open(person(1 - side), person(side), under_way[side].front()) == "text");
    under_way[side].pop_front();
  }
  void deliver_all() {
    while (!under_way[0].empty() || !under_way[1].empty()) {
      deliver(0);
      deliver(1);
    }
  }
  void step() {
    const size_t side = c.random.u64() % 2;
    const uint64_t drawn = c.random.u64() % 100;
    if (drawn < 40) return write(side);
    if (drawn < 85) return deliver(side);
    if (drawn < 90) return c.begin(person(side), person(1 - side));
    if (drawn < 95) return person(side).start_over(c.now_ms, c.random);
    if (drawn < 98) return person(side).book.archive(person(1 - side).address());
    c.now_ms += 2 * kDayMs;
  }
  bool agree() {
    const auto at_alice = c.alice.book.current_session(c.bob.address());
    return at_alice && at_alice == c.bob.book.current_session(c.alice.address());
  }

  Conversation c;
  std::deque<Bytes> under_way[2];  // by who sealed them
};

}  // namespace

TEST_CASE("session book: one quiet message in each direction brings both to one session") {
  size_t split = 0;
  for (uint64_t round = 0; round < 60; ++round) {
    CAPTURE(round);
    TwoBooks two(9000 + round);
    for (int i = 0; i < 30; ++i) two.step();
    two.deliver_all();
    if (!two.agree()) ++split;
    const size_t first = round % 2;
    for (const size_t side : {first, 1 - first}) {
      two.write(side);
      two.deliver_all();
    }
    CHECK(two.agree());
    for (const size_t side : {first, 1 - first}) {
      two.write(side);
      two.deliver_all();
    }
    CHECK(two.agree());
  }
  // Otherwise the rounds were too tame to show anything.
  CHECK(split > 8);
}

TEST_CASE("session book: who begins anew after opening the other's first message is followed") {
  for (uint64_t round = 0; round < 8; ++round) {
    CAPTURE(round);
    Conversation c(9500 + round);
    c.begin(c.alice, c.bob);
    REQUIRE(c.tell(c.alice, c.bob, "hello"));
    c.begin(c.bob, c.alice);
    CHECK(c.tell(c.bob, c.alice, "anew"));
    CHECK(c.tell(c.alice, c.bob, "I follow"));
    CHECK(c.alice.book.current_session(c.bob.address()) ==
          c.bob.book.current_session(c.alice.address()));
  }
}

}  // namespace homing::test
