// Goal: a key file of any bytes gives a key or a typed error; what asks Argon2 for too much is
// refused before it runs, and a layer that opens gives back what was put into it.
// Method: bytes are read as a key file, with a passphrase key in place of Argon2's, which would
// take all of the time; then the same key file is put into a layer and the layer damaged as bytes
// say.

#include "fuzz/choices.h"
#include "fuzz/targets.h"
#include "homing/limits.h"
#include "journal/key_file.h"
#include "journal/passphrase.h"

namespace homing::fuzz {
namespace {

void expect_typed(Error error) {
  HOMING_ASSERT(error == Error::kStorageNewer || error == Error::kStorageCorrupt ||
                error == Error::kLocked || error == Error::kWrongPassphrase);
}

void read(ByteView file, const SecretKey& passphrase_key) {
  const Result<SecretKey> key = journal::decode_key(file);
  if (key) {
    const Bytes again = journal::encode_key(*key);
    HOMING_ASSERT(equal(again, file));
  } else {
    expect_typed(key.error());
  }
  const auto parameters = journal::read_passphrase_parameters(file);
  const Result<SecretBytes> inner = journal::take_off_passphrase(file, passphrase_key);
  if (!parameters) {
    expect_typed(parameters.error());
    HOMING_ASSERT(!inner && inner.error() == parameters.error());
    return;
  }
  HOMING_ASSERT(parameters->memory_kib <= limits::kPassphraseMemoryKibMax &&
                parameters->passes <= limits::kPassphrasePassesMax);
  if (!inner) expect_typed(inner.error());
}

}  // namespace

void fuzz_key_file(ByteView bytes) {
  FixedRandom random(5);
  const SecretKey passphrase_key = random.secret();
  read(bytes, passphrase_key);

  Choices choices(bytes);
  const Bytes bare = journal::encode_key(random.secret());
  const journal::PassphraseParameters parameters{1, limits::kPassphraseMemoryKibMin,
                                                 choices.array<16>()};
  Bytes file = journal::put_on_passphrase(bare, parameters, passphrase_key, random);
  const Result<SecretBytes> inner = journal::take_off_passphrase(file, passphrase_key);
  HOMING_ASSERT(inner.ok() && equal(inner->view(), bare));
  const uint8_t flip = choices.u8();
  if (flip == 0) return;
  file[choices.u16() % file.size()] ^= flip;
  HOMING_ASSERT(!journal::take_off_passphrase(file, passphrase_key).ok());
  read(file, passphrase_key);
}

}  // namespace homing::fuzz
