// Goal: what the relay hands out can be checked by the one who claims it, and private halves are
// there exactly as long as they may be needed.
// Method: a store and what it publishes; every change a relay could make; both sides of each bound.

#include <set>

#include "homing/limits.h"
#include "session/prekey_bundle.h"
#include "session/prekey_store.h"
#include "unit/session_fixture.h"
#include "unit/session_vectors.h"

namespace homing::test {
namespace {

struct Owner {
  explicit Owner(uint64_t stream)
      : random(stream),
        identity(Identity::generate(random)),
        store(PrekeyStore::generate(kNowMs, random)) {}

  PrekeyPublication publication() const { return store.publication(identity); }

  SeededRandom random;
  Identity identity;
  PrekeyStore store;
};

PrekeyBundle first_bundle(const PrekeyPublication& publication) {
  return {publication.identity, publication.signed_prekey, publication.one_time_kem[0],
          publication.one_time[0]};
}

PrekeyStore encoded_and_decoded(const PrekeyStore& store) {
  SecretWriter to;
  store.encode(to);
  ByteReader from(to.buffer().view());
  Result<PrekeyStore> out = PrekeyStore::decode(from);
  REQUIRE(out.ok());
  REQUIRE(from.finished());
  return std::move(*out);
}

}  // namespace

TEST_CASE("prekeys: a publication holds a full set of signed keys with ids used once") {
  const Owner bob(20);
  const PrekeyPublication publication = bob.publication();
  CHECK(publication.one_time.size() == limits::kOneTimePrekeys);
  CHECK(publication.one_time_kem.size() == limits::kOneTimeKemPrekeys);
  CHECK(verify(publication, bob.identity.address()).ok());
  std::set<uint32_t> ids{publication.signed_prekey.id, publication.last_resort.id};
  for (const auto& key : publication.one_time) ids.insert(key.id);
  for (const auto& key : publication.one_time_kem) ids.insert(key.id);
  CHECK(ids.size() == 2 + limits::kOneTimePrekeys + limits::kOneTimeKemPrekeys);

  const Bytes bytes = encode_publication(publication);
  CHECK(bytes.size() < limits::kFrameBytesMax);
  const Result<PrekeyPublication> again = decode_publication(bytes);
  REQUIRE(again.ok());
  CHECK(verify(*again, bob.identity.address()).ok());
  CHECK(again->one_time == publication.one_time);
  CHECK(again->one_time_kem == publication.one_time_kem);
  // A repeated upload is the same upload.
  CHECK(encode_publication(bob.publication()) == bytes);
}

TEST_CASE("prekeys: a bundle comes back from its bytes, with and without one-time keys") {
  const Owner bob(21);
  const PrekeyPublication publication = bob.publication();
  PrekeyBundle bundle = first_bundle(publication);
  for (const bool last_resort : {false, true}) {
    for (const bool one_time : {false, true}) {
      bundle.kem_prekey = last_resort ? publication.last_resort : publication.one_time_kem[0];
      bundle.one_time_prekey.reset();
      if (one_time) bundle.one_time_prekey = publication.one_time[0];
      const Result<PrekeyBundle> again = decode_bundle(encode_bundle(bundle));
      REQUIRE(again.ok());
      CHECK(again->identity == bundle.identity);
      CHECK(again->signed_prekey == bundle.signed_prekey);
      CHECK(again->kem_prekey == bundle.kem_prekey);
      CHECK(again->one_time_prekey == bundle.one_time_prekey);
      CHECK(verify(*again, bob.identity.address()).ok());
    }
  }
}

TEST_CASE("prekeys: a bundle with any byte changed is refused") {
  const Owner bob(22);
  const Bytes bytes = encode_bundle(first_bundle(bob.publication()));
  size_t refused = 0;
  for (size_t i = 0; i < bytes.size(); ++i) {
    Bytes changed = bytes;
    changed[i] ^= static_cast<uint8_t>(1u << (i % 8));
    const Result<PrekeyBundle> decoded = decode_bundle(changed);
    if (!decoded.ok() || !verify(*decoded, bob.identity.address()).ok()) ++refused;
  }
  CHECK(refused == bytes.size());
  for (size_t size = 0; size < bytes.size(); size += 7) {
    CHECK(!decode_bundle(ByteView(bytes).first(size)).ok());
  }
}

TEST_CASE("prekeys: a signed key cannot be passed off as one of another kind, number or person") {
  const Owner bob(23);
  const Owner mallory(24);
  const PrekeyPublication publication = bob.publication();
  const Address address = bob.identity.address();
  const PrekeyBundle good = first_bundle(publication);
  CHECK(verify(good, address).ok());
  CHECK(verify(good, mallory.identity.address()).error() == Error::kBadAddress);

  PrekeyBundle bad = good;
  bad.signed_prekey = publication.one_time[1];
  CHECK(verify(bad, address).error() == Error::kBadSignature);
  bad = good;
  bad.one_time_prekey = publication.signed_prekey;
  CHECK(verify(bad, address).error() == Error::kBadSignature);
  bad = good;
  bad.kem_prekey.last_resort = true;
  CHECK(verify(bad, address).error() == Error::kBadSignature);
  bad = good;
  bad.kem_prekey.id = publication.one_time_kem[1].id;
  CHECK(verify(bad, address).error() == Error::kBadSignature);
  bad = good;
  bad.one_time_prekey = mallory.publication().one_time[0];
  CHECK(verify(bad, address).error() == Error::kBadSignature);

  PrekeyPublication wrong = publication;
  wrong.last_resort = publication.one_time_kem[0];
  CHECK(verify(wrong, address).error() == Error::kBadSignature);
  wrong.last_resort.last_resort = true;
  CHECK(verify(wrong, address).error() == Error::kBadSignature);
  wrong = publication;
  wrong.one_time.back().key[5] ^= 1;
  CHECK(verify(wrong, address).error() == Error::kBadSignature);
  wrong = publication;
  wrong.one_time_kem.back().signature[5] ^= 1;
  CHECK(verify(wrong, address).error() == Error::kBadSignature);
}

TEST_CASE("prekeys: a publication with too many keys or ids out of order is refused") {
  const Owner bob(25);
  const PrekeyPublication good = bob.publication();
  PrekeyPublication bad = good;
  bad.one_time.push_back(bad.one_time.back());
  bad.one_time.back().id += 1000;
  CHECK(decode_publication(encode_publication(bad)).error() == Error::kTooLarge);
  bad = good;
  bad.one_time_kem.push_back(bad.one_time_kem.back());
  CHECK(decode_publication(encode_publication(bad)).error() == Error::kTooLarge);
  bad = good;
  std::swap(bad.one_time[3], bad.one_time[4]);
  CHECK(decode_publication(encode_publication(bad)).error() == Error::kMalformed);
  bad = good;
  bad.one_time[3].id = bad.one_time[4].id;
  CHECK(decode_publication(encode_publication(bad)).error() == Error::kMalformed);
}

TEST_CASE("prekeys: a refill publishes the new keys only, with higher ids") {
  Owner bob(26);
  const PrekeyPublication before = bob.publication();
  bob.store.refill(30, 5, bob.random);
  const PrekeyPublication after = bob.publication();
  CHECK(after.one_time.size() == 30);
  CHECK(after.one_time_kem.size() == 5);
  CHECK(after.one_time.front().id > before.one_time_kem.back().id);
  CHECK(after.signed_prekey == before.signed_prekey);
  CHECK(verify(after, bob.identity.address()).ok());
  // Those handed out before are still answered.
  CHECK(bob.store.find(before.signed_prekey.id, before.one_time[0].id, before.one_time_kem[0].id)
            .ok());
  bob.store.refill(limits::kOneTimePrekeys + 1, limits::kOneTimeKemPrekeys + 1, bob.random);
  CHECK(bob.publication().one_time.size() == limits::kOneTimePrekeys);
  CHECK(bob.publication().one_time_kem.size() == limits::kOneTimeKemPrekeys);
}

TEST_CASE("prekeys: private halves are kept up to their bound, the oldest dropped first") {
  Owner bob(27);
  const PrekeyPublication first = bob.publication();
  const auto answers_first = [&] {
    return bob.store.find(first.signed_prekey.id, first.one_time[0].id, first.one_time_kem[0].id)
        .ok();
  };
  for (size_t i = 1; i < limits::kOneTimeKeysKeptFactor; ++i) {
    bob.store.refill(limits::kOneTimePrekeys, limits::kOneTimeKemPrekeys, bob.random);
  }
  CHECK(bob.store.one_time_count() == limits::kOneTimePrekeys * limits::kOneTimeKeysKeptFactor);
  CHECK(answers_first());
  bob.store.refill(1, 1, bob.random);
  CHECK(bob.store.one_time_count() == limits::kOneTimePrekeys * limits::kOneTimeKeysKeptFactor);
  CHECK(bob.store.one_time_kem_count() ==
        limits::kOneTimeKemPrekeys * limits::kOneTimeKeysKeptFactor);
  CHECK(!answers_first());
  CHECK(
      bob.store.find(first.signed_prekey.id, first.one_time[1].id, first.one_time_kem[1].id).ok());
}

TEST_CASE("prekeys: a one-time key works once, and ids are not used again after a reload") {
  Owner bob(28);
  const PrekeyPublication publication = bob.publication();
  const uint32_t signed_id = publication.signed_prekey.id;
  const uint32_t one_time_id = publication.one_time[0].id;
  const uint32_t kem_id = publication.one_time_kem[0].id;
  const auto keys = bob.store.find(signed_id, one_time_id, kem_id);
  REQUIRE(keys.ok());
  CHECK(x25519::public_key(*keys->one_time_prekey) == publication.one_time[0].key);
  CHECK(x25519::public_key(*keys->signed_prekey) == publication.signed_prekey.key);
  CHECK(xwing::public_key(*keys->kem_seed) == publication.one_time_kem[0].key);
  CHECK(!keys->last_resort);

  bob.store.consume(signed_id, one_time_id, kem_id, PublicKey{1});
  CHECK(bob.store.find(signed_id, one_time_id, publication.one_time_kem[1].id).error() ==
        Error::kUndecryptable);
  CHECK(bob.store.find(signed_id, publication.one_time[1].id, kem_id).error() ==
        Error::kUndecryptable);
  CHECK(bob.store.find(signed_id + 1000, std::nullopt, publication.last_resort.id).error() ==
        Error::kUndecryptable);
  // Used keys are not published again, and nothing needs to be remembered about them.
  CHECK(bob.publication().one_time.size() == limits::kOneTimePrekeys - 1);
  CHECK(!bob.store.is_remembered(signed_id, kem_id, PublicKey{1}));

  PrekeyStore again = encoded_and_decoded(bob.store);
  CHECK(!again.find(signed_id, one_time_id, publication.one_time_kem[1].id).ok());
  CHECK(encode_publication(again.publication(bob.identity)) ==
        encode_publication(bob.publication()));
  again.refill(1, 0, bob.random);
  CHECK(again.publication(bob.identity).one_time[0].id > publication.one_time_kem.back().id);
}

TEST_CASE("prekeys: first messages under last-resort keys are remembered up to their bound") {
  Owner bob(29);
  const PrekeyPublication publication = bob.publication();
  const uint32_t signed_id = publication.signed_prekey.id;
  const uint32_t kem_id = publication.last_resort.id;
  const auto base_key = [](size_t i) {
    PublicKey out{};
    out[0] = static_cast<uint8_t>(i);
    out[1] = static_cast<uint8_t>(i >> 8);
    return out;
  };
  for (size_t i = 0; i < limits::kFirstMessagesRemembered; ++i) {
    bob.store.consume(signed_id, std::nullopt, kem_id, base_key(i));
  }
  CHECK(bob.store.is_remembered(signed_id, kem_id, base_key(0)));
  CHECK(!bob.store.is_remembered(signed_id, kem_id + 1, base_key(0)));
  CHECK(!bob.store.is_remembered(signed_id + 1, kem_id, base_key(0)));
  CHECK(encoded_and_decoded(bob.store).is_remembered(signed_id, kem_id, base_key(0)));
  bob.store.consume(signed_id, std::nullopt, kem_id, base_key(limits::kFirstMessagesRemembered));
  CHECK(!bob.store.is_remembered(signed_id, kem_id, base_key(0)));
  CHECK(bob.store.is_remembered(signed_id, kem_id, base_key(1)));
  CHECK(bob.store.find(signed_id, std::nullopt, kem_id)->last_resort);
}

TEST_CASE("prekeys: a damaged store is refused") {
  const Owner bob(30);
  SecretWriter to;
  bob.store.encode(to);
  const ByteView bytes = to.buffer().view();
  for (size_t size = 0; size < bytes.size(); size += 3) {
    ByteReader cut(bytes.first(size));
    CHECK(!PrekeyStore::decode(cut).ok());
  }
  Bytes newer(bytes.begin(), bytes.end());
  newer[0] = 2;
  ByteReader from_newer(newer);
  CHECK(PrekeyStore::decode(from_newer).error() == Error::kUnsupported);
  // A counter below the ids in use would give out a number twice.
  Bytes lower(bytes.begin(), bytes.end());
  std::fill_n(lower.begin() + 1, 4, uint8_t{0});
  ByteReader from_lower(lower);
  CHECK(PrekeyStore::decode(from_lower).error() == Error::kMalformed);
}

}  // namespace homing::test
