// Goal: the primitives give the answers that others computed, through the functions the core uses.
// Method: published vectors (tests/vectors/SOURCES.md); how many were run, and how many of them
// were accepted, is asserted, so that a file read wrongly cannot pass.

#include <algorithm>
#include <array>

#include "session/primitives.h"
#include "unit/session_vectors.h"

namespace homing::test {

TEST_CASE("primitives: X25519 gives Wycheproof's secrets and refuses the all-zero ones") {
  size_t refused = 0;
  for_each_case("wycheproof/x25519_test.json", 259, [&](const auto&, const auto& item) {
    const Result<SecretKey> shared =
        x25519::shared_secret(secret_field(item, "private"), array_field<32>(item, "public"));
    const Bytes wanted = hex_field(item, "shared");
    const bool zero = std::all_of(wanted.begin(), wanted.end(), [](int b) { return b == 0; });
    CHECK(shared.ok() != zero);
    if (shared.ok()) {
      CHECK(same(shared->view(), wanted));
    } else {
      CHECK(shared.error() == Error::kBadKey);
      ++refused;
    }
  });
  CHECK(refused == 16);
}

TEST_CASE("primitives: X25519 gives the results of RFC 7748 after 1 and 1,000 iterations") {
  const auto wanted = load_vectors("rfc/rfc7748_iterated_x25519.json")["iterations"];
  PublicKey scalar{9};
  PublicKey point{9};
  for (int i = 1; i <= 1000; ++i) {
    const Result<SecretKey> next = x25519::shared_secret(SecretKey(scalar), point);
    REQUIRE(next.ok());
    point = scalar;
    REQUIRE(copy_exact(scalar, next->view()));
    if (i == 1) CHECK(same(scalar, hex_field(wanted, "1")));
  }
  CHECK(same(scalar, hex_field(wanted, "1000")));
  check_count("rfc/rfc7748_iterated_x25519.json", wanted.size(), 2);
}

TEST_CASE("primitives: Ed25519 accepts and refuses what Wycheproof says") {
  size_t accepted = 0;
  for_each_case("wycheproof/ed25519_test.json", 75, [&](const auto& group, const auto& item) {
    Signature signature;
    const bool right_length = copy_exact(signature, hex_field(item, "sig"));
    const bool good = right_length && ed25519::verify_raw(array_field<32>(group["publicKey"], "pk"),
                                                          hex_field(item, "msg"), signature)
                                          .ok();
    CHECK(good == is_valid(item));
    accepted += good ? 1 : 0;
  });
  CHECK(accepted == 44);
}

TEST_CASE("primitives: Ed25519 refuses keys and signatures of low order or not canonical") {
  const auto items = load_vectors("cctv/ed25519vectors.json");
  size_t accepted = 0;
  for (const auto& item : items) {
    const bool good = ed25519::verify_raw(array_field<32>(item, "key"),
                                          as_bytes(item["msg"].template get<std::string>()),
                                          array_field<64>(item, "sig"))
                          .ok();
    if (!good) continue;
    ++accepted;
    for (const auto& flag : item["flags"]) {
      CHECK(flag != "low_order_R");
      CHECK(flag != "low_order_A");
      CHECK(flag != "non_canonical_R");
      CHECK(flag != "non_canonical_A");
    }
  }
  check_count("cctv/ed25519vectors.json", items.size(), 457);
  CHECK(accepted == 7);
}

TEST_CASE("primitives: a signature for one purpose is none for another") {
  const ed25519::KeyPair alice = ed25519::keypair(SecretKey(ByteArray<32>{1}));
  const Bytes message{1, 2, 3};
  const Signature signature = ed25519::sign(alice.secret, "purpose/a", message);
  CHECK(ed25519::verify(alice.public_key, "purpose/a", message, signature).ok());
  CHECK(ed25519::verify(alice.public_key, "purpose/b", message, signature).error() ==
        Error::kBadSignature);
  // Nor when label and message run together to the same bytes.
  CHECK(!ed25519::verify(alice.public_key, "purpose/a\x01", Bytes{2, 3}, signature).ok());
  CHECK(!ed25519::verify_raw(alice.public_key, message, signature).ok());
}

TEST_CASE("primitives: Ed25519 signs as RFC 8032 section 7.1 says") {
  SecretKey seed;
  const Bytes bytes = from_hex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60");
  std::copy(bytes.begin(), bytes.end(), seed.data());
  const ed25519::KeyPair keys = ed25519::keypair(seed);
  CHECK(to_hex(keys.public_key) ==
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
  CHECK(
      to_hex(ed25519::sign_raw(keys.secret, {})) ==
      "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9"
      "b46bd25bf5f0595bbe24655141438e7a100b");
}

TEST_CASE("primitives: XChaCha20-Poly1305 seals and opens Wycheproof's cases") {
  size_t opened_count = 0;
  for_each_case("wycheproof/xchacha20_poly1305_test.json", 157, [&](const auto&, const auto& item) {
    const SecretKey key = secret_field(item, "key");
    const Bytes nonce = hex_field(item, "iv");
    const Bytes data = hex_field(item, "aad");
    const Bytes plaintext = hex_field(item, "msg");
    Bytes sealed = hex_field(item, "ct");
    append(sealed, hex_field(item, "tag"));
    const Result<SecretBytes> opened = aead_open(key, nonce, data, sealed);
    CHECK(opened.ok() == is_valid(item));
    if (!opened.ok()) {
      CHECK(opened.error() == Error::kUndecryptable);
      return;
    }
    ++opened_count;
    CHECK(same(opened->view(), plaintext));
    AeadNonce fixed;
    REQUIRE(copy_exact(fixed, nonce));
    Bytes again;
    aead_seal(key, fixed, data, plaintext, again);
    CHECK(again == sealed);
  });
  CHECK(opened_count == 123);
}

TEST_CASE("primitives: HKDF-SHA-256 gives Wycheproof's keys and refuses too long ones") {
  size_t refused = 0;
  for_each_case("wycheproof/hkdf_sha256_test.json", 43, [&](const auto&, const auto& item) {
    Bytes out(item["size"].template get<size_t>());
    const Result<void> derived =
        hkdf_sha256(hex_field(item, "salt"), hex_field(item, "ikm"), hex_field(item, "info"), out);
    CHECK(derived.ok() == is_valid(item));
    if (derived.ok()) {
      CHECK(out == hex_field(item, "okm"));
    } else {
      ++refused;
    }
  });
  CHECK(refused == 2);
}

TEST_CASE("primitives: HMAC-SHA-256 gives Wycheproof's tags, whole and cut") {
  size_t right = 0;
  for_each_case("wycheproof/hmac_sha256_test.json", 87, [&](const auto&, const auto& item) {
    std::array<uint8_t, 32> tag{};
    hmac_sha256(hex_field(item, "key"), hex_field(item, "msg"), tag);
    const Bytes wanted = hex_field(item, "tag");
    REQUIRE(wanted.size() <= tag.size());
    const bool equal = constant_time_equal(ByteView(tag).first(wanted.size()), wanted);
    CHECK(equal == is_valid(item));
    right += equal ? 1 : 0;
  });
  CHECK(right == 33);
}

TEST_CASE("primitives: X-Wing gives the draft's keys, ciphertexts and secrets") {
  const auto items = load_vectors("xwing/xwing_draft.json");
  for (const auto& item : items) {
    const SecretKey seed = secret_field(item, "seed");
    const KemPublicKey key = xwing::public_key(seed);
    CHECK(same(key, hex_field(item, "pk")));
    const auto sent = xwing::encapsulate(key, xwing::Randomness(array_field<64>(item, "eseed")));
    REQUIRE(sent.ok());
    CHECK(same(sent->ciphertext, hex_field(item, "ct")));
    CHECK(same(sent->shared.view(), hex_field(item, "ss")));
    const auto received = xwing::decapsulate(seed, sent->ciphertext);
    REQUIRE(received.ok());
    CHECK(same(received->view(), hex_field(item, "ss")));
  }
  check_count("xwing/xwing_draft.json", items.size(), 2);
}

TEST_CASE("primitives: X-Wing gives the KEM results of the HPKE vectors") {
  const auto items = load_vectors("xwing/hpke_pq_0x647a.json");
  for (const auto& item : items) {
    const SecretKey seed = secret_field(item, "skRm");
    const KemPublicKey key = xwing::public_key(seed);
    CHECK(same(key, hex_field(item, "pkRm")));
    const auto sent = xwing::encapsulate(key, xwing::Randomness(array_field<64>(item, "ikmE")));
    REQUIRE(sent.ok());
    CHECK(same(sent->ciphertext, hex_field(item, "enc")));
    CHECK(same(sent->shared.view(), hex_field(item, "shared_secret")));
    const auto received = xwing::decapsulate(seed, array_field<kKemCiphertextBytes>(item, "enc"));
    REQUIRE(received.ok());
    CHECK(same(received->view(), hex_field(item, "shared_secret")));
  }
  check_count("xwing/hpke_pq_0x647a.json", items.size(), 1);
}

// X-Wing's public key is ML-KEM's, then X25519's; its randomness and ciphertext are so, too. With
// any good X25519 half, ML-KEM's own vectors speak through it.
TEST_CASE("primitives: the ML-KEM half of X-Wing follows Wycheproof's encapsulation cases") {
  constexpr size_t kMlKemKeyBytes = 1184;
  constexpr size_t kMlKemCiphertextBytes = 1088;
  const PublicKey x25519_half = x25519::public_key(SecretKey(ByteArray<32>{7}));
  size_t accepted = 0;
  size_t wrong_length = 0;
  for_each_case("wycheproof/mlkem_768_encaps_test.json", 133, [&](const auto&, const auto& item) {
    Bytes joined = hex_field(item, "ek");
    const bool right_length = joined.size() == kMlKemKeyBytes;
    append(joined, x25519_half);
    KemPublicKey key;
    // A key of another length cannot even be written down in our type.
    CHECK(copy_exact(key, joined) == right_length);
    if (!right_length) {
      CHECK(!is_valid(item));
      ++wrong_length;
      return;
    }
    xwing::Randomness randomness;
    const Bytes message = hex_field(item, "m");
    REQUIRE(message.size() == 32);
    std::copy(message.begin(), message.end(), randomness.data());
    const auto sent = xwing::encapsulate(key, randomness);
    CHECK(sent.ok() == is_valid(item));
    if (!sent.ok()) {
      CHECK(sent.error() == Error::kBadKey);
      return;
    }
    CHECK(same(ByteView(sent->ciphertext).first(kMlKemCiphertextBytes), hex_field(item, "c")));
    ++accepted;
  });
  CHECK(accepted == 67);
  CHECK(wrong_length == 10);

  const auto overflowing = load_vectors("cctv/mlkem768_bad_ek_modulus.json");
  for (const auto& text : overflowing) {
    Bytes joined = from_hex(text.template get<std::string>());
    append(joined, x25519_half);
    KemPublicKey key;
    REQUIRE(copy_exact(key, joined));
    CHECK(xwing::encapsulate(key, xwing::Randomness()).error() == Error::kBadKey);
  }
  check_count("cctv/mlkem768_bad_ek_modulus.json", overflowing.size(), 7);
}

TEST_CASE("primitives: hashes give their standards' examples, in one part or several") {
  CHECK(to_hex(sha256(as_bytes("abc"))) ==
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  const std::string abc = "bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319";
  CHECK(to_hex(blake2b_256({as_bytes("abc")})) == abc);
  CHECK(to_hex(blake2b_256({as_bytes("a"), {}, as_bytes("bc")})) == abc);
  CHECK(blake2b_256_keyed(as_bytes("0123456789abcdef"), {as_bytes("abc")}) !=
        blake2b_256({as_bytes("abc")}));
}

TEST_CASE("primitives: comparing in constant time gives the same answer as comparing") {
  const Bytes a{1, 2, 3};
  CHECK(constant_time_equal(a, Bytes{1, 2, 3}));
  CHECK(!constant_time_equal(a, Bytes{1, 2, 4}));
  CHECK(!constant_time_equal(a, Bytes{1, 2}));
  CHECK(constant_time_equal({}, {}));
}

}  // namespace homing::test
