// Goal: every store keeps the same promises, so that the relay does not know which one it has.
// Method: each case runs against the memory store and against SQLite in a fresh file.

#include <doctest/doctest.h>

#include <algorithm>
#include <string>

#include "homing/limits.h"
#include "relay/store_fixture.h"

namespace homing::relay {

TEST_CASE("store: messages come back whole, in the order of their commits, also after reopening") {
  with_each_store([](StoreFixture& store) {
    Pair pair(store);
    std::vector<NewMessage> sent;
    for (int batch = 0; batch < 3; ++batch) {
      Batch next;
      for (int i = 0; i < 5; ++i) next.messages.push_back(pair.message());
      sent.insert(sent.end(), next.messages.begin(), next.messages.end());
      store.apply(next);
    }
    store.reopen();
    const std::vector<StoredMessage> found = store.waiting(pair.bob.address());
    REQUIRE(found.size() == sent.size());
    for (size_t i = 0; i < sent.size(); ++i) {
      CHECK(same(found[i], sent[i]));
      if (i > 0) CHECK(found[i].place > found[i - 1].place);
    }
  });
}

TEST_CASE("store: an id is a duplicate while its message waits and after it was acknowledged") {
  with_each_store([](StoreFixture& store) {
    Pair pair(store);
    const NewMessage message = pair.message();
    CHECK(store.append(message) == AppendOutcome::kStored);
    CHECK(store.append(message) == AppendOutcome::kDuplicate);
    CHECK(store.apply({.messages = {message, message}}).appended ==
          std::vector{AppendOutcome::kDuplicate, AppendOutcome::kDuplicate});
    store.ack(pair.bob.address(), store.waiting(pair.bob.address()).at(0).place);
    store.reopen();
    CHECK(store.append(message) == AppendOutcome::kDuplicate);
    CHECK(store.waiting(pair.bob.address()).empty());
  });
}

TEST_CASE("store: nobody can be written to before they published prekeys") {
  with_each_store([](StoreFixture& store) {
    RelayPerson alice(1);
    RelayPerson bob(2);
    const NewMessage message{
        .to = bob.address(), .from = alice.address(), .id = alice.new_id(kNow), .envelope = {1}};
    CHECK(store.append(message) == AppendOutcome::kUnknownAddress);
    // Being connected makes a mailbox, but no keys to write to it with.
    store.attach(bob.address());
    CHECK(store.append(message) == AppendOutcome::kUnknownAddress);
    store.publish(bob.address(), bob.publication(0, 0));
    CHECK(store.append(message) == AppendOutcome::kStored);
  });
}

TEST_CASE("store: a page holds as many messages as fit both of its limits") {
  with_each_store([](StoreFixture& store) {
    Pair pair(store);
    for (int i = 0; i < 4; ++i) store.append(pair.message(100));
    const Address& bob = pair.bob.address();
    const auto page = [&](size_t count, size_t bytes) {
      return store.fetch(bob, 0, {.count = count, .bytes = bytes});
    };
    CHECK(page(3, 1000).messages.size() == 3);
    CHECK_FALSE(page(3, 1000).complete);
    CHECK(page(4, 1000).messages.size() == 4);
    CHECK(page(4, 1000).complete);
    CHECK(page(10, 299).messages.size() == 2);
    CHECK(page(10, 300).messages.size() == 3);
    CHECK_FALSE(page(10, 399).complete);
    CHECK(page(10, 400).complete);
    CHECK(page(10, 99).messages.empty());
    const uint64_t second = page(2, 1000).messages.at(1).place;
    CHECK(store.waiting(bob, second).size() == 2);
    CHECK(store.waiting(bob, UINT64_MAX).empty());
  });
}

TEST_CASE("store: an ack removes up to its place from its own mailbox only") {
  with_each_store([](StoreFixture& store) {
    Pair pair(store);
    RelayPerson carol(3);
    store.publish(carol.address(), carol.publication(0, 0));
    NewMessage to_carol = pair.message();
    to_carol.to = carol.address();
    store.apply({.messages = {pair.message(), to_carol, pair.message(), pair.message()}});
    const std::vector<StoredMessage> before = store.waiting(pair.bob.address());
    store.ack(pair.bob.address(), before.at(1).place);
    const std::vector<StoredMessage> after = store.waiting(pair.bob.address());
    REQUIRE(after.size() == 1);
    CHECK(after.at(0).id == before.at(2).id);
    CHECK(store.waiting(carol.address()).size() == 1);
    store.ack(pair.bob.address(), UINT64_MAX);
    CHECK(store.waiting(pair.bob.address()).empty());
  });
}

TEST_CASE("store: places never come back, not even after everything has expired") {
  with_each_store([](StoreFixture& store) {
    Pair pair(store);
    store.append(pair.message());
    const uint64_t first = store.waiting(pair.bob.address()).at(0).place;
    store.ack(pair.bob.address(), first);
    const BatchOutcome outcome =
        store.apply({.expire = ExpireOp{.limits = {.arrived_before_ms = kNow + 1,
                                                   .tombstone_before_ms = kNow + 1,
                                                   .rows = 10}}});
    CHECK(outcome.expired.removed == 1);
    store.reopen();
    store.append(pair.message());
    CHECK(store.waiting(pair.bob.address()).at(0).place > first);
  });
}

TEST_CASE("store: the quota counts messages on both sides of its limit, and acks make room") {
  with_each_store({.messages = 2, .bytes = 1'000'000}, [](StoreFixture& store) {
    Pair pair(store);
    const NewMessage first = pair.message();
    CHECK(store.append(first) == AppendOutcome::kStored);
    CHECK(store.append(pair.message()) == AppendOutcome::kStored);
    CHECK(store.append(pair.message()) == AppendOutcome::kMailboxFull);
    // A repeat of what is there takes no room.
    CHECK(store.append(first) == AppendOutcome::kDuplicate);
    store.ack(pair.bob.address(), store.waiting(pair.bob.address()).at(0).place);
    CHECK(store.append(first) == AppendOutcome::kDuplicate);
    CHECK(store.append(pair.message()) == AppendOutcome::kStored);
    CHECK(store.append(pair.message()) == AppendOutcome::kMailboxFull);
  });
}

TEST_CASE("store: the quota counts bytes on both sides of its limit") {
  with_each_store({.messages = 100, .bytes = 100}, [](StoreFixture& store) {
    Pair pair(store);
    CHECK(store.append(pair.message(60)) == AppendOutcome::kStored);
    CHECK(store.append(pair.message(41)) == AppendOutcome::kMailboxFull);
    CHECK(store.append(pair.message(40)) == AppendOutcome::kStored);
    CHECK(store.append(pair.message(1)) == AppendOutcome::kMailboxFull);
    store.ack(pair.bob.address(), UINT64_MAX);
    CHECK(store.append(pair.message(100)) == AppendOutcome::kStored);
  });
}

TEST_CASE("store: an attach tells the generation seen before, and remembers the highest") {
  with_each_store([](StoreFixture& store) {
    RelayPerson bob(2);
    CHECK(store.attach(bob.address(), 5).generation == 0);
    CHECK(store.attach(bob.address(), 3).generation == 5);
    store.apply({.generations = {{bob.address(), 9}}});
    store.apply({.generations = {{bob.address(), 8}}});
    store.reopen();
    CHECK(store.attach(bob.address(), UINT64_MAX).generation == 9);
    CHECK(store.attach(bob.address(), 0).generation == UINT64_MAX);
  });
}

TEST_CASE(
    "store: a sweep finds attached mailboxes that hold messages; an old epoch detaches none") {
  with_each_store([](StoreFixture& store) {
    Pair pair(store);
    const Address& bob = pair.bob.address();
    const auto sweep = [&](RelayId relay) {
      return store.apply({.relay = relay, .sweep = true}).swept;
    };
    const uint64_t first = store.attach(bob).epoch;
    CHECK(sweep(1).empty());
    store.append(pair.message());
    CHECK(sweep(1) == std::vector{bob});
    CHECK(sweep(2).empty());
    const uint64_t second = store.attach(bob).epoch;
    CHECK(second > first);
    store.apply({.detaches = {{bob, first}}});
    CHECK(sweep(1) == std::vector{bob});
    store.apply({.detaches = {{bob, second}}});
    CHECK(sweep(1).empty());
  });
}

TEST_CASE("store: each one-time prekey is handed out once, lowest first, then the last resort") {
  with_each_store([](StoreFixture& store) {
    RelayPerson bob(2);
    const PrekeyPublication publication = bob.publication(3, 2);
    CHECK(store.publish(bob.address(), publication) ==
          PrekeyCounts{.one_time = 3, .one_time_kem = 2, .published = true});
    for (size_t i = 0; i < 5; ++i) {
      if (i == 1) store.reopen();
      const Claimed claimed = store.claim(bob.address());
      REQUIRE(claimed.bundle.has_value());
      CHECK(verify(*claimed.bundle, bob.address()).ok());
      CHECK(claimed.bundle->signed_prekey == publication.signed_prekey);
      if (i < 3) {
        CHECK(claimed.bundle->one_time_prekey == publication.one_time[i]);
      } else {
        CHECK_FALSE(claimed.bundle->one_time_prekey.has_value());
      }
      CHECK(claimed.bundle->kem_prekey ==
            (i < 2 ? publication.one_time_kem[i] : publication.last_resort));
      CHECK(claimed.left.one_time == 2 - std::min<size_t>(i, 2));
    }
  });
}

TEST_CASE("store: a repeated upload changes nothing, and brings no key back that was handed out") {
  with_each_store([](StoreFixture& store) {
    RelayPerson bob(2);
    const PrekeyPublication publication = bob.publication(3, 1);
    store.publish(bob.address(), publication);
    store.claim(bob.address());
    CHECK(store.publish(bob.address(), publication) ==
          PrekeyCounts{.one_time = 2, .one_time_kem = 0, .published = true});
    CHECK(store.claim(bob.address()).bundle->one_time_prekey == publication.one_time[1]);
  });
}

TEST_CASE("store: an upload under the same signed prekey adds one-time keys, the newest kept") {
  with_each_store([](StoreFixture& store) {
    RelayPerson bob(2);
    const PrekeyPublication first = bob.publication(1, 0);
    store.publish(bob.address(), first);
    PrekeyCounts counts;
    for (int i = 0; i < 3; ++i) {
      PrekeyPublication more = bob.publication(limits::kOneTimePrekeys, 0);
      more.signed_prekey = first.signed_prekey;
      counts = store.publish(bob.address(), more);
      if (i == 0) CHECK(counts.one_time == 1 + limits::kOneTimePrekeys);
    }
    CHECK(counts.one_time == kOneTimeSetsMax * limits::kOneTimePrekeys);
  });
}

TEST_CASE("store: one-time keys go with the signed prekey they were uploaded under") {
  with_each_store([](StoreFixture& store) {
    RelayPerson bob(2);
    store.publish(bob.address(), bob.publication(3, 2));
    const PrekeyPublication second = bob.publication(1, 1);
    CHECK(store.publish(bob.address(), second) ==
          PrekeyCounts{.one_time = 1, .one_time_kem = 1, .published = true});
    store.reopen();
    const PrekeyBundle bundle = *store.claim(bob.address()).bundle;
    CHECK(bundle.signed_prekey == second.signed_prekey);
    CHECK(bundle.one_time_prekey == second.one_time[0]);
    CHECK(bundle.kem_prekey == second.one_time_kem[0]);
  });
}

TEST_CASE("store: somebody who never published has no bundle") {
  with_each_store([](StoreFixture& store) {
    RelayPerson bob(2);
    CHECK_FALSE(store.claim(bob.address()).bundle.has_value());
    store.attach(bob.address());
    CHECK_FALSE(store.claim(bob.address()).bundle.has_value());
  });
}

TEST_CASE("store: retention removes what is too old, step by step, on both sides of its limits") {
  with_each_store([](StoreFixture& store) {
    Pair pair(store);
    const Address& bob = pair.bob.address();
    const NewMessage old_tombstone = pair.message();
    store.apply({.now_ms = kNow - 20, .messages = {old_tombstone}});
    store.ack(bob, UINT64_MAX);
    store.apply({.now_ms = kNow - 20, .messages = {pair.message()}});
    const NewMessage kept = pair.message();
    store.apply({.now_ms = kNow - 10, .messages = {kept}});
    ExpireOp step{
        .limits = {.arrived_before_ms = kNow - 10, .tombstone_before_ms = kNow - 20, .rows = 2}};
    ExpireStep done = store.apply({.expire = step}).expired;
    // The tombstone is exactly as old as it may be; the message behind it is too old.
    CHECK(done.removed == 1);
    REQUIRE(done.next_place != 0);
    step.from_place = done.next_place;
    done = store.apply({.expire = step}).expired;
    CHECK(done.removed == 0);
    CHECK(done.next_place == 0);
    REQUIRE(store.waiting(bob).size() == 1);
    CHECK(store.waiting(bob).at(0).id == kept.id);
    CHECK(store.append(old_tombstone) == AppendOutcome::kDuplicate);
    step = {.limits = {.tombstone_before_ms = kNow - 19, .rows = 10}};
    CHECK(store.apply({.expire = step}).expired.removed == 1);
    CHECK(store.append(old_tombstone) == AppendOutcome::kStored);
  });
}

TEST_CASE("store: a transaction that was rolled back left nothing") {
  with_each_store([](StoreFixture& store) {
    Pair pair(store);
    const Address& bob = pair.bob.address();
    store.append(pair.message());
    const std::vector<StoredMessage> before = store.waiting(bob);
    store.publish(bob, pair.bob.publication(2, 0));
    const NewMessage lost = pair.message();

    Store& raw = store.store();
    REQUIRE(raw.begin().ok());
    REQUIRE(raw.append(std::span(&lost, 1), kNow).ok());
    REQUIRE(raw.ack(bob, UINT64_MAX).ok());
    REQUIRE(raw.claim(bob).ok());
    REQUIRE(raw.attach(bob, 1, 77).ok());
    REQUIRE(raw.publish(pair.alice.address(), pair.alice.publication(1, 0)).ok());
    raw.rollback();

    store.reopen();
    REQUIRE(store.waiting(bob).size() == 1);
    CHECK(store.waiting(bob).at(0).place == before.at(0).place);
    CHECK(store.attach(bob).generation == 0);
    CHECK(store.claim(bob).left.one_time == 1);
    CHECK_FALSE(store.claim(pair.alice.address()).bundle.has_value());
    CHECK(store.append(lost) == AppendOutcome::kStored);
  });
}

TEST_CASE("store: an SQLite database keeps its id, and belongs to one relay at a time") {
  test::ScratchFolder folder;
  SeededRandom random(11);
  std::string problem;
  const std::string path = folder.file("relay.db");
  auto first = SqliteStore::open(path, {}, random, problem);
  REQUIRE_MESSAGE(first.ok(), problem);
  const ByteArray<16> id = (*first)->store_id();
  CHECK(SqliteStore::open(path, {}, random, problem).ok() == false);
  first->reset();
  auto again = SqliteStore::open(path, {}, random, problem);
  REQUIRE_MESSAGE(again.ok(), problem);
  CHECK((*again)->store_id() == id);
  auto other = SqliteStore::open(folder.file("other.db"), {}, random, problem);
  REQUIRE(other.ok());
  CHECK((*other)->store_id() != id);
}

TEST_CASE("store: an SQLite database of a newer version is left alone") {
  test::ScratchFolder folder;
  SeededRandom random(11);
  std::string problem;
  const std::string path = folder.file("relay.db");
  REQUIRE(SqliteStore::open(path, {}, random, problem).ok());
  {
    SqliteDatabase database;
    REQUIRE(database.open(path).ok());
    REQUIRE(database.execute("PRAGMA user_version = 99").ok());
  }
  const auto opened = SqliteStore::open(path, {}, random, problem);
  REQUIRE_FALSE(opened.ok());
  CHECK(opened.error() == Error::kStorageNewer);
}

}  // namespace homing::relay
