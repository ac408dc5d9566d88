// Goal: lanes keep their order, hold what was refused, and forget the connection but not the bytes.
// Method: records applied by hand, as replay does.

#include "outbox/outbox.h"

#include <doctest/doctest.h>

#include "homing/limits.h"
#include "support/seeded_random.h"

namespace homing::test {
namespace {

struct Fixture {
  SeededRandom random{51};
  Outbox outbox;
  Address bob{random.array<32>()};

  MessageId add(uint64_t number) {
    const MessageId id = MessageId::create(number, random);
    outbox.apply(record::Entry{bob, number, record::EntryKind::kText, id, {}, {}});
    return id;
  }
  void seal(uint64_t number) {
    outbox.apply(record::Sealed{bob, number, MessageId::create(number, random), Bytes{1, 2}});
  }
  uint64_t next() {
    const OutboxEntry* entry = outbox.lane(bob)->next();
    return entry ? entry->number() : 0;
  }
};

TEST_CASE("outbox: a lane goes in the order of its numbers, whatever order they were applied in") {
  Fixture f;
  for (const uint64_t number : {3u, 1u, 2u}) f.add(number);
  CHECK(f.next() == 1);
  f.outbox.apply(record::Settled{f.bob, {1}});
  CHECK(f.next() == 2);
  CHECK(f.outbox.next_number() == 4);
  f.outbox.apply(record::Settled{f.bob, {2, 3, 99}});
  CHECK(f.outbox.lane(f.bob) == nullptr);
  CHECK(f.outbox.size() == 0);
}

TEST_CASE("outbox: a held entry lets the next one pass and takes its old place when released") {
  Fixture f;
  f.add(1);
  f.add(2);
  f.seal(1);
  const Bytes envelope = f.outbox.lane(f.bob)->find(1)->envelope;
  f.outbox.apply(record::Held{f.bob, 1, Error::kMailboxFull, false});
  CHECK(f.next() == 2);
  f.outbox.apply(record::Held{f.bob, 1, std::nullopt, false});
  CHECK(f.next() == 1);
  CHECK(f.outbox.lane(f.bob)->find(1)->envelope == envelope);
  f.outbox.apply(record::Held{f.bob, 1, std::nullopt, true});
  CHECK(!f.outbox.lane(f.bob)->find(1)->sealed());
}

TEST_CASE(
    "outbox: a lost connection puts everything in flight back, in order, with the same bytes") {
  Fixture f;
  for (const uint64_t number : {1u, 2u}) {
    f.add(number);
    f.seal(number);
    f.outbox.hand_out(f.bob, *f.outbox.lane(f.bob)->next());
  }
  CHECK(f.next() == 0);
  CHECK(f.outbox.in_flight() == 2);
  CHECK(f.outbox.in_flight_bytes() == 4);
  const MessageId first = f.outbox.lane(f.bob)->find(1)->envelope_id;
  f.outbox.connection_lost();
  CHECK(f.next() == 1);
  CHECK(f.outbox.in_flight() == 0);
  CHECK(f.outbox.lane(f.bob)->find(1)->envelope_id == first);
  CHECK(!f.outbox.take_in_flight(first).has_value());
}

TEST_CASE("outbox: an answer for an envelope takes it out of flight once") {
  Fixture f;
  f.add(1);
  f.seal(1);
  OutboxEntry& entry = *f.outbox.lane(f.bob)->next();
  f.outbox.hand_out(f.bob, entry);
  const auto taken = f.outbox.take_in_flight(entry.envelope_id);
  REQUIRE(taken.has_value());
  CHECK(taken->number == 1);
  CHECK(f.outbox.in_flight_bytes() == 0);
  CHECK(!f.outbox.take_in_flight(entry.envelope_id).has_value());
}

TEST_CASE("outbox: receipts share an entry until it is sealed or full") {
  Fixture f;
  record::Entry receipt{f.bob, 1, record::EntryKind::kReceipt, {}, MessageStatus::kDelivered, {}};
  receipt.ids.assign(limits::kReceiptIdsMax - 1, MessageId{});
  f.outbox.apply(receipt);
  CHECK(f.outbox.open_receipt(f.bob, MessageStatus::kDelivered) != nullptr);
  CHECK(f.outbox.open_receipt(f.bob, MessageStatus::kRead) == nullptr);
  receipt.ids.push_back(MessageId{});
  f.outbox.apply(receipt);
  CHECK(f.outbox.size() == 1);
  CHECK(f.outbox.open_receipt(f.bob, MessageStatus::kDelivered) == nullptr);
}

TEST_CASE("outbox: its snapshot gives it back") {
  Fixture f;
  const MessageId id = f.add(1);
  f.add(2);
  f.seal(1);
  f.outbox.apply(record::Held{f.bob, 1, Error::kMailboxFull, false});
  Outbox copy;
  f.outbox.snapshot([&copy](const auto& record) { copy.apply(record); });
  CHECK(copy.size() == 2);
  CHECK(copy.next_number() == 3);
  const OutboxEntry* entry = copy.find_message(f.bob, id);
  REQUIRE(entry != nullptr);
  CHECK(entry->held == Error::kMailboxFull);
  CHECK(entry->envelope == f.outbox.lane(f.bob)->find(1)->envelope);
  CHECK(copy.lane(f.bob)->texts == 2);
}

}  // namespace
}  // namespace homing::test
