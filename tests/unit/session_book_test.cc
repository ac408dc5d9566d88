// Goal: two people who write to each other always end on one session, whatever is repeated, lost,
// changed or begun twice.
// Method: alice's and bob's books with the relay's part played by hand; states are compared by what
// would be committed.

#include "session/session_book.h"

#include <vector>

#include "homing/limits.h"
#include "unit/session_fixture.h"
#include "unit/session_vectors.h"

namespace homing::test {

TEST_CASE("session book: without a session nothing is sealed, and a bundle begins one") {
  Conversation c(80);
  CHECK(!c.alice.book.can_seal(c.bob.address(), c.now_ms));
  CHECK(c.alice.book.seal(c.bob.address(), as_bytes("hi"), c.now_ms, c.random).error() ==
        Error::kNoSession);
  c.begin(c.alice, c.bob);
  CHECK(c.alice.book.can_seal(c.bob.address(), c.now_ms));
  CHECK(c.tell(c.alice, c.bob, "hi"));
  CHECK(c.bob.book.can_seal(c.alice.address(), c.now_ms));
  CHECK(c.tell(c.bob, c.alice, "hi yourself"));
}

TEST_CASE("session book: a bad bundle begins nothing and changes nothing") {
  Conversation c(81);
  c.meet();
  const Bytes before = state_of(c.alice, c.bob);
  c.alice.book.take_changed_peers();
  PrekeyBundle bad = c.bob.claim();
  bad.signed_prekey.signature[3] ^= 1;
  CHECK(c.alice.book.begin(c.bob.address(), bad, c.now_ms, c.random).error() ==
        Error::kBadSignature);
  CHECK(c.alice.book.begin(c.bob.address(), c.alice.claim(), c.now_ms, c.random).error() ==
        Error::kBadAddress);
  CHECK(c.alice.book.begin(c.alice.address(), c.alice.claim(), c.now_ms, c.random).error() ==
        Error::kSelf);
  CHECK(state_of(c.alice, c.bob) == before);
  CHECK(c.alice.book.take_changed_peers().empty());
}

TEST_CASE("session book: every message before the first reply carries the handshake, none after") {
  Conversation c(82);
  c.begin(c.alice, c.bob);
  const Bytes first = c.seal(c.alice, c.bob, "one");
  const Bytes second = c.seal(c.alice, c.bob, "two");
  CHECK(is_first(first));
  CHECK(is_first(second));
  // The second may come first.
  CHECK(c.open(c.bob, c.alice, second) == "two");
  CHECK(c.open(c.bob, c.alice, first) == "one");
  CHECK(!is_first(c.seal(c.bob, c.alice, "lost")));
  REQUIRE(c.tell(c.bob, c.alice, "reply"));
  CHECK(!is_first(c.seal(c.alice, c.bob, "three")));
}

TEST_CASE("session book: a first message uses up its one-time keys, and only when it opens") {
  Conversation c(83);
  const size_t one_time = c.bob.book.prekeys().one_time_count();
  const size_t one_time_kem = c.bob.book.prekeys().one_time_kem_count();
  c.begin(c.alice, c.bob);
  const Bytes envelope = c.seal(c.alice, c.bob, "hello");
  Bytes bad = envelope;
  bad.back() ^= 1;
  CHECK(c.open(c.bob, c.alice, bad) == "undecryptable");
  CHECK(c.bob.book.prekeys().one_time_count() == one_time);
  CHECK(!c.bob.book.take_prekeys_changed());
  CHECK(c.open(c.bob, c.alice, envelope) == "hello");
  CHECK(c.bob.book.prekeys().one_time_count() == one_time - 1);
  CHECK(c.bob.book.prekeys().one_time_kem_count() == one_time_kem - 1);
  CHECK(c.bob.book.take_prekeys_changed());
  CHECK(!c.bob.book.take_prekeys_changed());
}

TEST_CASE("session book: an envelope with any byte changed is refused and leaves no trace") {
  Conversation c(84);
  c.begin(c.alice, c.bob);
  const Bytes very_first = c.seal(c.alice, c.bob, "makes the session");
  const Bytes first_again = c.seal(c.alice, c.bob, "for the session that is there");
  const auto try_all_bytes = [&](Person& to, Person& from, const Bytes& good) {
    const Bytes before = state_of(to, from);
    to.book.take_changed_peers();
    for (size_t i = 0; i < good.size(); ++i) {
      Bytes bad = good;
      bad[i] ^= static_cast<uint8_t>(1u << (i % 8));
      CAPTURE(i);
      REQUIRE(to.book.open(from.address(), bad, c.now_ms).ok() == false);
    }
    CHECK(state_of(to, from) == before);
    CHECK(to.book.take_changed_peers().empty());
    CHECK(!to.book.take_prekeys_changed());
    CHECK(to.book.open(from.address(), good, c.now_ms).ok());
    to.book.take_prekeys_changed();
  };
  try_all_bytes(c.bob, c.alice, very_first);
  try_all_bytes(c.bob, c.alice, first_again);
  try_all_bytes(c.alice, c.bob, c.seal(c.bob, c.alice, "a reply"));
  try_all_bytes(c.bob, c.alice, c.seal(c.alice, c.bob, "a later message"));
}

TEST_CASE("session book: every way not to open gives one and the same error") {
  Conversation c(85);
  Person carol(c.random);
  c.meet();
  const Bytes good = c.seal(c.alice, c.bob, "hello");
  CHECK(c.open(c.bob, carol, good) == "undecryptable");
  CHECK(c.open(carol, c.alice, good) == "undecryptable");
  CHECK(c.open(c.alice, c.bob, good) == "undecryptable");
  CHECK(c.open(c.alice, c.alice, good) == "undecryptable");
  CHECK(c.open(c.bob, c.alice, {}) == "undecryptable");
  CHECK(c.open(c.bob, c.alice, Bytes(limits::kEnvelopeBytesMax + 1)) == "undecryptable");
  for (size_t size = 0; size < good.size(); ++size) {
    REQUIRE(c.open(c.bob, c.alice, ByteView(good).first(size)) == "undecryptable");
  }
  // A first message that the relay says is from somebody else.
  c.begin(c.alice, carol);
  const Bytes first = c.seal(c.alice, carol, "hello carol");
  CHECK(c.open(carol, c.bob, first) == "undecryptable");
  CHECK(carol.book.peers().empty());
  CHECK(c.open(carol, c.alice, first) == "hello carol");
}

TEST_CASE("session book: a message is opened once, also a first one") {
  Conversation c(86);
  c.begin(c.alice, c.bob);
  const Bytes first = c.seal(c.alice, c.bob, "hello");
  CHECK(c.open(c.bob, c.alice, first) == "hello");
  CHECK(c.open(c.bob, c.alice, first) == "undecryptable");
  const Bytes reply = c.seal(c.bob, c.alice, "reply");
  CHECK(c.open(c.alice, c.bob, reply) == "reply");
  CHECK(c.open(c.alice, c.bob, reply) == "undecryptable");
  // The repeated first message did not begin a second session.
  CHECK(c.bob.book.archived_count(c.alice.address()) == 0);
}

TEST_CASE("session book: a first message under last-resort keys works, but not again later") {
  Conversation c(87);
  c.begin_with(c.alice, c.bob, c.bob.claim_last_resort());
  const Bytes first = c.seal(c.alice, c.bob, "hello");
  CHECK(c.open(c.bob, c.alice, first) == "hello");
  CHECK(c.bob.book.take_prekeys_changed());
  // With the session gone, only the memory of the base key stands against a replay.
  c.bob.book.forget(c.alice.address());
  CHECK(c.open(c.bob, c.alice, first) == "undecryptable");
  // The same keys still serve others.
  Person carol(c.random);
  c.begin_with(carol, c.bob, c.bob.claim_last_resort());
  CHECK(c.tell(carol, c.bob, "hello from carol"));
}

TEST_CASE("session book: a first message under one-time keys cannot be replayed either") {
  Conversation c(88);
  c.begin(c.alice, c.bob);
  const Bytes first = c.seal(c.alice, c.bob, "hello");
  CHECK(c.open(c.bob, c.alice, first) == "hello");
  c.bob.book.forget(c.alice.address());
  CHECK(c.open(c.bob, c.alice, first) == "undecryptable");
  CHECK(!c.bob.book.can_seal(c.alice.address(), c.now_ms));
}

TEST_CASE("session book: a known base key with other fields is refused") {
  Conversation c(89);
  c.begin(c.alice, c.bob);
  REQUIRE(c.tell(c.alice, c.bob, "hello"));
  Envelope envelope = *decode_envelope(c.seal(c.alice, c.bob, "second"));
  const Bytes before = state_of(c.bob, c.alice);
  envelope.first->one_time_prekey_id = *envelope.first->one_time_prekey_id - 1;
  CHECK(c.open(c.bob, c.alice, encode_envelope(envelope)) == "undecryptable");
  CHECK(state_of(c.bob, c.alice) == before);
}

TEST_CASE("session book: both begin at the same time and end on one session") {
  for (uint64_t round = 0; round < 6; ++round) {
    CAPTURE(round);
    Conversation c(100 + round);
    c.begin(c.alice, c.bob);
    c.begin(c.bob, c.alice);
    // However long they go on writing at the same time, each reads everything.
    for (uint64_t i = 0; i <= round; ++i) {
      const Bytes a = c.seal(c.alice, c.bob, "a");
      const Bytes b = c.seal(c.bob, c.alice, "b");
      CHECK(c.open(c.bob, c.alice, a) == "a");
      CHECK(c.open(c.alice, c.bob, b) == "b");
    }
    CHECK(c.tell(c.alice, c.bob, "one"));
    CHECK(c.tell(c.bob, c.alice, "two"));
    const auto chosen = c.alice.book.current_session(c.bob.address());
    REQUIRE(chosen.has_value());
    CHECK(c.bob.book.current_session(c.alice.address()) == chosen);
    CHECK(!is_first(c.seal(c.alice, c.bob, "settled")));
    CHECK(!is_first(c.seal(c.bob, c.alice, "settled")));
    CHECK(c.alice.book.archived_count(c.bob.address()) == 1);
    CHECK(c.bob.book.archived_count(c.alice.address()) == 1);
  }
}

TEST_CASE("session book: a message on an archived session makes it the current one again") {
  Conversation c(110);
  c.meet();
  const Bytes on_old = c.seal(c.alice, c.bob, "still on the old session");
  // bob gets a first message that alice sent and then lost from her memory, say by a restored
  // profile: she goes on writing on the old session.
  SecretBytes alices_old = c.alice.book.encode_peer(c.bob.address());
  c.begin(c.alice, c.bob);
  REQUIRE(c.tell(c.alice, c.bob, "on a new session"));
  REQUIRE(c.alice.book.decode_peer(c.bob.address(), alices_old.view()).ok());
  CHECK(c.open(c.bob, c.alice, on_old) == "still on the old session");
  CHECK(c.bob.book.archived_count(c.alice.address()) == 1);
  CHECK(c.bob.book.current_session(c.alice.address()) ==
        c.alice.book.current_session(c.bob.address()));
  CHECK(c.tell(c.bob, c.alice, "heard you"));
  CHECK(c.tell(c.alice, c.bob, "and I you"));
}

TEST_CASE("session book: a session that was replaced by us opens, but does not come back") {
  Conversation c(121);
  c.meet();
  const Bytes on_old = c.seal(c.bob, c.alice, "on the old session");
  c.begin(c.alice, c.bob);
  const auto fresh = c.alice.book.current_session(c.bob.address());
  CHECK(c.open(c.alice, c.bob, on_old) == "on the old session");
  CHECK(c.alice.book.current_session(c.bob.address()) == fresh);
}

TEST_CASE("session book: after archive_all nothing old seals, all of it opens, a fresh one works") {
  Conversation c(111);
  c.meet();
  const Bytes on_its_way = c.seal(c.bob, c.alice, "on its way");
  const Bytes later = c.seal(c.bob, c.alice, "later");
  c.alice.book.take_changed_peers();
  c.alice.book.archive_all();
  CHECK(c.alice.book.take_changed_peers() == std::vector<Address>{c.bob.address()});
  CHECK(!c.alice.book.can_seal(c.bob.address(), c.now_ms));
  CHECK(c.open(c.alice, c.bob, on_its_way) == "on its way");
  // Opening must not bring a retired session back.
  CHECK(!c.alice.book.can_seal(c.bob.address(), c.now_ms));
  c.begin(c.alice, c.bob);
  CHECK(c.open(c.alice, c.bob, later) == "later");
  CHECK(is_first(c.seal(c.alice, c.bob, "lost")));
  CHECK(c.tell(c.alice, c.bob, "fresh"));
  CHECK(c.tell(c.bob, c.alice, "welcome back"));
  CHECK(!is_first(c.seal(c.alice, c.bob, "settled")));
}

}  // namespace homing::test
