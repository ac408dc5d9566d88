#pragma once

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "homing/bytes.h"
#include "homing/random.h"
#include "session/handshake.h"
#include "session/ratchet.h"
#include "session/session_book.h"
#include "support/seeded_random.h"

/// People who write to each other, with the relay's part reduced to handing out prekeys.
namespace homing::test {

inline constexpr uint64_t kNowMs = 1'800'000'000'000;
inline constexpr uint64_t kDayMs = 24ull * 3600 * 1000;

/// One person with one device.
class Person {
 public:
  explicit Person(RandomSource& random)
      : book(Identity::generate(random), PrekeyStore::generate(kNowMs, random)) {}

  const Address& address() const { return book.identity().address(); }

  /// What a relay would hand out: one-time keys while there are any, then the last resort.
  PrekeyBundle claim() {
    if (!published_) {
      publication_ = book.prekeys().publication(book.identity());
      published_ = true;
    }
    PrekeyBundle out{publication_.identity, publication_.signed_prekey, publication_.last_resort,
                     std::nullopt};
    if (!publication_.one_time.empty()) {
      out.one_time_prekey = publication_.one_time.back();
      publication_.one_time.pop_back();
    }
    if (!publication_.one_time_kem.empty()) {
      out.kem_prekey = publication_.one_time_kem.back();
      publication_.one_time_kem.pop_back();
    }
    return out;
  }
  /// As if others had claimed all one-time keys.
  PrekeyBundle claim_last_resort() {
    PrekeyBundle out = claim();
    out.one_time_prekey.reset();
    out.kem_prekey = publication_.last_resort;
    return out;
  }

  /// What an engine does after a rollback of its store.
  void start_over(uint64_t now_ms, RandomSource& random) {
    book.archive_all();
    book.renew_prekeys(now_ms, random);
    published_ = false;
  }

  SessionBook book;

 private:
  PrekeyPublication publication_;
  bool published_ = false;
};

/// Everything a book would commit for a peer, for comparing states.
inline Bytes state_of(const Person& person, const Person& peer) {
  SecretWriter prekeys;
  person.book.prekeys().encode(prekeys);
  const SecretBytes sessions = person.book.encode_peer(peer.address());
  Bytes out(prekeys.buffer().view().begin(), prekeys.buffer().view().end());
  append(out, sessions.view());
  return out;
}

/// alice and bob, and verbs for what they do.
class Conversation {
 public:
  explicit Conversation(uint64_t stream) : random(stream), alice(random), bob(random) {}

  void begin(Person& from, Person& to) { begin_with(from, to, to.claim()); }
  void begin_with(Person& from, Person& to, const PrekeyBundle& bundle) {
    const Result<void> begun = from.book.begin(to.address(), bundle, now_ms, random);
    REQUIRE(begun.ok());
  }
  Bytes seal(Person& from, const Person& to, std::string_view text) {
    Result<Bytes> envelope = from.book.seal(to.address(), as_bytes(text), now_ms, random);
    REQUIRE(envelope.ok());
    return std::move(*envelope);
  }
  /// The text, or "undecryptable".
  std::string open(Person& to, const Person& from, ByteView envelope) {
    const Result<SecretBytes> content = to.book.open(from.address(), envelope, now_ms);
    if (content.ok()) return std::string(as_text(content->view()));
    CHECK(content.error() == Error::kUndecryptable);
    return "undecryptable";
  }
  /// Whether a message from one to the other arrives.
  bool tell(Person& from, Person& to, std::string_view text) {
    return open(to, from, seal(from, to, text)) == text;
  }
  /// Both have heard of each other on one session.
  void meet() {
    begin(alice, bob);
    REQUIRE(tell(alice, bob, "hello bob"));
    REQUIRE(tell(bob, alice, "hello alice"));
  }

  SeededRandom random;
  Person alice;
  Person bob;
  uint64_t now_ms = kNowMs;
};

inline bool is_first(ByteView envelope) {
  const Result<Envelope> decoded = decode_envelope(envelope);
  REQUIRE(decoded.ok());
  return decoded->first.has_value();
}

}  // namespace homing::test
