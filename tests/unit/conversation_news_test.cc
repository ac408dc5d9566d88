// Goal: list entries are told once per commit, never before it, and never starve (I5).
// Method: turns and commits by number; a conversation whose state is the turn's number.

#include "engine/conversation_news.h"

#include <doctest/doctest.h>

namespace homing::test {
namespace {

struct Fixture {
  ConversationNews news;
  Address bob;

  void turn(uint64_t appended, uint64_t started) {
    news.changed(bob);
    news.end_turn(appended, started, [appended](const Address& peer) {
      Conversation conversation;
      conversation.peer = peer;
      conversation.pending = static_cast<size_t>(appended);
      return conversation;
    });
  }
  /// What is told now; 0: nothing.
  size_t told(uint64_t durable) {
    const auto conversation = news.next(durable);
    return conversation ? conversation->pending : 0;
  }
};

TEST_CASE("news: many changes before one commit are told once, after it, as they are then") {
  Fixture f;
  for (uint64_t turn = 1; turn <= 5; ++turn) f.turn(turn, 0);
  CHECK(f.told(4) == 0);
  CHECK(f.told(5) == 5);
  CHECK(f.told(5) == 0);
}

TEST_CASE("news: a change during a commit waits for the next one, and the former is told first") {
  Fixture f;
  f.turn(1, 0);
  f.turn(2, 1);  // 1 is being stored
  f.turn(3, 1);
  CHECK(f.told(1) == 1);
  CHECK(f.told(1) == 0);
  CHECK(f.told(3) == 3);
  CHECK(f.told(3) == 0);
}

TEST_CASE("news: a conversation that changes all the time is told after every commit") {
  Fixture f;
  size_t times = 0;
  f.turn(1, 0);
  for (uint64_t commit = 1; commit <= 10; ++commit) {
    f.turn(commit + 1, commit);
    if (f.told(commit) == commit) ++times;
  }
  CHECK(times == 10);
}

TEST_CASE("news: conversations do not wait for each other's later changes") {
  Fixture f;
  f.turn(1, 0);
  f.turn(9, 1);
  f.bob.hash[0] = 1;
  f.turn(2, 1);
  CHECK(f.told(2) == 1);
  CHECK(f.told(2) == 2);
  CHECK(f.told(2) == 0);
  CHECK(f.told(9) == 9);
}

}  // namespace
}  // namespace homing::test
