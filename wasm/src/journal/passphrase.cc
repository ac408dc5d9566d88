#include "journal/passphrase.h"

#include "homing/limits.h"
#include "journal/key_file.h"
#include "session/primitives.h"

namespace homing::journal {
namespace {

/// passes 4 | memory 4 | salt 16
constexpr size_t kParametersBytes = 24;
constexpr size_t kLayerHeadBytes = kKeyHeadBytes + kParametersBytes;

Bytes associated_data(ByteView head) {
  ByteWriter out;
  out.raw(as_bytes("homing/key/v1"));
  out.raw(head);
  return out.take();
}

}  // namespace

PassphraseParameters new_passphrase_parameters(RandomSource& random) {
  return {limits::kPassphrasePasses, limits::kPassphraseMemoryKib, random.array<16>()};
}

void encode(const PassphraseParameters& parameters, ByteWriter& out) {
  out.u32(parameters.passes);
  out.u32(parameters.memory_kib);
  out.raw(parameters.salt);
}

Result<PassphraseParameters> decode_passphrase_parameters(ByteReader& in) {
  PassphraseParameters parameters;
  parameters.passes = in.u32();
  parameters.memory_kib = in.u32();
  parameters.salt = in.array<16>();
  if (!in.ok()) return Error::kTruncated;
  if (parameters.passes > limits::kPassphrasePassesMax ||
      parameters.memory_kib > limits::kPassphraseMemoryKibMax) {
    return Error::kTooLarge;
  }
  if (parameters.passes < 1 || parameters.memory_kib < limits::kPassphraseMemoryKibMin) {
    return Error::kMalformed;
  }
  return parameters;
}

Result<SecretKey> stretch_passphrase(std::string_view passphrase,
                                     const PassphraseParameters& parameters) {
  if (passphrase.empty()) return Error::kEmpty;
  if (passphrase.size() > limits::kPassphraseBytesMax ||
      parameters.passes > limits::kPassphrasePassesMax ||
      parameters.memory_kib > limits::kPassphraseMemoryKibMax) {
    return Error::kTooLarge;
  }
  return argon2id(as_bytes(passphrase), parameters.salt, parameters.passes, parameters.memory_kib);
}

Bytes put_on_passphrase(ByteView key_file, const PassphraseParameters& parameters,
                        const SecretKey& passphrase_key, RandomSource& random) {
  ByteWriter head;
  head.raw(encode_key_head(Wrapping::kPassphrase));
  encode(parameters, head);
  Bytes out = head.take();
  const Bytes bound = associated_data(out);
  seal_with_nonce(passphrase_key, bound, key_file, random, out);
  return out;
}

Result<PassphraseParameters> read_passphrase_parameters(ByteView key_file) {
  const Result<Wrapping> wrapping = decode_key_head(key_file);
  if (!wrapping) return wrapping.error();
  if (*wrapping != Wrapping::kPassphrase) return Error::kStorageCorrupt;
  ByteReader in(key_file.subspan(kKeyHeadBytes));
  const Result<PassphraseParameters> parameters = decode_passphrase_parameters(in);
  // Within is a key without layers.
  const size_t sealed = kKeyHeadBytes + SecretKey::size() + kSealedOverheadBytes;
  if (!parameters || in.left() != sealed) return Error::kStorageCorrupt;
  return parameters;
}

Result<SecretBytes> take_off_passphrase(ByteView key_file, const SecretKey& passphrase_key) {
  const Result<PassphraseParameters> parameters = read_passphrase_parameters(key_file);
  if (!parameters) return parameters.error();
  Result<SecretBytes> opened =
      open_with_nonce(passphrase_key, associated_data(key_file.first(kLayerHeadBytes)),
                      key_file.subspan(kLayerHeadBytes));
  if (!opened) return Error::kWrongPassphrase;
  return opened;
}

}  // namespace homing::journal
