#include "session/primitives.h"

#include <sodium.h>

#include <algorithm>

namespace homing {

// sodium_init() is never called: it would open an entropy source of its own, and all it does
// besides is to choose faster implementations for the processor. Everything below works without.

static_assert(kKemPublicKeyBytes == crypto_kem_xwing_PUBLICKEYBYTES);
static_assert(kKemCiphertextBytes == crypto_kem_xwing_CIPHERTEXTBYTES);
static_assert(crypto_kem_xwing_SECRETKEYBYTES == 32);
static_assert(crypto_kem_xwing_SEEDBYTES == 32);
static_assert(crypto_kem_xwing_SHAREDSECRETBYTES == 32);
static_assert(kAeadNonceBytes == crypto_aead_xchacha20poly1305_ietf_NPUBBYTES);
static_assert(kAeadTagBytes == crypto_aead_xchacha20poly1305_ietf_ABYTES);

namespace {

/// libsodium forbids null pointers even where the length is zero.
const uint8_t* not_null(ByteView bytes) {
  static constexpr uint8_t kNothing = 0;
  return bytes.data() == nullptr ? &kNothing : bytes.data();
}

Bytes labelled(std::string_view purpose, ByteView message) {
  ByteWriter to;
  to.sized(as_bytes(purpose));
  to.raw(message);
  return to.take();
}

}  // namespace

SecretKey read_secret_key(ByteReader& from) {
  SecretKey out;
  const ByteView bytes = from.raw(out.size());
  std::copy(bytes.begin(), bytes.end(), out.data());
  return out;
}

namespace x25519 {

PublicKey public_key(const SecretKey& secret) {
  PublicKey out;
  const int code = crypto_scalarmult_curve25519_base(out.data(), secret.data());
  HOMING_ASSERT(code == 0);
  return out;
}

Result<SecretKey> shared_secret(const SecretKey& secret, const PublicKey& other) {
  SecretKey out;
  if (crypto_scalarmult_curve25519(out.data(), secret.data(), other.data()) != 0) {
    return Error::kBadKey;
  }
  return out;
}

}  // namespace x25519

namespace ed25519 {

KeyPair keypair(const SecretKey& seed) {
  KeyPair out;
  const int code =
      crypto_sign_ed25519_seed_keypair(out.public_key.data(), out.secret.data(), seed.data());
  HOMING_ASSERT(code == 0);
  return out;
}

Signature sign_raw(const ExpandedKey& secret, ByteView message) {
  Signature out;
  const int code = crypto_sign_ed25519_detached(out.data(), nullptr, not_null(message),
                                                message.size(), secret.data());
  HOMING_ASSERT(code == 0);
  return out;
}

Result<void> verify_raw(const PublicKey& key, ByteView message, const Signature& signature) {
  if (crypto_sign_ed25519_verify_detached(signature.data(), not_null(message), message.size(),
                                          key.data()) != 0) {
    return Error::kBadSignature;
  }
  return {};
}

Signature sign(const ExpandedKey& secret, std::string_view purpose, ByteView message) {
  return sign_raw(secret, labelled(purpose, message));
}

Result<void> verify(const PublicKey& key, std::string_view purpose, ByteView message,
                    const Signature& signature) {
  return verify_raw(key, labelled(purpose, message), signature);
}

}  // namespace ed25519

namespace xwing {

KemPublicKey public_key(const SecretKey& seed) {
  KemPublicKey out;
  SecretKey secret;
  const int code = crypto_kem_xwing_seed_keypair(out.data(), secret.data(), seed.data());
  // The stored seed is what gets passed to decapsulate() as the private key.
  HOMING_ASSERT(code == 0 && constant_time_equal(secret.view(), seed.view()));
  return out;
}

Result<Encapsulation> encapsulate(const KemPublicKey& key, const Randomness& randomness) {
  Encapsulation out;
  if (crypto_kem_xwing_enc_deterministic(out.ciphertext.data(), out.shared.data(), key.data(),
                                         randomness.data()) != 0) {
    return Error::kBadKey;
  }
  return out;
}

Result<Encapsulation> encapsulate(const KemPublicKey& key, RandomSource& random) {
  Randomness randomness;
  random.fill({randomness.data(), randomness.size()});
  return encapsulate(key, randomness);
}

Result<SecretKey> decapsulate(const SecretKey& seed, const KemCiphertext& ciphertext) {
  SecretKey out;
  if (crypto_kem_xwing_dec(out.data(), ciphertext.data(), seed.data()) != 0) {
    return Error::kBadKey;
  }
  return out;
}

}  // namespace xwing

Result<void> hkdf_sha256(ByteView salt, ByteView ikm, ByteView info, std::span<uint8_t> out) {
  if (out.size() > crypto_kdf_hkdf_sha256_BYTES_MAX) return Error::kTooLarge;
  SecretKey extracted;
  int code = crypto_kdf_hkdf_sha256_extract(extracted.data(), not_null(salt), salt.size(),
                                            not_null(ikm), ikm.size());
  HOMING_ASSERT(code == 0);
  code = crypto_kdf_hkdf_sha256_expand(out.data(), out.size(),
                                       reinterpret_cast<const char*>(not_null(info)), info.size(),
                                       extracted.data());
  HOMING_ASSERT(code == 0);
  return {};
}

void hmac_sha256(ByteView key, ByteView message, std::span<uint8_t, 32> out) {
  crypto_auth_hmacsha256_state state;
  crypto_auth_hmacsha256_init(&state, not_null(key), key.size());
  crypto_auth_hmacsha256_update(&state, not_null(message), message.size());
  crypto_auth_hmacsha256_final(&state, out.data());
  wipe(&state, sizeof(state));
}

Digest sha256(ByteView message) {
  Digest out;
  crypto_hash_sha256(out.data(), not_null(message), message.size());
  return out;
}

ByteArray<64> sha512(std::initializer_list<ByteView> parts) {
  crypto_hash_sha512_state state;
  crypto_hash_sha512_init(&state);
  for (const ByteView part : parts) {
    crypto_hash_sha512_update(&state, not_null(part), part.size());
  }
  ByteArray<64> out;
  crypto_hash_sha512_final(&state, out.data());
  return out;
}

Digest blake2b_256(std::initializer_list<ByteView> parts) { return blake2b_256_keyed({}, parts); }

Digest blake2b_256_keyed(ByteView key, std::initializer_list<ByteView> parts) {
  crypto_generichash_blake2b_state state;
  const int code = crypto_generichash_blake2b_init(&state, key.empty() ? nullptr : key.data(),
                                                   key.size(), sizeof(Digest));
  HOMING_ASSERT(code == 0);
  for (const ByteView part : parts) {
    crypto_generichash_blake2b_update(&state, not_null(part), part.size());
  }
  Digest out;
  crypto_generichash_blake2b_final(&state, out.data(), out.size());
  wipe(&state, sizeof(state));
  return out;
}

Result<SecretKey> argon2id(ByteView passphrase, const ByteArray<16>& salt, uint32_t passes,
                           uint32_t memory_kib) {
  static_assert(crypto_pwhash_argon2id_SALTBYTES == 16);
  SecretKey out;
  const int code = crypto_pwhash_argon2id(
      out.data(), out.size(), reinterpret_cast<const char*>(not_null(passphrase)),
      passphrase.size(), salt.data(), passes, size_t{memory_kib} * 1024,
      crypto_pwhash_argon2id_ALG_ARGON2ID13);
  if (code != 0) return Error::kTooLarge;
  return out;
}

void aead_seal(const SecretKey& key, const AeadNonce& nonce, ByteView associated_data,
               ByteView plaintext, Bytes& out) {
  const size_t before = out.size();
  out.resize(before + plaintext.size() + kAeadTagBytes);
  const int code = crypto_aead_xchacha20poly1305_ietf_encrypt(
      out.data() + before, nullptr, not_null(plaintext), plaintext.size(),
      not_null(associated_data), associated_data.size(), nullptr, nonce.data(), key.data());
  HOMING_ASSERT(code == 0);
}

Result<void> aead_open_into(const SecretKey& key, ByteView nonce, ByteView associated_data,
                            ByteView sealed, std::span<uint8_t> out) {
  if (nonce.size() != kAeadNonceBytes || sealed.size() < kAeadTagBytes ||
      out.size() != sealed.size() - kAeadTagBytes) {
    return Error::kUndecryptable;
  }
  // A null output would mean "check only" to libsodium, which is what an empty plaintext needs.
  if (crypto_aead_xchacha20poly1305_ietf_decrypt(
          out.data(), nullptr, nullptr, sealed.data(), sealed.size(), not_null(associated_data),
          associated_data.size(), nonce.data(), key.data()) != 0) {
    wipe(out.data(), out.size());
    return Error::kUndecryptable;
  }
  return {};
}

Result<SecretBytes> aead_open(const SecretKey& key, ByteView nonce, ByteView associated_data,
                              ByteView sealed) {
  if (sealed.size() < kAeadTagBytes) return Error::kUndecryptable;
  SecretBytes out;
  out.resize(sealed.size() - kAeadTagBytes);
  const Result<void> opened =
      aead_open_into(key, nonce, associated_data, sealed, {out.data(), out.size()});
  if (!opened) return opened.error();
  return out;
}

void seal_with_nonce(const SecretKey& key, ByteView associated_data, ByteView plaintext,
                     RandomSource& random, Bytes& out) {
  const AeadNonce nonce = random.array<kAeadNonceBytes>();
  append(out, nonce);
  aead_seal(key, nonce, associated_data, plaintext, out);
}

Result<SecretBytes> open_with_nonce(const SecretKey& key, ByteView associated_data,
                                    ByteView sealed) {
  if (sealed.size() < kSealedOverheadBytes) return Error::kUndecryptable;
  return aead_open(key, sealed.first(kAeadNonceBytes), associated_data,
                   sealed.subspan(kAeadNonceBytes));
}

bool constant_time_equal(ByteView a, ByteView b) {
  if (a.size() != b.size()) return false;
  return sodium_memcmp(not_null(a), not_null(b), a.size()) == 0;
}

}  // namespace homing
