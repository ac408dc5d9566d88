// Goal: ML-KEM-768 as this project builds it, which X-Wing rests on, is the standard's: key
// generation and decapsulation, with implicit rejection.
// Method: published vectors through libsodium itself, because X-Wing's own seed is expanded before
// ML-KEM sees it. Encapsulation is tested through X-Wing, in session_primitives_test.cc.

#include <sodium.h>

#include "unit/session_vectors.h"

namespace homing::test {
namespace {

using Seed = ByteArray<crypto_kem_mlkem768_SEEDBYTES>;
using EncapsulationKey = ByteArray<crypto_kem_mlkem768_PUBLICKEYBYTES>;
using DecapsulationKey = ByteArray<crypto_kem_mlkem768_SECRETKEYBYTES>;
using Ciphertext = ByteArray<crypto_kem_mlkem768_CIPHERTEXTBYTES>;
using Shared = ByteArray<crypto_kem_mlkem768_SHAREDSECRETBYTES>;

Shared decapsulated(const DecapsulationKey& key, const Ciphertext& ciphertext) {
  Shared out{};
  REQUIRE(crypto_kem_mlkem768_dec(out.data(), ciphertext.data(), key.data()) == 0);
  return out;
}

}  // namespace

TEST_CASE("primitives: ML-KEM-768 makes Wycheproof's keys from their seeds") {
  for_each_case("wycheproof/mlkem_768_keygen_seed_test.json", 50,
                [](const auto&, const auto& item) {
                  const auto seed = array_field<std::tuple_size_v<Seed>>(item, "seed");
                  EncapsulationKey public_key{};
                  DecapsulationKey private_key{};
                  REQUIRE(crypto_kem_mlkem768_seed_keypair(public_key.data(), private_key.data(),
                                                           seed.data()) == 0);
                  CHECK(same(public_key, hex_field(item, "ek")));
                  CHECK(same(private_key, hex_field(item, "dk")));
                });
}

TEST_CASE("primitives: ML-KEM-768 decapsulates Wycheproof's cases, altered ciphertexts, too") {
  size_t of_another_length = 0;
  for_each_case("wycheproof/mlkem_768_test.json", 96, [&](const auto&, const auto& item) {
    Seed seed{};
    Ciphertext ciphertext{};
    if (!copy_exact(seed, hex_field(item, "seed")) ||
        !copy_exact(ciphertext, hex_field(item, "c"))) {
      // Types of a fixed size cannot hold it, here and in the core.
      CHECK(!is_valid(item));
      ++of_another_length;
      return;
    }
    CHECK(is_valid(item));
    EncapsulationKey public_key{};
    DecapsulationKey private_key{};
    REQUIRE(crypto_kem_mlkem768_seed_keypair(public_key.data(), private_key.data(), seed.data()) ==
            0);
    CHECK(same(decapsulated(private_key, ciphertext), hex_field(item, "K")));
  });
  CHECK(of_another_length == 20);
}

TEST_CASE("primitives: ML-KEM-768 compares the whole ciphertext, zero bytes in it or not") {
  const auto item = load_vectors("cctv/mlkem768_strcmp.json");
  const auto key = array_field<std::tuple_size_v<DecapsulationKey>>(item, "dk");
  const auto ciphertext = array_field<std::tuple_size_v<Ciphertext>>(item, "c");
  CHECK(same(decapsulated(key, ciphertext), hex_field(item, "K")));
  check_count("cctv/mlkem768_strcmp.json", 1, 1);
}

}  // namespace homing::test
