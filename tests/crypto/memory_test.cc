// Goal: keys that have served, and everything of a profile that was closed, are gone from memory.
// Method: every secret that passes libsodium's door is noted (watch.h), conversations are led, and
// then all writable memory of this process is searched for those that nobody needs any more. What
// is needed is what a restart would need: the secrets in the state that would be stored.

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <vector>

#include "crypto/watch.h"
#include "support/pair.h"
#include "unit/session_fixture.h"

namespace homing::test {
namespace {

using crypto_test::Kind;
using crypto_test::kind_name;
using crypto_test::Needles;
using crypto_test::watch;

/// What both would store, and nothing else, must be left.
void write_live(const Person& person, const Person& peer, SecretWriter& to) {
  person.book.identity().encode(to);
  person.book.prekeys().encode(to);
  const SecretBytes sessions = person.book.encode_peer(peer.address());
  to.raw(sessions.view());
}

/// Turns, losses, overtaking, both kinds of handshake, sessions that replace each other.
void converse(Conversation& c) {
  for (int round = 0; round < 60; ++round) {
    Person& from = round % 2 == 0 ? c.alice : c.bob;
    Person& to = round % 2 == 0 ? c.bob : c.alice;
    if (round % 20 == 0) c.begin(from, to);
    if (round % 30 == 15) c.begin_with(to, from, from.claim_last_resort());
    std::vector<Bytes> under_way;
    for (int i = 0; i < 8; ++i) {
      if (!from.book.can_seal(to.address(), c.now_ms)) c.begin(from, to);
      under_way.push_back(c.seal(from, to, "some words"));
    }
    while (under_way.size() > 2) {  // two are lost
      const size_t at = c.random.below(under_way.size());
      c.open(to, from, under_way[at]);
      under_way.erase(under_way.begin() + static_cast<ptrdiff_t>(at));
    }
    c.now_ms += 1'000;
  }
}

void check_nothing(const std::vector<std::string>& found) {
  for (size_t i = 0; i < std::min<size_t>(found.size(), 10); ++i) MESSAGE(found[i]);
  CHECK(found.empty());
}

void print_counts(const char* what, const Needles& gone) {
  std::printf("memory, %s: searched for %zu halves of secrets, of all that there were:\n", what,
              gone.size());
  for (const Kind kind : {Kind::kMessageKey, Kind::kChainKey, Kind::kDerived, Kind::kDhSecret,
                          Kind::kDhResult, Kind::kKem, Kind::kSigning}) {
    std::printf("  %5zu %s\n", watch().count(kind), kind_name(kind));
  }
}

Needles gone_of(const Conversation& c) {
  SecretWriter live;
  write_live(c.alice, c.bob, live);
  write_live(c.bob, c.alice, live);
  return watch().all_but(live.buffer().view());
}

}  // namespace

TEST_CASE("memory: the search finds a key on the heap, on the stack and in static data") {
  watch().reset();
  Conversation c(400);
  c.meet();
  const Needles gone = gone_of(c);
  const SecretKey key = watch().any_message_key();
  Needles planted;
  planted.add(key.view(), "planted");
  const size_t before = planted.find_in_memory().size();
  CHECK(before == 2);  // both halves of `key`

  static ByteArray<32> in_static_data;
  ByteArray<33> on_the_stack{};
  Bytes on_the_heap(50);
  for (uint8_t* place : {in_static_data.data(), on_the_stack.data() + 1, on_the_heap.data() + 7}) {
    std::memcpy(place, key.data(), 32);
    CHECK(planted.find_in_memory().size() == before + 2);
    wipe(place, 32);
    CHECK(planted.find_in_memory().size() == before);
  }
}

TEST_CASE("memory: keys that have served are gone while the conversation goes on") {
  watch().reset();
  Conversation c(401);
  converse(c);
  const Needles gone = gone_of(c);
  print_counts("sessions", gone);
  CHECK(gone.size() > 2'000);
  check_nothing(gone.find_in_memory());
}

TEST_CASE("memory: after a restart only what was stored is there, and after the end nothing") {
  watch().reset();
  {
    Conversation c(402);
    converse(c);
    SecretBytes stored = c.bob.book.encode_peer(c.alice.address());
    c.bob.book.forget(c.alice.address());
    REQUIRE(c.bob.book.decode_peer(c.alice.address(), stored.view()).ok());
    stored.clear();
    converse(c);
    check_nothing(gone_of(c).find_in_memory());
  }
  const Needles all = watch().all_but({});
  CHECK(all.size() > 4'000);
  check_nothing(all.find_in_memory());
}

TEST_CASE("memory: engines keep no message key that has served, and closed ones nothing") {
  watch().reset();
  Bytes on_disk;
  {
    Pair p(5);
    for (int i = 0; i < 150; ++i) {
      Device& from = i % 7 < 4 ? p.alice : p.bob;
      from.send(&from == &p.alice ? p.b : p.a, "message " + std::to_string(i));
      if (i % 3 == 0) p.world.advance(500);
      if (i % 40 == 39) {
        p.bob.crash();
        p.bob.open();
        p.world.advance(2'000);
      }
    }
    p.world.advance(5'000);
    REQUIRE(p.alice.engine->pending() + p.bob.engine->pending() == 0);
    const Needles used = watch().used_message_keys();
    print_counts("engines", used);
    CHECK(used.size() > 300);
    check_nothing(used.find_in_memory());
    for (const Device* device : {&p.alice, &p.bob}) {
      for (const auto& [name, bytes] : device->files) append(on_disk, bytes);
    }
  }
  // The key of a journal lies beside it, so the test's own disk holds it.
  check_nothing(watch().all_but(on_disk).find_in_memory());
}

}  // namespace homing::test
