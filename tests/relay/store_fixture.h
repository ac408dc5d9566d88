#pragma once

#include <doctest/doctest.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "batch.h"
#include "memory_store.h"
#include "relay/scratch_folder.h"
#include "sqlite_store.h"
#include "support/relay_person.h"

namespace homing::relay {

using test::RelayPerson;
using test::SeededRandom;

inline constexpr uint64_t kNow = 1'800'000'000'000;
inline constexpr PageLimit kAll{.count = 1'000'000, .bytes = 1'000'000'000};

/// A store and the verbs of the tests.
class StoreFixture {
 public:
  StoreFixture(bool sqlite, Quota quota) : quota_(quota) {
    if (sqlite) {
      reopen();
    } else {
      store_ = std::make_unique<MemoryStore>(random_, quota);
    }
  }

  /// Closes the file and opens it again; a memory store stays as it is.
  void reopen() {
    if (dynamic_cast<MemoryStore*>(store_.get()) != nullptr) return;
    store_.reset();
    std::string problem;
    auto opened = SqliteStore::open(folder_.file("relay.db"), quota_, random_, problem);
    REQUIRE_MESSAGE(opened.ok(), problem);
    store_ = std::move(*opened);
  }

  BatchOutcome apply(Batch batch) {
    if (batch.now_ms == 0) batch.now_ms = kNow;
    Result<BatchOutcome> outcome = apply_batch(*store_, batch);
    REQUIRE(outcome.ok());
    return std::move(*outcome);
  }
  AppendOutcome append(const NewMessage& message) {
    return apply({.messages = {message}}).appended.at(0);
  }
  Attached attach(const Address& mailbox, uint64_t generation = 0) {
    return apply({.relay = 1, .attaches = {{mailbox, generation}}}).attached.at(0);
  }
  void ack(const Address& mailbox, uint64_t up_to) { apply({.acks = {{mailbox, up_to}}}); }
  PrekeyCounts publish(const Address& mailbox, const PrekeyPublication& publication) {
    return apply({.publishes = {{mailbox, publication}}}).published.at(0);
  }
  Claimed claim(const Address& mailbox) { return apply({.claims = {mailbox}}).claimed.at(0); }
  std::vector<StoredMessage> waiting(const Address& mailbox, uint64_t after = 0) {
    return fetch(mailbox, after, kAll).messages;
  }
  Page fetch(const Address& mailbox, uint64_t after, PageLimit limit) {
    Result<Page> page = store_->fetch(mailbox, after, limit);
    REQUIRE(page.ok());
    return std::move(*page);
  }
  Store& store() { return *store_; }

 private:
  const Quota quota_;
  test::ScratchFolder folder_;
  SeededRandom random_{11};
  std::unique_ptr<Store> store_;
};

inline void with_each_store(const Quota& quota, const std::function<void(StoreFixture&)>& test) {
  for (const bool sqlite : {false, true}) {
    CAPTURE(sqlite);
    StoreFixture fixture(sqlite, quota);
    test(fixture);
  }
}
inline void with_each_store(const std::function<void(StoreFixture&)>& test) {
  with_each_store({}, test);
}

/// bob, with a mailbox that can be written to, and messages for him from alice.
struct Pair {
  explicit Pair(StoreFixture& fixture) { fixture.publish(bob.address(), bob.publication(0, 0)); }
  NewMessage message(size_t bytes = 32) {
    return {.to = bob.address(),
            .from = alice.address(),
            .id = alice.new_id(kNow),
            .envelope = alice.random_bytes(bytes)};
  }
  RelayPerson alice{1};
  RelayPerson bob{2};
};

inline bool same(const StoredMessage& stored, const NewMessage& sent) {
  return stored.from == sent.from && stored.id == sent.id && stored.envelope == sent.envelope;
}

}  // namespace homing::relay
