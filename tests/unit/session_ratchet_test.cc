// Goal: each message opens once, in whatever order it comes, and a message that does not open
// leaves no trace. Method: alice's and bob's ratchets over one handshake; states are compared by
// their encodings.

#include <deque>
#include <utility>
#include <vector>

#include "session/padding.h"
#include "session/ratchet.h"
#include "unit/session_ratchets.h"
#include "unit/session_vectors.h"

namespace homing::test {

TEST_CASE("ratchet: a conversation in order, with turns, goes through") {
  Ratchets r(60);
  for (int turn = 0; turn < 50; ++turn) {
    for (int i = 0; i <= turn % 3; ++i) {
      REQUIRE(r.tell(r.alice, r.bob, "alice " + std::to_string(turn)));
    }
    for (int i = 0; i <= turn % 4; ++i) {
      REQUIRE(r.tell(r.bob, r.alice, "bob " + std::to_string(turn)));
    }
  }
  CHECK(r.alice->skipped_count() == 0);
  CHECK(r.bob->skipped_count() == 0);
  CHECK(r.bob->receiving_chain_count() == 1);
}

TEST_CASE("ratchet: the first message follows the document's derivations") {
  Ratchets r(61);
  const Sealed message = r.seal(r.alice, "hello");
  const auto header = open_header(r.secrets.initiator_header_key, r.data, message.header);
  REQUIRE(header.has_value());
  CHECK(header->number == 0);
  CHECK(header->previous_length == 0);

  const auto dh = x25519::shared_secret(r.signed_prekey, header->ratchet_key);
  REQUIRE(dh.ok());
  SecretArray<96> keys;
  REQUIRE(hkdf_sha256(r.secrets.root_key.view(), dh->view(), as_bytes("homing/ratchet/v1"),
                      {keys.data(), keys.size()})
              .ok());
  SecretKey message_key;
  hmac_sha256(keys.view().subspan(32, 32), Bytes{1},
              std::span<uint8_t, 32>(message_key.data(), 32));
  Bytes data = r.data;
  append(data, message.header);
  const auto padded = aead_open(message_key, ByteView(message.body).first(24), data,
                                ByteView(message.body).subspan(24));
  REQUIRE(padded.ok());
  CHECK(padded->size() == 160);
  CHECK(as_text(padded->view().first(5)) == "hello");
  CHECK(padded->view()[5] == 0x80);
}

TEST_CASE("ratchet: a responder has nothing to seal with before the first message") {
  Ratchets r(62);
  Bytes body;
  CHECK(r.bob->seal(r.data, as_bytes("too early"), r.random, body).error() == Error::kNoSession);
  CHECK(r.tell(r.alice, r.bob, "now"));
  CHECK(r.tell(r.bob, r.alice, "yes"));
}

TEST_CASE("ratchet: messages in any order open, each once, across turns and reloads") {
  Ratchets r(63);
  SeededRandom choice(64);
  std::deque<std::pair<Sealed, std::string>> to_bob;
  std::deque<std::pair<Sealed, std::string>> to_alice;
  std::vector<Sealed> opened_by_bob;
  int opened = 0;
  const auto deliver_one = [&](std::optional<Ratchet>& to, auto& queue) {
    if (queue.empty()) return;
    const auto chosen = queue.begin() + static_cast<ptrdiff_t>(choice.below(queue.size()));
    REQUIRE(r.open(to, chosen->first) == chosen->second);
    if (&to == &r.bob) opened_by_bob.push_back(chosen->first);
    queue.erase(chosen);
    ++opened;
  };
  REQUIRE(r.tell(r.alice, r.bob, "first"));
  for (int i = 0; i < 400; ++i) {
    const std::string text = std::to_string(i);
    switch (choice.below(6)) {
      case 0:
        if (to_bob.size() < 5) to_bob.emplace_back(r.seal(r.alice, text), text);
        break;
      case 1:
        if (to_alice.size() < 5) to_alice.emplace_back(r.seal(r.bob, text), text);
        break;
      case 2:
        // More than four turns of the other side would let the overtaken keys go.
        while (!to_bob.empty()) deliver_one(r.bob, to_bob);
        break;
      case 3:
        while (!to_alice.empty()) deliver_one(r.alice, to_alice);
        break;
      case 4:
        r.reload(r.alice);
        break;
      default:
        r.reload(r.bob);
        break;
    }
  }
  CHECK(opened > 100);
  for (const Sealed& message : opened_by_bob) CHECK(r.open(r.bob, message) == "undecryptable");
}

TEST_CASE("ratchet: lost messages do not stop later ones, before or after a turn") {
  Ratchets r(65);
  std::vector<Sealed> lost;
  for (int i = 0; i < 10; ++i) lost.push_back(r.seal(r.alice, "lost"));
  REQUIRE(r.tell(r.alice, r.bob, "later"));
  CHECK(r.bob->skipped_count() == 10);
  for (int i = 0; i < 5; ++i) lost.push_back(r.seal(r.alice, "lost at the end of a chain"));
  REQUIRE(r.tell(r.bob, r.alice, "a turn"));
  REQUIRE(r.tell(r.alice, r.bob, "on a new chain"));
  CHECK(r.bob->skipped_count() == 15);
  for (size_t i = lost.size(); i-- > 0;) CHECK(r.open(r.bob, lost[i]) != "undecryptable");
  CHECK(r.bob->skipped_count() == 0);
  CHECK(r.bob->receiving_chain_count() == 1);
  for (const Sealed& message : lost) CHECK(r.open(r.bob, message) == "undecryptable");
}

TEST_CASE("ratchet: any changed byte of header or body, or other bound data, is refused") {
  Ratchets r(73);
  REQUIRE(r.tell(r.alice, r.bob, "first"));
  const Sealed overtaken = r.seal(r.alice, "overtaken");
  const Sealed in_order = r.seal(r.alice, "in order");
  REQUIRE(r.open(r.bob, in_order) == "in order");
  const Sealed next = r.seal(r.alice, "next");
  for (const Sealed& good : {overtaken, next}) {
    for (size_t i = 0; i < good.header.size(); ++i) {
      Sealed bad = good;
      bad.header[i] ^= 1;
      REQUIRE(r.open(r.bob, bad) == "undecryptable");
    }
    for (size_t i = 0; i < good.body.size(); ++i) {
      Sealed bad = good;
      bad.body[i] ^= 0x80;
      REQUIRE(r.open(r.bob, bad) == "undecryptable");
    }
    for (const size_t size : {size_t{0}, size_t{39}, size_t{40}, good.body.size() - 1}) {
      Sealed bad = good;
      bad.body.resize(size);
      REQUIRE(r.open(r.bob, bad) == "undecryptable");
    }
  }
  // The body of one message under the header of another.
  CHECK(r.open(r.bob, {next.header, overtaken.body}) == "undecryptable");
  r.data.push_back(4);
  CHECK(r.open(r.bob, next) == "undecryptable");
  r.data.pop_back();
  CHECK(r.open(r.bob, next) == "next");
  CHECK(r.open(r.bob, overtaken) == "overtaken");
}

TEST_CASE("ratchet: a genuine tag over wrong padding is refused and uses up nothing") {
  Ratchets r(74);
  // What a peer that does not pad as it should would send: made from the secrets, by hand.
  const SecretKey ratchet_secret = r.random.secret();
  const auto dh = x25519::shared_secret(r.signed_prekey, x25519::public_key(ratchet_secret));
  REQUIRE(dh.ok());
  RootStep step = RootKey(r.secrets.root_key.clone()).step(*dh);
  const MessageKey key = step.chain.next();
  for (const Bytes& plaintext : {Bytes(160, 0), Bytes(100, 7), Bytes()}) {
    Sealed message;
    message.header = seal_header(r.secrets.initiator_header_key, r.data,
                                 {x25519::public_key(ratchet_secret), 0, 0}, r.random);
    Bytes data = r.data;
    append(data, message.header);
    key.seal(data, plaintext, r.random, message.body);
    CHECK(r.open(r.bob, message) == "undecryptable");
  }
  CHECK(r.tell(r.alice, r.bob, "still the first"));
}

TEST_CASE("ratchet: a second step before we have made a key of our own is refused") {
  Ratchets r(79);
  // By hand, what a peer would send that steps without having heard from bob.
  const SecretKey first_secret = r.random.secret();
  const SecretKey second_secret = r.random.secret();
  const auto seal_on = [&](const RootKey& root, const SecretKey& ratchet_secret,
                           const SecretKey& header_key, uint32_t previous_length, Sealed& out) {
    const PublicKey key = x25519::public_key(ratchet_secret);
    RootStep step =
        root.step(*x25519::shared_secret(ratchet_secret, x25519::public_key(r.signed_prekey)));
    out.header = seal_header(header_key, r.data, {key, previous_length, 0}, r.random);
    Bytes data = r.data;
    append(data, out.header);
    step.chain.next().seal(data, pad(as_bytes("hello")).view(), r.random, out.body);
    return step;
  };
  Sealed first;
  const RootStep step = seal_on(RootKey(r.secrets.root_key.clone()), first_secret,
                                r.secrets.initiator_header_key, 0, first);
  Sealed second;
  seal_on(step.root, second_secret, step.next_header_key, 1, second);
  CHECK(r.open(r.bob, first) == "hello");
  CHECK(r.open(r.bob, second) == "undecryptable");
}

TEST_CASE("ratchet: a peer key of low order is refused on either side") {
  Ratchets r(75);
  CHECK(Ratchet::initiator(r.secrets, PublicKey{}, r.random).error() == Error::kBadKey);
  Sealed message;
  message.header =
      seal_header(r.secrets.initiator_header_key, r.data, {PublicKey{1}, 0, 0}, r.random);
  message.body.resize(200);
  CHECK(r.open(r.bob, message) == "undecryptable");
}

TEST_CASE("ratchet: fresh keys in every turn heal a stolen state") {
  Ratchets r(76);
  REQUIRE(r.tell(r.alice, r.bob, "first"));
  REQUIRE(r.tell(r.bob, r.alice, "second"));
  const Bytes stolen = Ratchets::encoded(*r.bob);
  ByteReader from(stolen);
  Result<Ratchet> thief = Ratchet::decode(from);
  REQUIRE(thief.ok());
  // The thief reads on until bob has made one new key that alice has answered.
  const Sealed before = r.seal(r.alice, "still readable");
  REQUIRE(r.open(r.bob, before) == "still readable");
  CHECK(thief->open(r.data, before.header, before.body, r.now_ms).ok());
  r.exchange();
  const Sealed after = r.seal(r.alice, "not any more");
  REQUIRE(r.open(r.bob, after) == "not any more");
  CHECK(!thief->open(r.data, after.header, after.body, r.now_ms).ok());
}

TEST_CASE("ratchet: no nonce and no ciphertext repeats, not even from a rolled-back state") {
  Ratchets r(77);
  REQUIRE(r.tell(r.alice, r.bob, "first"));
  const Bytes old_state = Ratchets::encoded(*r.alice);
  const Sealed one = r.seal(r.alice, "same text");
  ByteReader from(old_state);
  Result<Ratchet> rolled_back = Ratchet::decode(from);
  REQUIRE(rolled_back.ok());
  r.alice.emplace(std::move(*rolled_back));
  const Sealed two = r.seal(r.alice, "same text");
  CHECK(!same(ByteView(one.header).first(24), ByteView(two.header).first(24)));
  CHECK(!same(ByteView(one.body).first(24), ByteView(two.body).first(24)));
  CHECK(r.open(r.bob, one) == "same text");
  CHECK(r.open(r.bob, two) == "undecryptable");
}

TEST_CASE("ratchet: a damaged encoding is refused at every length") {
  Ratchets r(78);
  r.seal(r.alice, "lost");
  REQUIRE(r.tell(r.alice, r.bob, "kept"));
  REQUIRE(r.tell(r.bob, r.alice, "a turn"));
  const Bytes bytes = Ratchets::encoded(*r.bob);
  for (size_t size = 0; size < bytes.size(); ++size) {
    ByteReader cut(ByteView(bytes).first(size));
    CHECK(!Ratchet::decode(cut).ok());
  }
}

TEST_CASE("ratchet: stored receiving chains have to stand in their order") {
  Ratchets r(15);
  for (int i = 0; i < 3; ++i) {
    r.seal(r.alice, "lost");
    REQUIRE(r.tell(r.alice, r.bob, "kept"));
    REQUIRE(r.tell(r.bob, r.alice, "a turn"));
  }
  Bytes stored = Ratchets::encoded(*r.bob);
  // With one skipped key an old chain takes 89 bytes, and the last one 32 more.
  const size_t last = stored.size() - 121;
  const auto step_of = [](size_t chain) { return chain + 32 + 1 + 4 + 3; };
  REQUIRE(stored[step_of(last - 89)] == stored[step_of(last - 178)] + 1);
  ByteReader good(stored);
  CHECK(Ratchet::decode(good).ok());
  stored[step_of(last - 89)] = stored[step_of(last - 178)];
  ByteReader bad(stored);
  CHECK(Ratchet::decode(bad).error() == Error::kMalformed);
}

}  // namespace homing::test
