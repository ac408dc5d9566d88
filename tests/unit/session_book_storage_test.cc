// Goal: what a session book keeps is bounded, is named when it changes, and goes on from its stored
// form as if nothing had been between.
// Method: alice's and bob's books, stored and loaded again at every turn; each limit on both sides.

#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "homing/limits.h"
#include "session/session_book.h"
#include "unit/session_fixture.h"
#include "unit/session_vectors.h"

namespace homing::test {

TEST_CASE("session book: a fresh handshake is due after seven days, not before") {
  for (const uint64_t more : {0u, 1u}) {
    Conversation c(90);
    c.meet();
    c.now_ms += limits::kSessionAgeMsMax + more;
    CHECK(c.alice.book.can_seal(c.bob.address(), c.now_ms) == (more == 0));
    const auto sealed = c.alice.book.seal(c.bob.address(), as_bytes("hi"), c.now_ms, c.random);
    CHECK(sealed.ok() == (more == 0));
  }
}

TEST_CASE("session book: a fresh handshake is due after 5,000 messages, not before") {
  Conversation c(91);
  c.meet();
  // Two messages have passed already.
  for (uint32_t i = 2; i < limits::kSessionMessagesMax; ++i) c.seal(c.alice, c.bob, "x");
  CHECK(!c.alice.book.can_seal(c.bob.address(), c.now_ms));
  CHECK(c.alice.book.seal(c.bob.address(), as_bytes("x"), c.now_ms, c.random).error() ==
        Error::kNoSession);
  // A fresh session goes on where the other stopped, and what is on its way still opens.
  const Bytes on_its_way = c.seal(c.bob, c.alice, "on its way");
  c.begin(c.alice, c.bob);
  CHECK(c.tell(c.alice, c.bob, "afresh"));
  CHECK(c.open(c.alice, c.bob, on_its_way) == "on its way");
  CHECK(c.tell(c.bob, c.alice, "reply"));
  CHECK(!is_first(c.seal(c.alice, c.bob, "settled")));
}

TEST_CASE("session book: after a rollback no prekey id names two keys") {
  Conversation c(120);
  SecretWriter to;
  c.bob.book.prekeys().encode(to);
  // What the lost state published after the one that was restored.
  c.bob.book.refill_prekeys(limits::kOneTimePrekeys, limits::kOneTimeKemPrekeys, c.random);
  const PrekeyPublication lost = c.bob.book.prekeys().publication(c.bob.book.identity());
  ByteReader from(to.buffer().view());
  Result<PrekeyStore> restored = PrekeyStore::decode(from);
  REQUIRE(restored.ok());
  SessionBook book(c.bob.book.identity().clone(), std::move(*restored));
  book.archive_all();
  CHECK(book.take_prekeys_changed());
  book.refill_prekeys(1, 1, c.random);
  const PrekeyPublication fresh = book.prekeys().publication(book.identity());
  CHECK(fresh.one_time.front().id > lost.one_time_kem.back().id);
}

TEST_CASE("session book: twenty archived sessions are kept, the oldest dropped first") {
  Conversation c(112);
  c.begin(c.alice, c.bob);
  const Bytes on_oldest = c.seal(c.alice, c.bob, "on the oldest");
  REQUIRE(c.tell(c.alice, c.bob, "first"));
  const Bytes reply = c.seal(c.bob, c.alice, "reply on the oldest");
  for (size_t i = 0; i < limits::kArchivedSessionsMax; ++i) {
    c.begin_with(c.alice, c.bob, c.bob.claim_last_resort());
    REQUIRE(c.tell(c.alice, c.bob, "again"));
  }
  CHECK(c.alice.book.archived_count(c.bob.address()) == limits::kArchivedSessionsMax);
  CHECK(c.open(c.alice, c.bob, reply) == "reply on the oldest");
  // Opening made it the last used of them; the one that is last now goes with the next.
  c.begin_with(c.alice, c.bob, c.bob.claim_last_resort());
  REQUIRE(c.tell(c.alice, c.bob, "once more"));
  CHECK(c.alice.book.archived_count(c.bob.address()) == limits::kArchivedSessionsMax);
  CHECK(c.bob.book.archived_count(c.alice.address()) == limits::kArchivedSessionsMax);
  CHECK(c.open(c.bob, c.alice, on_oldest) == "undecryptable");
}

TEST_CASE("session book: an archived session goes when nobody has used it for its time") {
  for (const uint64_t more : {0u, 1u}) {
    Conversation c(113);
    c.meet();
    const Bytes late = c.seal(c.bob, c.alice, "late");
    c.alice.book.archive(c.bob.address());
    c.now_ms += limits::kArchivedSessionAgeMsMax + more;
    c.begin(c.alice, c.bob);
    CHECK(c.alice.book.archived_count(c.bob.address()) == (more == 0 ? 1 : 0));
    CHECK((c.open(c.alice, c.bob, late) == "late") == (more == 0));
  }
}

TEST_CASE("session book: skipped keys of all sessions with a peer fit one journal record") {
  Conversation c(114);
  for (size_t i = 0; i < 8; ++i) {
    c.begin_with(c.alice, c.bob, c.bob.claim_last_resort());
    REQUIRE(c.tell(c.alice, c.bob, "first"));
    for (uint32_t lost = 0; lost < limits::kRatchetJumpMax; ++lost) c.seal(c.alice, c.bob, "lost");
    REQUIRE(c.tell(c.alice, c.bob, "far ahead"));
    CHECK(c.bob.book.encode_peer(c.alice.address()).size() < limits::kRecordBytesMax);
  }
  // Five sessions of 2,000 keys are the bound; the current one and four archived.
  CHECK(c.bob.book.archived_count(c.alice.address()) ==
        limits::kPeerSkippedKeysMax / limits::kSkippedKeysMax - 1);
}

TEST_CASE("session book: a conversation goes on from what was stored, after every message") {
  Conversation c(115);
  const auto reload = [&](Person& person, const Person& peer) {
    SecretWriter identity;
    person.book.identity().encode(identity);
    SecretWriter prekeys;
    person.book.prekeys().encode(prekeys);
    const SecretBytes sessions = person.book.encode_peer(peer.address());
    ByteReader from_identity(identity.buffer().view());
    ByteReader from_prekeys(prekeys.buffer().view());
    Result<Identity> identity_again = Identity::decode(from_identity);
    Result<PrekeyStore> prekeys_again = PrekeyStore::decode(from_prekeys);
    REQUIRE((identity_again.ok() && prekeys_again.ok()));
    person.book = SessionBook(std::move(*identity_again), std::move(*prekeys_again));
    REQUIRE(person.book.decode_peer(peer.address(), sessions.view()).ok());
    REQUIRE(person.book.take_changed_peers().empty());
    const SecretBytes again = person.book.encode_peer(peer.address());
    REQUIRE(same(again.view(), sessions.view()));
  };
  c.begin(c.alice, c.bob);
  reload(c.alice, c.bob);
  const Bytes first = c.seal(c.alice, c.bob, "first");
  reload(c.alice, c.bob);
  const Bytes second = c.seal(c.alice, c.bob, "second");
  reload(c.bob, c.alice);
  CHECK(c.open(c.bob, c.alice, second) == "second");
  reload(c.bob, c.alice);
  CHECK(c.open(c.bob, c.alice, first) == "first");
  for (int i = 0; i < 10; ++i) {
    reload(c.alice, c.bob);
    reload(c.bob, c.alice);
    REQUIRE(c.tell(c.bob, c.alice, "reply"));
    reload(c.alice, c.bob);
    REQUIRE(c.tell(c.alice, c.bob, "again"));
    if (i % 3 == 0) c.begin(c.alice, c.bob);
  }
}

TEST_CASE("session book: a damaged record is refused and leaves what was there") {
  Conversation c(116);
  c.meet();
  c.begin(c.alice, c.bob);
  const SecretBytes record = c.alice.book.encode_peer(c.bob.address());
  for (size_t size = 1; size < record.size(); ++size) {
    REQUIRE(!c.alice.book.decode_peer(c.bob.address(), record.view().first(size)).ok());
  }
  Bytes longer(record.view().begin(), record.view().end());
  longer.push_back(0);
  CHECK(c.alice.book.decode_peer(c.bob.address(), longer).error() == Error::kMalformed);
  Bytes newer(record.view().begin(), record.view().end());
  newer[0] = 2;
  CHECK(c.alice.book.decode_peer(c.bob.address(), newer).error() == Error::kUnsupported);
  newer[0] = 1;
  newer[2] = 2;  // the first session's own format
  CHECK(c.alice.book.decode_peer(c.bob.address(), newer).error() == Error::kUnsupported);
  CHECK(same(c.alice.book.encode_peer(c.bob.address()).view(), record.view()));
  CHECK(c.tell(c.alice, c.bob, "unharmed"));
}

TEST_CASE("session book: what changed is named once, and forgetting is a change, too") {
  Conversation c(117);
  Person carol(c.random);
  c.begin(c.alice, c.bob);
  c.begin(c.alice, carol);
  std::vector<Address> both{c.bob.address(), carol.address()};
  std::sort(both.begin(), both.end());
  CHECK(c.alice.book.take_changed_peers() == both);
  CHECK(c.alice.book.peers() == both);
  CHECK(c.alice.book.take_changed_peers().empty());
  const Bytes envelope = c.seal(c.alice, c.bob, "hello");
  CHECK(c.alice.book.take_changed_peers() == std::vector<Address>{c.bob.address()});
  CHECK(c.open(c.bob, c.alice, envelope) == "hello");
  CHECK(c.bob.book.take_changed_peers() == std::vector<Address>{c.alice.address()});
  c.alice.book.forget(carol.address());
  CHECK(c.alice.book.take_changed_peers() == std::vector<Address>{carol.address()});
  CHECK(c.alice.book.encode_peer(carol.address()).size() == 0);
  c.alice.book.forget(carol.address());
  CHECK(c.alice.book.take_changed_peers().empty());
  c.alice.book.refill_prekeys(1, 1, c.random);
  CHECK(c.alice.book.take_prekeys_changed());
}

TEST_CASE("session book: content fits an envelope up to its bound, and the refusal costs no key") {
  Conversation c(118);
  c.begin(c.alice, c.bob);
  // Padme's classes at this size are 2 KiB apart.
  const size_t room = limits::kEnvelopeBytesMax - kFirstEnvelopeBytesMax - kSealedOverheadBytes;
  const size_t largest = room / 2048 * 2048 - 1;
  CHECK(largest > limits::kTextBytesMax + 4096);
  const std::string text(largest, 'x');
  CHECK(c.tell(c.alice, c.bob, text));
  const Bytes before = state_of(c.alice, c.bob);
  CHECK(c.alice.book.seal(c.bob.address(), as_bytes(text + "x"), c.now_ms, c.random).error() ==
        Error::kTooLarge);
  CHECK(state_of(c.alice, c.bob) == before);
  CHECK(c.tell(c.alice, c.bob, ""));
}

TEST_CASE("session book: messages of one size class have envelopes of one size") {
  Conversation c(119);
  c.meet();
  std::set<size_t> sizes;
  for (size_t size = 0; size < 160; ++size) {
    sizes.insert(c.seal(c.alice, c.bob, std::string(size, 'a')).size());
  }
  CHECK(sizes.size() == 1);
  // One class more is 160 bytes, and one for the longer length in front of the body.
  CHECK(c.seal(c.alice, c.bob, std::string(160, 'a')).size() == *sizes.begin() + 161);
}

}  // namespace homing::test
