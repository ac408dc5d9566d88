// Goal: a signed prekey and a last-resort key are replaced when they are due, and answer for as
// long as a first message under them may come. Method: a store of prekeys and a clock; both sides
// of each limit.

#include "homing/limits.h"
#include "session/prekey_store.h"
#include "unit/session_fixture.h"

namespace homing::test {
namespace {

struct Owner {
  explicit Owner(uint64_t stream)
      : random(stream),
        identity(Identity::generate(random)),
        store(PrekeyStore::generate(kNowMs, random)) {}

  struct Lasting {
    uint32_t signed_id = 0;
    uint32_t kem_id = 0;
  };
  Lasting lasting() const {
    const PrekeyPublication publication = store.publication(identity);
    return {publication.signed_prekey.id, publication.last_resort.id};
  }
  bool answers(const Lasting& keys) const {
    return store.find(keys.signed_id, std::nullopt, keys.kem_id).ok();
  }
  void reload() {
    SecretWriter to;
    store.encode(to);
    ByteReader from(to.buffer().view());
    store = std::move(*PrekeyStore::decode(from));
  }

  SeededRandom random;
  Identity identity;
  PrekeyStore store;
};

}  // namespace

TEST_CASE("prekeys: a renewal is due after a week, not before, and when a clock was far ahead") {
  Owner bob(60);
  constexpr uint64_t kWeekMs = limits::kSignedPrekeyAgeMsMax;
  CHECK(!bob.store.renewal_due(kNowMs));
  CHECK(!bob.store.renewal_due(kNowMs + kWeekMs));
  CHECK(bob.store.renewal_due(kNowMs + kWeekMs + 1));
  CHECK(!bob.store.renewal_due(kNowMs - kWeekMs));
  CHECK(bob.store.renewal_due(kNowMs - kWeekMs - 1));
  bob.store.renew(kNowMs + kWeekMs + 1, bob.random);
  bob.reload();
  CHECK(!bob.store.renewal_due(kNowMs + 2 * kWeekMs + 1));
  CHECK(bob.store.renewal_due(kNowMs + 2 * kWeekMs + 2));
}

TEST_CASE("prekeys: a renewal makes every kind of key anew, with higher ids") {
  Owner bob(61);
  const PrekeyPublication before = bob.store.publication(bob.identity);
  bob.store.renew(kNowMs, bob.random);
  const PrekeyPublication after = bob.store.publication(bob.identity);
  CHECK(verify(after, bob.identity.address()).ok());
  CHECK(after.signed_prekey.id > before.one_time_kem.back().id);
  CHECK(after.last_resort.id > after.signed_prekey.id);
  CHECK(after.one_time.size() == limits::kOneTimePrekeys);
  CHECK(after.one_time.front().id > after.last_resort.id);
  CHECK(after.one_time_kem.size() == limits::kOneTimeKemPrekeys);
  // A bundle that was handed out before is still answered, one-time keys and all.
  CHECK(bob.store.find(before.signed_prekey.id, before.one_time[0].id, before.one_time_kem[0].id)
            .ok());
}

TEST_CASE("prekeys: replaced keys answer for their time and not longer") {
  Owner bob(62);
  const Owner::Lasting first = bob.lasting();
  const uint64_t replaced_ms = kNowMs + limits::kSignedPrekeyAgeMsMax;
  bob.store.renew(replaced_ms, bob.random);
  const Owner::Lasting second = bob.lasting();
  bob.store.renew(replaced_ms + limits::kSignedPrekeyKeptMs, bob.random);
  bob.reload();
  CHECK(bob.answers(first));
  bob.store.renew(replaced_ms + limits::kSignedPrekeyKeptMs + 1, bob.random);
  bob.reload();
  CHECK(!bob.answers(first));
  CHECK(bob.answers(second));
  CHECK(bob.answers(bob.lasting()));
}

TEST_CASE("prekeys: of signed prekeys no more than their number is kept, whatever clocks do") {
  Owner bob(63);
  const Owner::Lasting first = bob.lasting();
  for (size_t i = 1; i < limits::kSignedPrekeysMax; ++i) bob.store.renew(kNowMs - i, bob.random);
  bob.reload();
  CHECK(bob.answers(first));
  const Owner::Lasting last = bob.lasting();
  bob.store.renew(kNowMs, bob.random);
  bob.reload();
  CHECK(!bob.answers(first));
  CHECK(bob.answers(last));
}

TEST_CASE("prekeys: a remembered first message is forgotten with its signed prekey, not before") {
  Owner bob(64);
  const Owner::Lasting first = bob.lasting();
  bob.store.consume(first.signed_id, std::nullopt, first.kem_id, PublicKey{7});
  bob.store.renew(kNowMs, bob.random);
  bob.store.renew(kNowMs + limits::kSignedPrekeyKeptMs, bob.random);
  CHECK(bob.answers(first));
  CHECK(bob.store.is_remembered(first.signed_id, first.kem_id, PublicKey{7}));
  bob.store.renew(kNowMs + limits::kSignedPrekeyKeptMs + 1, bob.random);
  CHECK(!bob.answers(first));
  CHECK(!bob.store.is_remembered(first.signed_id, first.kem_id, PublicKey{7}));
}

TEST_CASE("prekeys: what was published is remembered until there is something new") {
  Owner bob(65);
  CHECK(!bob.store.published());
  bob.store.mark_published();
  bob.reload();
  CHECK(bob.store.published());
  bob.store.refill(1, 0, bob.random);
  bob.reload();
  CHECK(!bob.store.published());
  bob.store.mark_published();
  bob.store.renew(kNowMs, bob.random);
  CHECK(!bob.store.published());
}

}  // namespace homing::test
