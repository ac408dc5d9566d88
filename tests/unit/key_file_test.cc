// Goal: the journal key comes out of its layers with the right passphrase only; a file of any bytes
// is refused with a typed error, and never makes Argon2 take more than it may.
// Method: key files made here, each truncated at every length and changed at every byte.

#include "journal/key_file.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <optional>
#include <string>

#include "homing/limits.h"
#include "journal/journal_format.h"
#include "journal/passphrase.h"
#include "session/primitives.h"
#include "support/seeded_random.h"

namespace homing::test {
namespace {

using journal::PassphraseParameters;
using journal::Wrapping;

/// The cheapest that there are: what a passphrase costs is not what is tested here.
PassphraseParameters cheap(RandomSource& random) {
  return {1, limits::kPassphraseMemoryKibMin, random.array<16>()};
}

SecretKey stretched(std::string_view passphrase, const PassphraseParameters& parameters) {
  return std::move(*journal::stretch_passphrase(passphrase, parameters));
}

bool same(const SecretKey& a, const SecretKey& b) {
  return constant_time_equal(a.view(), b.view());
}

/// Why something was refused; nothing if it was not.
template <typename T>
std::optional<Error> refusal(const Result<T>& result) {
  return result.ok() ? std::nullopt : std::optional(result.error());
}

/// A key below a passphrase.
Bytes locked(const SecretKey& key, std::string_view passphrase, RandomSource& random) {
  const PassphraseParameters parameters = cheap(random);
  return journal::put_on_passphrase(journal::encode_key(key), parameters,
                                    stretched(passphrase, parameters), random);
}

Result<SecretKey> opened(ByteView file, std::string_view passphrase) {
  const Result<PassphraseParameters> parameters = journal::read_passphrase_parameters(file);
  if (!parameters) return parameters.error();
  const Result<SecretBytes> inner =
      journal::take_off_passphrase(file, stretched(passphrase, *parameters));
  if (!inner) return inner.error();
  return journal::decode_key(inner->view());
}

TEST_CASE("key file: Argon2id agrees with the reference implementation") {
  // printf 'correct horse' | argon2 somesaltsomesalt -id -t 3 -k 1024 -p 1 -l 32 -v 13
  PassphraseParameters parameters{3, 1024, {}};
  REQUIRE(copy_exact(parameters.salt, as_bytes("somesaltsomesalt")));
  CHECK(to_hex(stretched("correct horse", parameters).view()) ==
        "bf30b46a26ad5c876ecb04716ec43317e647ac25186c5ccd2a37400fda9b6652");
}

TEST_CASE("key file: without layers it is what the engine reads") {
  SeededRandom random(50);
  const SecretKey key = random.secret();
  const Bytes file = journal::encode_key(key);
  CHECK(file.size() == 39);
  CHECK(same(*journal::decode_key(file), key));
  Bytes longer = file;
  longer.push_back(0);
  CHECK(refusal(journal::decode_key(longer)) == Error::kStorageCorrupt);
  for (size_t size = 0; size < file.size(); ++size) {
    CHECK(refusal(journal::decode_key(ByteView(file).first(size))) == Error::kStorageCorrupt);
  }
}

TEST_CASE("attack: a key file opened with a wrong passphrase") {
  SeededRandom random(51);
  const SecretKey key = random.secret();
  const Bytes file = locked(key, "correct horse", random);
  CHECK(same(*opened(file, "correct horse"), key));
  CHECK(refusal(opened(file, "correct horsf")) == Error::kWrongPassphrase);
  CHECK(refusal(journal::decode_key(file)) == Error::kLocked);
}

TEST_CASE("attack: a key file searched for the key below a passphrase") {
  SeededRandom random(52);
  const SecretKey key = random.secret();
  const Bytes file = locked(key, "correct horse", random);
  for (const ByteView part : {key.view().first(8), key.view().subspan(12, 8), key.view().last(8)}) {
    CHECK(std::search(file.begin(), file.end(), part.begin(), part.end()) == file.end());
  }
  // Nor does the same key below the same passphrase look the same again.
  const Bytes again = locked(key, "correct horse", random);
  CHECK(ByteView(file).last(48).front() != ByteView(again).last(48).front());
}

TEST_CASE("key file: a layer of the device that was not taken off is told from damage") {
  Bytes file = journal::encode_key_head(Wrapping::kDevice);
  file.resize(file.size() + 12 + 39 + 16);
  CHECK(refusal(journal::decode_key(file)) == Error::kLocked);
  CHECK(journal::read_passphrase_parameters(file).error() == Error::kStorageCorrupt);
}

TEST_CASE(
    "key file: truncated anywhere or longer it is refused, changed anywhere it gives no key") {
  SeededRandom random(53);
  const Bytes file = locked(random.secret(), "correct horse", random);
  for (size_t size = 0; size < file.size(); ++size) {
    CAPTURE(size);
    CHECK(refusal(opened(ByteView(file).first(size), "correct horse")) == Error::kStorageCorrupt);
  }
  Bytes longer = file;
  longer.push_back(0);
  CHECK(refusal(opened(longer, "correct horse")) == Error::kStorageCorrupt);
  for (size_t at = 0; at < file.size(); ++at) {
    CAPTURE(at);
    Bytes changed = file;
    changed[at] ^= 1;  // the lowest bit, so that Argon2's costs stay small
    CHECK(!opened(changed, "correct horse").ok());
  }
}

TEST_CASE("key file: what a newer version wrote is told from damage") {
  SeededRandom random(54);
  Bytes file = journal::encode_key(random.secret());
  file[6] = 3;
  CHECK(refusal(journal::decode_key(file)) == Error::kStorageNewer);
  file[6] = 0;
  file[5] = journal::kFormatVersion + 1;
  CHECK(refusal(journal::decode_key(file)) == Error::kStorageNewer);
  file[5] = 0;
  CHECK(refusal(journal::decode_key(file)) == Error::kStorageCorrupt);
}

TEST_CASE("key file: Argon2's costs are accepted up to their limits, and not below what it needs") {
  const auto decoded = [](uint32_t passes, uint32_t memory_kib) {
    ByteWriter out;
    journal::encode({passes, memory_kib, {}}, out);
    ByteReader in(out.buffer());
    const Result<PassphraseParameters> parameters = journal::decode_passphrase_parameters(in);
    return parameters ? std::optional<Error>() : parameters.error();
  };
  CHECK(decoded(limits::kPassphrasePassesMax, limits::kPassphraseMemoryKibMax) == std::nullopt);
  CHECK(decoded(1, limits::kPassphraseMemoryKibMin) == std::nullopt);
  CHECK(decoded(limits::kPassphrasePassesMax + 1, 64) == Error::kTooLarge);
  CHECK(decoded(1, limits::kPassphraseMemoryKibMax + 1) == Error::kTooLarge);
  CHECK(decoded(0xffffffff, 0xffffffff) == Error::kTooLarge);
  CHECK(decoded(0, 64) == Error::kMalformed);
  CHECK(decoded(1, limits::kPassphraseMemoryKibMin - 1) == Error::kMalformed);
}

TEST_CASE("key file: a passphrase is accepted up to its limit, and has to be one") {
  SeededRandom random(55);
  const PassphraseParameters parameters = cheap(random);
  const std::string longest(limits::kPassphraseBytesMax, 'p');
  CHECK(journal::stretch_passphrase(longest, parameters).ok());
  CHECK(journal::stretch_passphrase(longest + "p", parameters).error() == Error::kTooLarge);
  CHECK(journal::stretch_passphrase("", parameters).error() == Error::kEmpty);
}

TEST_CASE("key file: new passphrases are stretched with 64 MiB, and a salt of their own") {
  SeededRandom random(56);
  const PassphraseParameters a = journal::new_passphrase_parameters(random);
  const PassphraseParameters b = journal::new_passphrase_parameters(random);
  CHECK(limits::kPassphraseMemoryKib == 65'536);
  CHECK(a.memory_kib == limits::kPassphraseMemoryKib);
  CHECK(a.passes == limits::kPassphrasePasses);
  CHECK(a.salt != b.salt);
  CHECK(journal::stretch_passphrase("once as in earnest", a).ok());
}

}  // namespace
}  // namespace homing::test
