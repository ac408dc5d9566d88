#pragma once

#include <initializer_list>
#include <optional>
#include <span>
#include <string_view>

#include "homing/bytes.h"
#include "homing/random.h"
#include "homing/result.h"

/// The cryptographic primitives, typed. primitives.cc is the only file that includes libsodium, and
/// none of its calls takes entropy from anywhere but a RandomSource.
namespace homing {

using PublicKey = ByteArray<32>;
using Signature = ByteArray<64>;
using Digest = ByteArray<32>;

inline constexpr size_t kKemPublicKeyBytes = 1216;
inline constexpr size_t kKemCiphertextBytes = 1120;
using KemPublicKey = ByteArray<kKemPublicKeyBytes>;
using KemCiphertext = ByteArray<kKemCiphertextBytes>;

inline constexpr size_t kAeadNonceBytes = 24;
inline constexpr size_t kAeadTagBytes = 16;
/// What seal_with_nonce() adds: the nonce in front, the tag at the end.
inline constexpr size_t kSealedOverheadBytes = kAeadNonceBytes + kAeadTagBytes;
using AeadNonce = ByteArray<kAeadNonceBytes>;

/// Reads a key without leaving a copy of it on the stack, as ByteReader::array() would.
SecretKey read_secret_key(ByteReader& from);

/// X25519 (RFC 7748).
namespace x25519 {
PublicKey public_key(const SecretKey& secret);
/// kBadKey when the result is all-zero: the other side sent a point of low order, and the secret
/// would not depend on ours.
Result<SecretKey> shared_secret(const SecretKey& secret, const PublicKey& other);
}  // namespace x25519

/// Ed25519 (RFC 8032). Every signature covers a purpose label, so that one made for one purpose
/// can never be shown as one for another: signed are u32 length of purpose || purpose || message.
namespace ed25519 {
using ExpandedKey = SecretArray<64>;
struct KeyPair {
  PublicKey public_key{};
  ExpandedKey secret;
};
KeyPair keypair(const SecretKey& seed);
Signature sign(const ExpandedKey& secret, std::string_view purpose, ByteView message);
/// kBadSignature, also for keys and signatures that are not canonical or of low order.
Result<void> verify(const PublicKey& key, std::string_view purpose, ByteView message,
                    const Signature& signature);
/// Plain Ed25519 without a label: for known-answer tests, not for use in the core.
Signature sign_raw(const ExpandedKey& secret, ByteView message);
Result<void> verify_raw(const PublicKey& key, ByteView message, const Signature& signature);
}  // namespace ed25519

/// X-Wing, the hybrid of X25519 and ML-KEM-768 (draft-connolly-cfrg-xwing-kem). The private key is
/// its 32-byte seed.
namespace xwing {
using Randomness = SecretArray<64>;
struct Encapsulation {
  KemCiphertext ciphertext{};
  SecretKey shared;
};
KemPublicKey public_key(const SecretKey& seed);
/// kBadKey for an encapsulation key that is not canonical.
Result<Encapsulation> encapsulate(const KemPublicKey& key, RandomSource& random);
Result<Encapsulation> encapsulate(const KemPublicKey& key, const Randomness& randomness);
/// kBadKey when the X25519 half gives an all-zero secret. A wrong ciphertext gives another secret,
/// not an error (implicit rejection).
Result<SecretKey> decapsulate(const SecretKey& seed, const KemCiphertext& ciphertext);
}  // namespace xwing

/// HKDF-SHA-256 (RFC 5869). kTooLarge when more than 255 * 32 bytes are asked for.
Result<void> hkdf_sha256(ByteView salt, ByteView ikm, ByteView info, std::span<uint8_t> out);

/// HMAC-SHA-256 (RFC 2104) with a key of any length.
void hmac_sha256(ByteView key, ByteView message, std::span<uint8_t, 32> out);

Digest sha256(ByteView message);

/// SHA-512 (FIPS 180-4) over the concatenation of `parts`.
ByteArray<64> sha512(std::initializer_list<ByteView> parts);

/// BLAKE2b with a 32-byte result (RFC 7693) over the concatenation of `parts`.
Digest blake2b_256(std::initializer_list<ByteView> parts);
/// BLAKE2b-256 with a key of 16 to 64 bytes.
Digest blake2b_256_keyed(ByteView key, std::initializer_list<ByteView> parts);

/// Argon2id 1.3 with one lane (RFC 9106), which makes guessing a passphrase expensive. kTooLarge
/// when there is no memory for it. `memory_kib` is at least 8.
Result<SecretKey> argon2id(ByteView passphrase, const ByteArray<16>& salt, uint32_t passes,
                           uint32_t memory_kib);

/// XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha). Appends ciphertext and tag, 16 bytes more than the
/// plaintext. `plaintext` must not lie in `out`.
void aead_seal(const SecretKey& key, const AeadNonce& nonce, ByteView associated_data,
               ByteView plaintext, Bytes& out);
/// kUndecryptable when anything was changed, or the nonce is not 24 bytes.
Result<SecretBytes> aead_open(const SecretKey& key, ByteView nonce, ByteView associated_data,
                              ByteView sealed);
/// The same into memory of the caller, exactly 16 bytes less than `sealed`; wiped on failure.
Result<void> aead_open_into(const SecretKey& key, ByteView nonce, ByteView associated_data,
                            ByteView sealed, std::span<uint8_t> out);

/// Seals under a random nonce and appends nonce || ciphertext || tag: 40 bytes more.
void seal_with_nonce(const SecretKey& key, ByteView associated_data, ByteView plaintext,
                     RandomSource& random, Bytes& out);
/// Opens what seal_with_nonce() wrote. kUndecryptable.
Result<SecretBytes> open_with_nonce(const SecretKey& key, ByteView associated_data,
                                    ByteView sealed);

/// Takes a time that depends on the lengths only. False when the lengths differ.
bool constant_time_equal(ByteView a, ByteView b);

}  // namespace homing
