// Goal: both sides derive the secrets that docs/crypto.md describes, and a key that weakens them is
// refused.
// Method: the document's formulas written out once more in this file, straight from the primitives;
// all four kinds of bundle; keys of low order.

#include "session/handshake.h"
#include "session/prekey_signature.h"
#include "unit/session_fixture.h"
#include "unit/session_vectors.h"

namespace homing::test {
namespace {

struct Pair {
  explicit Pair(uint64_t stream)
      : random(stream),
        alice(Identity::generate(random)),
        bob(Identity::generate(random)),
        store(PrekeyStore::generate(kNowMs, random)),
        publication(store.publication(bob)) {}

  PrekeyBundle bundle(bool one_time, bool last_resort) const {
    PrekeyBundle out{publication.identity, publication.signed_prekey,
                     last_resort ? publication.last_resort : publication.one_time_kem[0],
                     std::nullopt};
    if (one_time) out.one_time_prekey = publication.one_time[0];
    return out;
  }
  Result<HandshakeSecrets> respond_to(const FirstFields& fields) const {
    const auto keys =
        store.find(fields.signed_prekey_id, fields.one_time_prekey_id, fields.kem_prekey_id);
    REQUIRE(keys.ok());
    return respond(bob, *keys, fields);
  }

  SeededRandom random;
  Identity alice;
  Identity bob;
  PrekeyStore store;
  PrekeyPublication publication;
};

bool same_secrets(const HandshakeSecrets& a, const HandshakeSecrets& b) {
  return same(a.root_key.view(), b.root_key.view()) &&
         same(a.initiator_header_key.view(), b.initiator_header_key.view()) &&
         same(a.responder_next_header_key.view(), b.responder_next_header_key.view()) &&
         a.associated_data == b.associated_data;
}

/// A bundle whose owner signs whatever keys it likes.
PrekeyBundle bundle_of(const Identity& owner, const PublicKey& signed_prekey,
                       const KemPublicKey& kem_prekey,
                       const std::optional<PublicKey>& one_time_prekey) {
  PrekeyBundle out;
  out.identity = owner.public_keys();
  out.signed_prekey = {1, signed_prekey,
                       owner.sign(purpose::kSignedPrekey, prekey_message(1, signed_prekey))};
  out.kem_prekey = {2, kem_prekey, owner.sign(purpose::kKemOneTime, prekey_message(2, kem_prekey)),
                    false};
  if (one_time_prekey) {
    out.one_time_prekey = {
        3, *one_time_prekey,
        owner.sign(purpose::kOneTimePrekey, prekey_message(3, *one_time_prekey))};
  }
  return out;
}

void item(Bytes& to, ByteView bytes) {
  for (int shift = 24; shift >= 0; shift -= 8) {
    to.push_back(static_cast<uint8_t>(bytes.size() >> shift));
  }
  append(to, bytes);
}

Bytes be32(uint32_t value) {
  return {static_cast<uint8_t>(value >> 24), static_cast<uint8_t>(value >> 16),
          static_cast<uint8_t>(value >> 8), static_cast<uint8_t>(value)};
}

/// The responder's derivation as the document has it, with nothing of handshake.cc.
Bytes derived_by_the_book(const Pair& pair, const FirstFields& fields) {
  const auto keys =
      *pair.store.find(fields.signed_prekey_id, fields.one_time_prekey_id, fields.kem_prekey_id);
  Bytes ikm(32, 0xff);
  append(ikm, x25519::shared_secret(*keys.signed_prekey, fields.identity.identity_key)->view());
  append(ikm, pair.bob.shared_secret(fields.base_key)->view());
  append(ikm, x25519::shared_secret(*keys.signed_prekey, fields.base_key)->view());
  if (keys.one_time_prekey != nullptr) {
    append(ikm, x25519::shared_secret(*keys.one_time_prekey, fields.base_key)->view());
  }
  append(ikm, xwing::decapsulate(*keys.kem_seed, fields.kem_ciphertext)->view());

  const IdentityKeys& a = pair.alice.public_keys();
  const IdentityKeys& b = pair.bob.public_keys();
  Bytes transcript;
  item(transcript, be32(1));
  item(transcript, as_bytes("X25519+X-Wing,Ed25519,HKDF-SHA-256,XChaCha20-Poly1305"));
  item(transcript, pair.alice.address().hash);
  item(transcript, pair.bob.address().hash);
  item(transcript, a.signing_key);
  item(transcript, a.identity_key);
  item(transcript, b.signing_key);
  item(transcript, b.identity_key);
  item(transcript, fields.base_key);
  item(transcript, be32(fields.signed_prekey_id));
  item(transcript, pair.publication.signed_prekey.key);
  item(transcript, fields.one_time_prekey_id ? be32(*fields.one_time_prekey_id) : Bytes());
  item(transcript,
       fields.one_time_prekey_id ? ByteView(pair.publication.one_time[0].key) : ByteView());
  item(transcript, be32(fields.kem_prekey_id));
  item(transcript, be32(keys.last_resort ? 1 : 0));
  item(transcript,
       keys.last_resort ? pair.publication.last_resort.key : pair.publication.one_time_kem[0].key);
  item(transcript, fields.kem_ciphertext);

  Bytes info(as_bytes("homing/x3dh+xwing/v1").begin(), as_bytes("homing/x3dh+xwing/v1").end());
  append(info, sha256(transcript));
  Bytes out(96);
  REQUIRE(hkdf_sha256(Bytes(32, 0), ikm, info, out).ok());
  return out;
}

}  // namespace

TEST_CASE("handshake: both sides derive the document's secrets from every kind of bundle") {
  Pair pair(40);
  for (const bool one_time : {false, true}) {
    for (const bool last_resort : {false, true}) {
      CAPTURE(one_time);
      CAPTURE(last_resort);
      const auto initiation =
          initiate(pair.alice, pair.bob.address(), pair.bundle(one_time, last_resort), pair.random);
      REQUIRE(initiation.ok());
      CHECK(initiation->fields.one_time_prekey_id.has_value() == one_time);
      const auto answered = pair.respond_to(initiation->fields);
      REQUIRE(answered.ok());
      CHECK(same_secrets(initiation->secrets, *answered));

      const Bytes book = derived_by_the_book(pair, initiation->fields);
      CHECK(same(answered->root_key.view(), ByteView(book).first(32)));
      CHECK(same(answered->initiator_header_key.view(), ByteView(book).subspan(32, 32)));
      CHECK(same(answered->responder_next_header_key.view(), ByteView(book).subspan(64, 32)));

      Bytes data(as_bytes("homing/session/v1").begin(), as_bytes("homing/session/v1").end());
      for (const Identity* side : {&pair.alice, &pair.bob}) {
        append(data, side->address().hash);
        append(data, side->public_keys().signing_key);
        append(data, side->public_keys().identity_key);
      }
      CHECK(answered->associated_data == data);
    }
  }
}

TEST_CASE("handshake: any field that differs gives other secrets") {
  Pair pair(41);
  const auto initiation =
      initiate(pair.alice, pair.bob.address(), pair.bundle(true, false), pair.random);
  REQUIRE(initiation.ok());
  const FirstFields& good = initiation->fields;
  const Identity mallory = Identity::generate(pair.random);

  std::vector<FirstFields> others(6, good);
  others[0].identity = mallory.public_keys();
  others[1].base_key = x25519::public_key(pair.random.secret());
  others[2].one_time_prekey_id = pair.publication.one_time[1].id;
  others[3].one_time_prekey_id.reset();
  others[4].kem_prekey_id = pair.publication.one_time_kem[1].id;
  others[5].kem_ciphertext[1000] ^= 1;
  for (size_t i = 0; i < others.size(); ++i) {
    CAPTURE(i);
    const auto answered = pair.respond_to(others[i]);
    REQUIRE(answered.ok());
    CHECK(!same(answered->root_key.view(), initiation->secrets.root_key.view()));
  }
}

TEST_CASE("handshake: two handshakes with the same bundle share nothing") {
  Pair pair(42);
  const PrekeyBundle bundle = pair.bundle(true, true);
  const auto first = initiate(pair.alice, pair.bob.address(), bundle, pair.random);
  const auto second = initiate(pair.alice, pair.bob.address(), bundle, pair.random);
  REQUIRE((first.ok() && second.ok()));
  CHECK(first->fields.base_key != second->fields.base_key);
  CHECK(!same(first->secrets.root_key.view(), second->secrets.root_key.view()));
}

TEST_CASE("handshake: a bundle of somebody else, or of oneself, is refused") {
  Pair pair(43);
  const PrekeyBundle bundle = pair.bundle(true, false);
  CHECK(initiate(pair.alice, pair.alice.address(), bundle, pair.random).error() == Error::kSelf);
  CHECK(initiate(pair.bob, pair.bob.address(), bundle, pair.random).error() == Error::kSelf);
  const Identity carol = Identity::generate(pair.random);
  CHECK(initiate(pair.alice, carol.address(), bundle, pair.random).error() == Error::kBadAddress);
  PrekeyBundle changed = bundle;
  changed.signed_prekey.key[0] ^= 1;
  CHECK(initiate(pair.alice, pair.bob.address(), changed, pair.random).error() ==
        Error::kBadSignature);
}

TEST_CASE("handshake: keys of low order and KEM keys that are not canonical are refused") {
  Pair pair(44);
  const PublicKey good = x25519::public_key(pair.random.secret());
  const KemPublicKey kem = xwing::public_key(pair.random.secret());
  KemPublicKey overflowing = kem;
  std::fill_n(overflowing.begin(), 16, uint8_t{0xff});
  const Address owner = pair.bob.address();
  const auto outcome = [&](const PrekeyBundle& bundle) {
    return initiate(pair.alice, owner, bundle, pair.random);
  };
  CHECK(outcome(bundle_of(pair.bob, good, kem, good)).ok());
  CHECK(outcome(bundle_of(pair.bob, good, overflowing, good)).error() == Error::kBadKey);
  // The points whose multiples by a clamped scalar are all zero: 0, 1, p - 1 among others.
  PublicKey minus_one;
  minus_one.fill(0xff);
  minus_one[0] = 0xec;
  minus_one[31] = 0x7f;
  for (const PublicKey& low : {PublicKey{}, PublicKey{1}, minus_one}) {
    CHECK(outcome(bundle_of(pair.bob, low, kem, good)).error() == Error::kBadKey);
    CHECK(outcome(bundle_of(pair.bob, good, kem, low)).error() == Error::kBadKey);

    const auto initiation = initiate(pair.alice, owner, pair.bundle(true, false), pair.random);
    REQUIRE(initiation.ok());
    FirstFields fields = initiation->fields;
    fields.base_key = low;
    CHECK(pair.respond_to(fields).error() == Error::kBadKey);
    fields = initiation->fields;
    fields.identity.identity_key = low;
    CHECK(pair.respond_to(fields).error() == Error::kBadKey);
  }
}

}  // namespace homing::test
