// Goal: what a conversation shows is in order and complete (I2, I3), live and from a snapshot.
// Method: records applied in every order that a relay could cause.

#include "engine/conversations.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "support/seeded_random.h"

namespace homing::test {
namespace {

struct Fixture {
  SeededRandom random{61};
  Conversations conversations;
  Address bob{random.array<32>()};

  Message message(bool outgoing, uint64_t sequence, std::string text) {
    Message m;
    m.id = MessageId::create(sequence, random);
    m.peer = bob;
    m.outgoing = outgoing;
    m.sequence = sequence;
    m.status = outgoing ? MessageStatus::kPending : MessageStatus::kReceived;
    m.text = std::move(text);
    return m;
  }
  std::string shown(const Conversations& in) const {
    std::string all;
    for (const auto& m : in.find(bob)->messages) all += m->text;
    return all;
  }
};

TEST_CASE(
    "conversations: each sender's messages stand in the order sent, however they arrive (I3)") {
  std::string arrival = "abcde";
  size_t orders = 0;
  do {
    Fixture f;
    for (const char text : arrival) {
      const auto sequence = static_cast<uint64_t>(text - 'a' + 1);
      f.conversations.apply(record::MessageStored{f.message(false, sequence, {text}), true});
    }
    CHECK(f.shown(f.conversations) == "abcde");
    ++orders;
  } while (std::next_permutation(arrival.begin(), arrival.end()));
  CHECK(orders == 120);
}

TEST_CASE("conversations: a late message does not move what the other side said") {
  Fixture f;
  f.conversations.apply(record::MessageStored{f.message(false, 1, "a"), false});
  f.conversations.apply(record::MessageStored{f.message(true, 1, "X"), false});
  f.conversations.apply(record::MessageStored{f.message(false, 3, "c"), false});
  f.conversations.apply(record::MessageStored{f.message(true, 2, "Y"), false});
  f.conversations.apply(record::MessageStored{f.message(false, 2, "b"), false});
  CHECK(f.shown(f.conversations) == "aXbcY");
}

TEST_CASE(
    "conversations: the same message twice is shown once, and an edit replaces its text (I2)") {
  Fixture f;
  Message m = f.message(true, 1, "old");
  f.conversations.apply(record::MessageStored{m, false});
  m.text = "new";
  f.conversations.apply(record::MessageStored{m, false});
  CHECK(f.shown(f.conversations) == "new");
}

TEST_CASE("conversations: only outgoing messages take a status, and cancelled is taken as it is") {
  Fixture f;
  const Message mine = f.message(true, 1, "mine");
  const Message theirs = f.message(false, 1, "theirs");
  f.conversations.apply(record::MessageStored{mine, false});
  f.conversations.apply(record::MessageStored{theirs, true});
  using enum MessageStatus;
  CHECK(f.conversations.apply(record::StatusStored{f.bob, kRead, {mine.id, theirs.id}}) ==
        std::vector{mine.id});
  CHECK(f.conversations.apply(record::StatusStored{f.bob, kDelivered, {mine.id}}).empty());
  CHECK(f.conversations.find(f.bob)->find(theirs.id)->status == kReceived);
  CHECK(f.conversations.apply(record::StatusStored{f.bob, kCancelled, {mine.id}}).size() == 1);
}

TEST_CASE("conversations: sequence numbers go on after a snapshot, and so does what is unread") {
  Fixture f;
  f.conversations.apply(record::MessageStored{f.message(true, 5, "mine"), false});
  const Message theirs = f.message(false, 1, "theirs");
  f.conversations.apply(record::MessageStored{theirs, true});
  Conversations copy;
  f.conversations.snapshot([&copy](const auto& record) { copy.apply(record); });
  CHECK(copy.find(f.bob)->info.next_sequence == 6);
  CHECK(copy.find(f.bob)->unread == std::vector{theirs.id});
  CHECK(f.shown(copy) == f.shown(f.conversations));
  copy.apply(record::ReadMark{f.bob});
  CHECK(copy.find(f.bob)->unread.empty());
}

}  // namespace
}  // namespace homing::test
