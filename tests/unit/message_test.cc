// Goal: message ids are what UUIDv7 says, and a status never goes back (I4).
// Method: every pair of statuses, and texts on both sides of the format.

#include "homing/message.h"

#include <doctest/doctest.h>

#include "support/seeded_random.h"

namespace homing::test {
namespace {

TEST_CASE("message id: it carries its time, its version and its variant") {
  SeededRandom random(11);
  const MessageId id = MessageId::create(0x0123'4567'89ab, random);
  CHECK(id.time_ms() == 0x0123'4567'89ab);
  CHECK((id.bytes[6] >> 4) == 7);
  CHECK((id.bytes[8] >> 6) == 2);
  CHECK(id.to_text().substr(0, 15) == "01234567-89ab-7");
  CHECK(MessageId::create(1, random) != MessageId::create(1, random));
}

TEST_CASE("message id: its text reads back, and nothing else does") {
  SeededRandom random(12);
  const std::string text = MessageId::create(1'800'000'000'000, random).to_text();
  REQUIRE(MessageId::parse(text).ok());
  CHECK(MessageId::parse(text)->to_text() == text);
  for (const std::string& wrong :
       {text.substr(1), text + "0", "x" + text.substr(1), std::string(36, '0'),
        text.substr(0, 14) + "4" + text.substr(15), "G" + text.substr(1), std::string()}) {
    CAPTURE(wrong);
    CHECK(!MessageId::parse(wrong).ok());
  }
  std::string upper = text;
  upper[3] = 'A';
  CHECK(!MessageId::parse(upper).ok());
}

TEST_CASE("status: along pending, sent, delivered, read the further one wins, in any order (I4)") {
  using enum MessageStatus;
  const MessageStatus way[] = {kPending, kSent, kDelivered, kRead};
  size_t pairs = 0;
  for (size_t now = 0; now < 4; ++now) {
    for (size_t news = 0; news < 4; ++news, ++pairs) {
      CHECK(merge_status(way[now], way[news]) == way[std::max(now, news)]);
    }
  }
  CHECK(pairs == 16);
}

TEST_CASE("status: a receipt settles what was held, and nothing changes somebody else's message") {
  using enum MessageStatus;
  CHECK(merge_status(kHeld, kDelivered) == kDelivered);
  CHECK(merge_status(kHeld, kPending) == kHeld);
  CHECK(merge_status(kReceived, kRead) == kReceived);
}

}  // namespace
}  // namespace homing::test
