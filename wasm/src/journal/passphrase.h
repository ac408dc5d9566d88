#pragma once

#include <string_view>

#include "homing/bytes.h"
#include "homing/random.h"
#include "homing/result.h"

/// The layer that a passphrase puts around a key file, and how a passphrase becomes a key.
namespace homing::journal {

/// Argon2id with these costs. Not secret, stored beside the result.
struct PassphraseParameters {
  uint32_t passes = 0;
  uint32_t memory_kib = 0;
  ByteArray<16> salt{};
};

/// What new passphrases are stretched with.
PassphraseParameters new_passphrase_parameters(RandomSource& random);
void encode(const PassphraseParameters& parameters, ByteWriter& out);
/// kTooLarge when they ask for more than limits.h allows: a file must not take the memory of the
/// device before anything in it was checked. kMalformed for less than Argon2id can work with.
Result<PassphraseParameters> decode_passphrase_parameters(ByteReader& in);

/// The passphrase's key. Costs what `parameters` say: half a second and 64 MiB. Errors: kEmpty,
/// kTooLarge (the passphrase, the parameters, or no memory for them).
Result<SecretKey> stretch_passphrase(std::string_view passphrase,
                                     const PassphraseParameters& parameters);

/// Puts the layer around a key file. `passphrase_key` is what stretch_passphrase() makes of
/// `parameters`.
Bytes put_on_passphrase(ByteView key_file, const PassphraseParameters& parameters,
                        const SecretKey& passphrase_key, RandomSource& random);
/// Of a key file with that layer outermost. Errors: kStorageNewer, kStorageCorrupt.
Result<PassphraseParameters> read_passphrase_parameters(ByteView key_file);
/// The key file within. Errors: those, and kWrongPassphrase.
Result<SecretBytes> take_off_passphrase(ByteView key_file, const SecretKey& passphrase_key);

}  // namespace homing::journal
