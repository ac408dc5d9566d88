// Goal: an address names exactly one pair of identity keys, and no secret can be printed, copied or
// compared by accident.
// Method: round trips, hostile texts and keys, a known answer, and concepts for what must not
// compile.

#include <concepts>
#include <ostream>
#include <type_traits>

#include "session/identity.h"
#include "session/session_book.h"
#include "unit/session_fixture.h"
#include "unit/session_vectors.h"

namespace homing::test {
namespace {

template <typename T>
concept Printable = requires(std::ostream& out, const T& value) {
  out << value;
};

/// What would let a secret leak into a log, a copy that nobody wipes, or a timing difference.
template <typename T>
concept Careless = Printable<T> || std::copy_constructible<T> || std::is_copy_assignable_v<T> ||
    std::equality_comparable<T> || std::convertible_to<T, std::string>;

static_assert(Careless<std::string>);
static_assert(Careless<PublicKey>);
static_assert(!Careless<SecretKey>);
static_assert(!Careless<SecretBytes>);
static_assert(!Careless<Identity>);
static_assert(!Careless<PrekeyStore>);
static_assert(!Careless<HandshakeSecrets>);
static_assert(!Careless<RootKey>);
static_assert(!Careless<ChainKey>);
static_assert(!Careless<MessageKey>);
static_assert(!Careless<SkippedKeys>);
static_assert(!Careless<ReceivingChain>);
static_assert(!Careless<Ratchet>);
static_assert(!Careless<Session>);
static_assert(!Careless<SessionBook>);

}  // namespace

TEST_CASE("identity: an address is BLAKE2b-256 of label and keys, in base32") {
  PublicKey signing_key;
  PublicKey identity_key;
  signing_key.fill(0x11);
  identity_key.fill(0x22);
  // Computed with Python's hashlib.blake2b(digest_size=32) and base64.b32encode.
  CHECK(address_of(signing_key, identity_key).to_text() ==
        "mfwm63ywjfve5n23744q6hcwgspmin4zzblbdmluemoerxmqec2a");
}

TEST_CASE("identity: the text of an address is read back, and no other text of it exists") {
  SeededRandom random(1);
  for (int i = 0; i < 200; ++i) {
    const Address address{random.array<32>()};
    const std::string text = address.to_text();
    REQUIRE(text.size() == 52);
    REQUIRE(Address::parse(text).ok());
    REQUIRE(*Address::parse(text) == address);
    // The last letter carries one bit; its other four bits must be zero.
    const std::string_view alphabet = "abcdefghijklmnopqrstuvwxyz234567";
    size_t readable = 0;
    for (const char last : alphabet) {
      std::string other = text;
      other.back() = last;
      if (Address::parse(other).ok()) ++readable;
    }
    CHECK(readable == 2);
  }
  const std::string text = Address{}.to_text();
  CHECK(text == std::string(52, 'a'));
  for (const std::string& bad :
       {std::string(), text.substr(1), text + "a", "A" + text.substr(1), "1" + text.substr(1),
        text + "====", " " + text.substr(1), text.substr(0, 51) + std::string(1, '\0')}) {
    CAPTURE(bad);
    CHECK(Address::parse(bad).error() == Error::kBadAddress);
  }
}

TEST_CASE("identity: keys are those of an address only if none was exchanged") {
  SeededRandom random(2);
  const Identity alice = Identity::generate(random);
  const Identity mallory = Identity::generate(random);
  CHECK(verify_identity(alice.public_keys(), alice.address()).ok());
  CHECK(verify_identity(alice.public_keys(), mallory.address()).error() == Error::kBadAddress);

  IdentityKeys mixed = alice.public_keys();
  mixed.identity_key = mallory.public_keys().identity_key;
  CHECK(verify_identity(mixed, alice.address()).error() == Error::kBadAddress);
  CHECK(verify_identity(mixed).error() == Error::kBadSignature);
  // An address made for the mixture would still lack alice's signature over it.
  CHECK(verify_identity(mixed, address_of(mixed)).error() == Error::kBadSignature);
}

TEST_CASE("identity: encoded and decoded it is the same, damaged it is refused") {
  SeededRandom random(3);
  const Identity alice = Identity::generate(random);
  SecretWriter to;
  alice.encode(to);
  const ByteView bytes = to.buffer().view();
  ByteReader from(bytes);
  const Result<Identity> again = Identity::decode(from);
  REQUIRE(again.ok());
  CHECK(from.finished());
  CHECK(again->public_keys() == alice.public_keys());
  CHECK(again->sign("test", {}) == alice.sign("test", {}));
  CHECK(alice.clone().address() == alice.address());

  for (size_t size = 0; size < bytes.size(); ++size) {
    ByteReader cut(bytes.first(size));
    CHECK(Identity::decode(cut).error() == Error::kTruncated);
  }
  Bytes newer(bytes.begin(), bytes.end());
  newer[0] = 2;
  ByteReader from_newer(newer);
  CHECK(Identity::decode(from_newer).error() == Error::kUnsupported);
}

TEST_CASE("identity: what it signs is verified under the same purpose") {
  SeededRandom random(4);
  const Identity alice = Identity::generate(random);
  const Signature signature = alice.sign("homing/test", as_bytes("hello"));
  const PublicKey& key = alice.public_keys().signing_key;
  CHECK(ed25519::verify(key, "homing/test", as_bytes("hello"), signature).ok());
  CHECK(!ed25519::verify(key, "homing/test", as_bytes("hallo"), signature).ok());
  CHECK(!ed25519::verify(key, purpose::kIdentityKey, as_bytes("hello"), signature).ok());
}

}  // namespace homing::test
