// Goal: a hundred times as many schedules as real cryptography would allow.
// Method: the functions of session/primitives.h over a fast hash. They keep the algebra that the
// protocol rests on (both sides of a DH or KEM get one secret, another key gives another one, a
// changed byte fails its tag or signature) and none of the secrecy. Every AEAD use goes to the
// ledger. The same sources are also linked against the real primitives: homing_simulation_real.

#include <algorithm>

#include "session/primitives.h"
#include "simulation/fast_hash.h"
#include "simulation/ledger.h"

namespace homing {
namespace {

using simulation::FastHash;

enum Tag : uint64_t { kDhPublic = 1, kDh, kSignKey, kSign, kKem, kKemShared, kKdf, kMac, kPlain };

template <size_t kSize>
void derive(Tag tag, std::initializer_list<ByteView> parts, ByteArray<kSize>& out) {
  FastHash hash(tag);
  for (const ByteView part : parts) hash.bytes(part);
  hash.squeeze(out.data(), out.size());
}

SecretKey derive_key(Tag tag, std::initializer_list<ByteView> parts) {
  ByteArray<32> out;
  derive(tag, parts, out);
  return SecretKey(out);
}

ByteView front(ByteView bytes) { return bytes.first(32); }

uint64_t stream_seed(const SecretKey& key, ByteView nonce) {
  FastHash hash(kPlain);
  hash.bytes(key.view());
  hash.bytes(nonce);
  return hash.value();
}

/// Adds a key stream, or takes it away again.
void add_stream(uint64_t seed, std::span<uint8_t> data) {
  for (size_t i = 0; i < data.size(); i += 8) {
    uint64_t word = (seed + i) * 0x9fb21c651e98df25u;
    word = (word ^ (word >> 29)) * 0xd6e8feb86659fd93u;
    word ^= word >> 32;
    for (size_t k = 0; k < 8 && i + k < data.size(); ++k) {
      data[i + k] ^= static_cast<uint8_t>(word >> (8 * k));
    }
  }
}

ByteArray<kAeadTagBytes> tag_of(uint64_t seed, ByteView associated_data, ByteView ciphertext) {
  FastHash hash(seed);
  hash.bytes(associated_data);
  hash.bytes(ciphertext);
  ByteArray<kAeadTagBytes> tag;
  hash.squeeze(tag.data(), tag.size());
  return tag;
}

}  // namespace

SecretKey read_secret_key(ByteReader& from) { return SecretKey(from.array<32>()); }

namespace x25519 {

PublicKey public_key(const SecretKey& secret) {
  PublicKey out;
  derive(kDhPublic, {secret.view()}, out);
  return out;
}

Result<SecretKey> shared_secret(const SecretKey& secret, const PublicKey& other) {
  if (other == PublicKey{}) return Error::kBadKey;
  const PublicKey ours = public_key(secret);
  return derive_key(kDh, {std::min(ours, other), std::max(ours, other)});
}

}  // namespace x25519

namespace ed25519 {

KeyPair keypair(const SecretKey& seed) {
  KeyPair out;
  derive(kSignKey, {seed.view()}, out.public_key);
  std::copy_n(seed.data(), 32, out.secret.data());
  std::copy_n(out.public_key.data(), 32, out.secret.data() + 32);
  return out;
}

Signature sign_raw(const ExpandedKey& secret, ByteView message) {
  Signature out;
  derive(kSign, {secret.view().subspan(32), message}, out);
  return out;
}

Result<void> verify_raw(const PublicKey& key, ByteView message, const Signature& signature) {
  Signature wanted;
  derive(kSign, {key, message}, wanted);
  if (wanted != signature) return Error::kBadSignature;
  return {};
}

Signature sign(const ExpandedKey& secret, std::string_view purpose, ByteView message) {
  Signature out;
  derive(kSign, {secret.view().subspan(32), as_bytes(purpose), message}, out);
  return out;
}

Result<void> verify(const PublicKey& key, std::string_view purpose, ByteView message,
                    const Signature& signature) {
  Signature wanted;
  derive(kSign, {key, as_bytes(purpose), message}, wanted);
  if (wanted != signature) return Error::kBadSignature;
  return {};
}

}  // namespace ed25519

namespace xwing {

KemPublicKey public_key(const SecretKey& seed) {
  KemPublicKey out{};
  ByteArray<32> head;
  derive(kKem, {seed.view()}, head);
  std::copy(head.begin(), head.end(), out.begin());
  return out;
}

Result<Encapsulation> encapsulate(const KemPublicKey& key, const Randomness& randomness) {
  Encapsulation out;
  std::copy_n(randomness.data(), 32, out.ciphertext.begin());
  out.shared = derive_key(kKemShared, {front(key), front(out.ciphertext)});
  return out;
}

Result<Encapsulation> encapsulate(const KemPublicKey& key, RandomSource& random) {
  Randomness randomness;
  random.fill({randomness.data(), randomness.size()});
  return encapsulate(key, randomness);
}

Result<SecretKey> decapsulate(const SecretKey& seed, const KemCiphertext& ciphertext) {
  const KemPublicKey key = public_key(seed);
  return derive_key(kKemShared, {front(key), front(ciphertext)});
}

}  // namespace xwing

Result<void> hkdf_sha256(ByteView salt, ByteView ikm, ByteView info, std::span<uint8_t> out) {
  if (out.size() > 255 * 32) return Error::kTooLarge;
  FastHash hash(kKdf);
  for (const ByteView part : {salt, ikm, info}) hash.bytes(part);
  hash.squeeze(out.data(), out.size());
  return {};
}

void hmac_sha256(ByteView key, ByteView message, std::span<uint8_t, 32> out) {
  FastHash hash(kMac);
  hash.bytes(key);
  hash.bytes(message);
  hash.squeeze(out.data(), out.size());
}

Digest sha256(ByteView message) { return blake2b_256_keyed({}, {message}); }

ByteArray<64> sha512(std::initializer_list<ByteView> parts) {
  FastHash hash(kPlain);
  for (const ByteView part : parts) hash.bytes(part);
  ByteArray<64> out;
  hash.squeeze(out.data(), out.size());
  return out;
}

Digest blake2b_256(std::initializer_list<ByteView> parts) { return blake2b_256_keyed({}, parts); }

Digest blake2b_256_keyed(ByteView key, std::initializer_list<ByteView> parts) {
  FastHash hash(kPlain);
  hash.bytes(key);
  for (const ByteView part : parts) hash.bytes(part);
  Digest out;
  hash.squeeze(out.data(), out.size());
  return out;
}

void aead_seal(const SecretKey& key, const AeadNonce& nonce, ByteView associated_data,
               ByteView plaintext, Bytes& out) {
  simulation::ledger().sealed(key.view(), nonce, associated_data, plaintext);
  const size_t before = out.size();
  append(out, plaintext);
  const uint64_t seed = stream_seed(key, nonce);
  add_stream(seed, std::span(out).subspan(before));
  append(out, tag_of(seed, associated_data, ByteView(out).subspan(before)));
}

Result<void> aead_open_into(const SecretKey& key, ByteView nonce, ByteView associated_data,
                            ByteView sealed, std::span<uint8_t> out) {
  if (nonce.size() != kAeadNonceBytes || sealed.size() < kAeadTagBytes ||
      out.size() != sealed.size() - kAeadTagBytes) {
    return Error::kUndecryptable;
  }
  const uint64_t seed = stream_seed(key, nonce);
  const ByteView ciphertext = sealed.first(out.size());
  const ByteArray<kAeadTagBytes> tag = tag_of(seed, associated_data, ciphertext);
  if (!std::equal(tag.begin(), tag.end(), sealed.begin() + static_cast<ptrdiff_t>(out.size()))) {
    return Error::kUndecryptable;
  }
  std::copy(ciphertext.begin(), ciphertext.end(), out.begin());
  add_stream(seed, out);
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
  return std::equal(a.begin(), a.end(), b.begin(), b.end());
}

}  // namespace homing
