// Goal: each attack on the encryption that docs/threat_model.md lists fails against a pair of
// session books.
// Method: alice writes to bob; mallory has the relay, so she sees, keeps, changes, repeats and
// invents envelopes and bundles. tests/crypto/defences.mjs takes each defence away and sees the
// test named here fail; so a test here fails for one reason.

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "session/prekey_signature.h"
#include "session/session_book.h"
#include "unit/session_fixture.h"
#include "unit/session_vectors.h"
#include "wire/cbor.h"

namespace homing::test {
namespace {

/// The envelope or bundle with another number in its first place.
Bytes with_version(const Bytes& bytes, uint32_t version) {
  Result<Json> items = decode_cbor(bytes);
  REQUIRE(items.ok());
  (*items)[0] = version;
  return encode_cbor(*items);
}

/// 0, 1 and p - 1: X25519 with any secret gives zero.
std::vector<PublicKey> low_order_points() {
  PublicKey minus_one;
  minus_one.fill(0xff);
  minus_one[0] = 0xec;
  minus_one[31] = 0x7f;
  return {PublicKey{}, PublicKey{1}, minus_one};
}

Error begin_error(Conversation& c, const PrekeyBundle& bundle) {
  const Result<void> begun = c.alice.book.begin(c.bob.address(), bundle, c.now_ms, c.random);
  return begun.ok() ? Error{} : begun.error();
}

}  // namespace

TEST_CASE("attack: a first message replayed after its session is gone") {
  Conversation c(301);
  c.begin(c.alice, c.bob);
  const Bytes first = c.seal(c.alice, c.bob, "pay mallory");
  REQUIRE(c.open(c.bob, c.alice, first) == "pay mallory");
  c.bob.book.forget(c.alice.address());
  CHECK(c.open(c.bob, c.alice, first) == "undecryptable");
}

TEST_CASE("attack: a first message under last-resort keys replayed after its session is gone") {
  Conversation c(302);
  c.begin_with(c.alice, c.bob, c.bob.claim_last_resort());
  const Bytes first = c.seal(c.alice, c.bob, "pay mallory");
  REQUIRE(c.open(c.bob, c.alice, first) == "pay mallory");
  c.bob.book.forget(c.alice.address());
  CHECK(c.open(c.bob, c.alice, first) == "undecryptable");
}

TEST_CASE("attack: a first message repeated, or with other fields, while its session is there") {
  Conversation c(303);
  c.begin(c.alice, c.bob);
  const Bytes first = c.seal(c.alice, c.bob, "hello");
  REQUIRE(c.open(c.bob, c.alice, first) == "hello");
  Envelope changed = *decode_envelope(c.seal(c.alice, c.bob, "second"));
  changed.first->one_time_prekey_id = *changed.first->one_time_prekey_id - 1;
  CHECK(c.open(c.bob, c.alice, first) == "undecryptable");
  CHECK(c.open(c.bob, c.alice, encode_envelope(changed)) == "undecryptable");
  CHECK(c.bob.book.archived_count(c.alice.address()) == 0);
}

TEST_CASE("attack: an envelope replayed, in order or late") {
  Conversation c(304);
  c.meet();
  const Bytes overtaken = c.seal(c.alice, c.bob, "overtaken");
  const Bytes prompt = c.seal(c.alice, c.bob, "prompt");
  REQUIRE(c.open(c.bob, c.alice, prompt) == "prompt");
  CHECK(c.open(c.bob, c.alice, prompt) == "undecryptable");
  REQUIRE(c.open(c.bob, c.alice, overtaken) == "overtaken");
  CHECK(c.open(c.bob, c.alice, overtaken) == "undecryptable");
  c.tell(c.bob, c.alice, "turn");
  c.tell(c.alice, c.bob, "turn");
  CHECK(c.open(c.bob, c.alice, prompt) == "undecryptable");
  CHECK(c.open(c.bob, c.alice, overtaken) == "undecryptable");
}

TEST_CASE("attack: envelopes reordered, dropped and duplicated") {
  Conversation c(305);
  c.meet();
  for (int round = 0; round < 20; ++round) {
    std::vector<std::pair<std::string, Bytes>> under_way;
    for (int i = 0; i < 12; ++i) {
      std::string text = std::to_string(round) + "." + std::to_string(i);
      Bytes envelope = c.seal(c.alice, c.bob, text);
      const size_t copies = c.random.below(3);  // 0: dropped
      for (size_t k = 0; k < copies; ++k) under_way.emplace_back(text, envelope);
    }
    std::set<std::string> opened;
    while (!under_way.empty()) {
      const size_t at = c.random.below(under_way.size());
      const auto [text, envelope] = under_way[at];
      under_way.erase(under_way.begin() + static_cast<ptrdiff_t>(at));
      const bool is_new = opened.insert(text).second;
      CHECK(c.open(c.bob, c.alice, envelope) == (is_new ? text : "undecryptable"));
    }
    CHECK(c.tell(c.bob, c.alice, "turn"));
  }
}

TEST_CASE("attack: somebody else's bundle under the recipient's address") {
  Conversation c(306);
  Person mallory(c.random);
  CHECK(begin_error(c, mallory.claim()) == Error::kBadAddress);
  CHECK(!c.alice.book.can_seal(c.bob.address(), c.now_ms));
}

TEST_CASE("attack: a key of the relay's own in the recipient's bundle") {
  Conversation c(307);
  Person mallory(c.random);
  const PrekeyBundle good = c.bob.claim();
  const PrekeyBundle hers = mallory.claim();
  PrekeyBundle bad = good;
  SUBCASE("as signed prekey") { bad.signed_prekey.key = hers.signed_prekey.key; }
  SUBCASE("as one-time prekey") { bad.one_time_prekey->key = hers.one_time_prekey->key; }
  SUBCASE("as KEM prekey") { bad.kem_prekey.key = hers.kem_prekey.key; }
  SUBCASE("as identity key") { bad.identity.identity_key = hers.identity.identity_key; }
  const Error error = begin_error(c, bad);
  CHECK((error == Error::kBadSignature || error == Error::kBadAddress));
  CHECK(!c.alice.book.can_seal(c.bob.address(), c.now_ms));
}

TEST_CASE("attack: identity keys that the address names but the signing key never signed") {
  // Whoever makes an address may hash any two keys. What is theirs has to be signed by the first.
  Conversation c(308);
  Person mallory(c.random);
  IdentityKeys joined = mallory.book.identity().public_keys();
  joined.identity_key = c.bob.book.identity().public_keys().identity_key;
  PrekeyBundle bundle = mallory.claim();
  bundle.identity = joined;
  const auto begun = c.alice.book.begin(address_of(joined), bundle, c.now_ms, c.random);
  REQUIRE(!begun.ok());
  CHECK(begun.error() == Error::kBadSignature);
}

TEST_CASE("attack: a signature made for another purpose") {
  Conversation c(309);
  const PrekeyBundle good = c.bob.claim();
  PrekeyBundle bad = good;
  SUBCASE("a one-time prekey as signed prekey") { bad.signed_prekey = *good.one_time_prekey; }
  SUBCASE("the signed prekey as one-time prekey") { bad.one_time_prekey = good.signed_prekey; }
  SUBCASE("a one-time KEM prekey as last resort") { bad.kem_prekey.last_resort = true; }
  CHECK(begin_error(c, bad) == Error::kBadSignature);
}

TEST_CASE("attack: points of low order in a bundle and in a first message") {
  Conversation c(310);
  const Identity& bob = c.bob.book.identity();
  for (const PublicKey& low : low_order_points()) {
    // Signed by bob himself, who wants a session that a third person can read.
    PrekeyBundle bundle = c.bob.claim();
    bundle.signed_prekey.key = low;
    bundle.signed_prekey.signature =
        bob.sign(purpose::kSignedPrekey, prekey_message(bundle.signed_prekey.id, low));
    CHECK(begin_error(c, bundle) == Error::kBadKey);

    const PrekeyBundle good = c.bob.claim();
    const auto keys = c.bob.book.prekeys().find(good.signed_prekey.id, good.one_time_prekey->id,
                                                good.kem_prekey.id);
    REQUIRE(keys.ok());
    auto initiation = initiate(c.alice.book.identity(), c.bob.address(), good, c.random);
    REQUIRE(initiation.ok());
    initiation->fields.base_key = low;
    CHECK(!respond(bob, *keys, initiation->fields).ok());
  }
}

TEST_CASE("attack: an envelope or a bundle of another version") {
  Conversation c(311);
  const Bytes bundle = encode_bundle(c.bob.claim());
  c.meet();
  const Bytes envelope = c.seal(c.alice, c.bob, "hello");
  for (const uint32_t version : {0u, 2u, 0xffffffffu}) {
    CAPTURE(version);
    CHECK(c.open(c.bob, c.alice, with_version(envelope, version)) == "undecryptable");
    CHECK(!decode_bundle(with_version(bundle, version)).ok());
  }
  CHECK(c.open(c.bob, c.alice, with_version(envelope, kEnvelopeVersion)) == "hello");
}

TEST_CASE("attack: a handshake weakened by leaving out its one-time prekey") {
  Conversation c(312);
  c.begin(c.alice, c.bob);
  Envelope envelope = *decode_envelope(c.seal(c.alice, c.bob, "hello"));
  const Bytes good = encode_envelope(envelope);
  envelope.first->one_time_prekey_id.reset();
  CHECK(c.open(c.bob, c.alice, encode_envelope(envelope)) == "undecryptable");
  CHECK(c.open(c.bob, c.alice, good) == "hello");
}

TEST_CASE("attack: a ciphertext truncated, lengthened or altered at any place") {
  Conversation c(313);
  c.meet();
  const Bytes good = c.seal(c.alice, c.bob, "hello");
  size_t opened = 0;
  for (size_t i = 0; i < good.size(); ++i) {
    Bytes bad = good;
    bad[i] ^= static_cast<uint8_t>(1u << (i % 8));
    opened += c.bob.book.open(c.alice.address(), bad, c.now_ms).ok() ? 1u : 0u;
    const ByteView cut = ByteView(good).first(i);
    opened += c.bob.book.open(c.alice.address(), cut, c.now_ms).ok() ? 1u : 0u;
  }
  Bytes longer = good;
  longer.push_back(0);
  opened += c.bob.book.open(c.alice.address(), longer, c.now_ms).ok() ? 1u : 0u;
  CHECK(opened == 0);
  CHECK(c.open(c.bob, c.alice, good) == "hello");
}

TEST_CASE("attack: the header of one envelope over the body of another") {
  // Both are sealed with one message key, so that nothing else would notice.
  Conversation c(314);
  c.meet();
  REQUIRE(c.tell(c.alice, c.bob, "the turn is made"));
  const SecretBytes before = c.alice.book.encode_peer(c.bob.address());
  const Envelope one = *decode_envelope(c.seal(c.alice, c.bob, "one"));
  REQUIRE(c.alice.book.decode_peer(c.bob.address(), before.view()).ok());
  Envelope other = *decode_envelope(c.seal(c.alice, c.bob, "other"));
  other.header = one.header;
  CHECK(c.open(c.bob, c.alice, encode_envelope(other)) == "undecryptable");
  CHECK(c.open(c.bob, c.alice, encode_envelope(one)) == "one");
}

TEST_CASE("attack: a rolled-back store that nobody notices repeats a key, but no nonce") {
  Conversation c(317);
  c.meet();
  REQUIRE(c.tell(c.alice, c.bob, "the turn is made"));
  const SecretBytes before = c.alice.book.encode_peer(c.bob.address());
  std::set<Bytes> nonces;
  for (int i = 0; i < 50; ++i) {
    REQUIRE(c.alice.book.decode_peer(c.bob.address(), before.view()).ok());
    const Envelope envelope = *decode_envelope(c.seal(c.alice, c.bob, std::to_string(i)));
    for (const ByteView sealed : {ByteView(envelope.header), ByteView(envelope.body)}) {
      const ByteView nonce = sealed.first(kAeadNonceBytes);
      CHECK(nonces.insert(Bytes(nonce.begin(), nonce.end())).second);
    }
  }
}

TEST_CASE("attack: one person's first message passed off as another's") {
  Conversation c(315);
  Person mallory(c.random);
  c.begin(c.alice, c.bob);
  const Bytes first = c.seal(c.alice, c.bob, "hello");
  CHECK(c.open(c.bob, mallory, first) == "undecryptable");
  CHECK(c.open(c.bob, c.alice, first) == "hello");
}

TEST_CASE("attack: forged envelopes neither move a ratchet nor use up one-time keys") {
  Conversation c(316);
  c.begin(c.alice, c.bob);
  const Bytes first = c.seal(c.alice, c.bob, "hello");
  Bytes forged = first;
  forged.back() ^= 1;
  CHECK(c.open(c.bob, c.alice, forged) == "undecryptable");
  REQUIRE(c.open(c.bob, c.alice, first) == "hello");
  const Bytes next = c.seal(c.alice, c.bob, "next");
  forged = next;
  forged.back() ^= 1;
  CHECK(c.open(c.bob, c.alice, forged) == "undecryptable");
  CHECK(c.open(c.bob, c.alice, next) == "next");
}

}  // namespace homing::test
