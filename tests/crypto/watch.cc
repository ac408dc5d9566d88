#include "crypto/watch.h"

#include <sodium.h>

#include <algorithm>
#include <functional>
#include <string_view>

namespace homing::crypto_test {
namespace {

uint64_t hash_of(std::initializer_list<ByteView> parts) {
  uint64_t hash = 0;
  for (const ByteView part : parts) {
    hash = hash * 0x9e3779b97f4a7c15u + std::hash<std::string_view>{}(as_text(part));
  }
  return hash;
}

ByteView view(const unsigned char* bytes, unsigned long long size) {
  return {bytes, static_cast<size_t>(size)};
}

}  // namespace

const char* kind_name(Kind kind) {
  switch (kind) {
    case Kind::kMessageKey:
      return "message keys";
    case Kind::kChainKey:
      return "chain keys";
    case Kind::kDerived:
      return "root, header and first chain keys";
    case Kind::kDhSecret:
      return "X25519 private keys";
    case Kind::kDhResult:
      return "X25519 results";
    case Kind::kKem:
      return "X-Wing seeds and secrets";
    case Kind::kSigning:
      return "Ed25519 seeds";
    case Kind::kAead:
      return "other AEAD keys";
  }
  return "";
}

Watch& watch() {
  static Watch of_this_program;
  return of_this_program;
}

void Watch::reset() { *this = Watch(); }

Watch::Complement Watch::complement(ByteView bytes) {
  Complement out{};
  for (size_t i = 0; i < out.size(); ++i) out[i] = static_cast<uint8_t>(~bytes[i]);
  return out;
}

SecretKey Watch::restored(const Complement& bytes) {
  SecretKey out;
  for (size_t i = 0; i < bytes.size(); ++i) out.data()[i] = static_cast<uint8_t>(~bytes[i]);
  return out;
}

void Watch::secret(Kind kind, ByteView bytes) {
  // A constant, as the first salt of HKDF, is no secret.
  if (std::count(bytes.begin(), bytes.end(), bytes[0]) == static_cast<ptrdiff_t>(bytes.size()))
    return;
  for (size_t at = 0; at + 32 <= bytes.size(); at += 32) {
    // The first that names it knows best: an AEAD key is known as what it was derived as.
    secrets_.emplace(complement(bytes.subspan(at, 32)), kind);
  }
}

void Watch::sealed(ByteView key, ByteView nonce, ByteView associated_data, ByteView plaintext) {
  ++seals_;
  used_.insert(complement(key));
  const uint64_t content = hash_of({associated_data, plaintext});
  const auto [known, is_new] = by_key_and_nonce_.emplace(hash_of({key, nonce}), content);
  if (!is_new && known->second != content) ++repeats_;
}

size_t Watch::count(Kind kind) const {
  return static_cast<size_t>(
      std::count_if(secrets_.begin(), secrets_.end(),
                    [kind](const auto& entry) { return entry.second == kind; }));
}

Needles Watch::all_but(ByteView live, bool with_texts) const {
  std::set<uint64_t> fronts;
  const auto front = [](const uint8_t* bytes) { return hash_of({{bytes, 8}}); };
  for (size_t at = 0; at + 32 <= live.size(); ++at) fronts.insert(front(live.data() + at));
  Needles out;
  for (const auto& [bytes, kind] : secrets_) {
    const SecretKey secret = restored(bytes);
    if (fronts.contains(front(secret.data()))) continue;
    out.add(secret.view(), kind_name(kind));
    if (with_texts) out.add_texts(secret.view(), kind_name(kind));
  }
  return out;
}

Needles Watch::used_message_keys() const {
  Needles out;
  for (const auto& [bytes, kind] : secrets_) {
    if (kind == Kind::kMessageKey && used_.contains(bytes)) {
      out.add(restored(bytes).view(), kind_name(kind));
    }
  }
  return out;
}

SecretKey Watch::any_message_key() const {
  const auto found = std::find_if(secrets_.begin(), secrets_.end(), [](const auto& entry) {
    return entry.second == Kind::kMessageKey;
  });
  HOMING_ASSERT(found != secrets_.end());
  return restored(found->first);
}

}  // namespace homing::crypto_test

// --- in front of libsodium
// ------------------------------------------------------------------------

using homing::crypto_test::Kind;
using homing::crypto_test::view;
using homing::crypto_test::watch;

namespace {

/// What the HMAC under way gives: a chain key is used over 01 or 02 and nothing more.
Kind hmac_gives = Kind::kDerived;
int hmac_updates = 0;

}  // namespace

extern "C" {

int __real_crypto_aead_xchacha20poly1305_ietf_encrypt(unsigned char*, unsigned long long*,
                                                      const unsigned char*, unsigned long long,
                                                      const unsigned char*, unsigned long long,
                                                      const unsigned char*, const unsigned char*,
                                                      const unsigned char*);
int __wrap_crypto_aead_xchacha20poly1305_ietf_encrypt(
    unsigned char* c, unsigned long long* c_size, const unsigned char* m, unsigned long long m_size,
    const unsigned char* ad, unsigned long long ad_size, const unsigned char* secret_nonce,
    const unsigned char* nonce, const unsigned char* key) {
  watch().secret(Kind::kAead, view(key, 32));
  watch().sealed(view(key, 32), view(nonce, 24), view(ad, ad_size), view(m, m_size));
  return __real_crypto_aead_xchacha20poly1305_ietf_encrypt(c, c_size, m, m_size, ad, ad_size,
                                                           secret_nonce, nonce, key);
}

int __real_crypto_aead_xchacha20poly1305_ietf_decrypt(unsigned char*, unsigned long long*,
                                                      unsigned char*, const unsigned char*,
                                                      unsigned long long, const unsigned char*,
                                                      unsigned long long, const unsigned char*,
                                                      const unsigned char*);
int __wrap_crypto_aead_xchacha20poly1305_ietf_decrypt(
    unsigned char* m, unsigned long long* m_size, unsigned char* secret_nonce,
    const unsigned char* c, unsigned long long c_size, const unsigned char* ad,
    unsigned long long ad_size, const unsigned char* nonce, const unsigned char* key) {
  watch().secret(Kind::kAead, view(key, 32));
  const int code = __real_crypto_aead_xchacha20poly1305_ietf_decrypt(
      m, m_size, secret_nonce, c, c_size, ad, ad_size, nonce, key);
  if (code == 0) watch().opened(view(key, 32));
  return code;
}

int __real_crypto_auth_hmacsha256_init(crypto_auth_hmacsha256_state*, const unsigned char*, size_t);
int __wrap_crypto_auth_hmacsha256_init(crypto_auth_hmacsha256_state* state,
                                       const unsigned char* key, size_t size) {
  hmac_gives = Kind::kDerived;
  hmac_updates = 0;
  if (size == 32) watch().secret(Kind::kDerived, view(key, size));
  return __real_crypto_auth_hmacsha256_init(state, key, size);
}

int __real_crypto_auth_hmacsha256_update(crypto_auth_hmacsha256_state*, const unsigned char*,
                                         unsigned long long);
int __wrap_crypto_auth_hmacsha256_update(crypto_auth_hmacsha256_state* state,
                                         const unsigned char* bytes, unsigned long long size) {
  const bool alone = ++hmac_updates == 1 && size == 1;
  hmac_gives = !alone ? Kind::kDerived : bytes[0] == 1 ? Kind::kMessageKey : Kind::kChainKey;
  return __real_crypto_auth_hmacsha256_update(state, bytes, size);
}

int __real_crypto_auth_hmacsha256_final(crypto_auth_hmacsha256_state*, unsigned char*);
int __wrap_crypto_auth_hmacsha256_final(crypto_auth_hmacsha256_state* state, unsigned char* out) {
  const int code = __real_crypto_auth_hmacsha256_final(state, out);
  watch().secret(hmac_gives, view(out, 32));
  return code;
}

int __real_crypto_kdf_hkdf_sha256_expand(unsigned char*, size_t, const char*, size_t,
                                         const unsigned char*);
int __wrap_crypto_kdf_hkdf_sha256_expand(unsigned char* out, size_t size, const char* info,
                                         size_t info_size, const unsigned char* key) {
  const int code = __real_crypto_kdf_hkdf_sha256_expand(out, size, info, info_size, key);
  watch().secret(Kind::kDerived, view(out, size));
  return code;
}

int __real_crypto_scalarmult_curve25519(unsigned char*, const unsigned char*, const unsigned char*);
int __wrap_crypto_scalarmult_curve25519(unsigned char* out, const unsigned char* secret,
                                        const unsigned char* point) {
  watch().secret(Kind::kDhSecret, view(secret, 32));
  const int code = __real_crypto_scalarmult_curve25519(out, secret, point);
  watch().secret(Kind::kDhResult, view(out, 32));
  return code;
}

int __real_crypto_scalarmult_curve25519_base(unsigned char*, const unsigned char*);
int __wrap_crypto_scalarmult_curve25519_base(unsigned char* out, const unsigned char* secret) {
  watch().secret(Kind::kDhSecret, view(secret, 32));
  return __real_crypto_scalarmult_curve25519_base(out, secret);
}

int __real_crypto_kem_xwing_seed_keypair(unsigned char*, unsigned char*, const unsigned char*);
int __wrap_crypto_kem_xwing_seed_keypair(unsigned char* key, unsigned char* secret,
                                         const unsigned char* seed) {
  watch().secret(Kind::kKem, view(seed, 32));
  return __real_crypto_kem_xwing_seed_keypair(key, secret, seed);
}

int __real_crypto_kem_xwing_enc_deterministic(unsigned char*, unsigned char*, const unsigned char*,
                                              const unsigned char*);
int __wrap_crypto_kem_xwing_enc_deterministic(unsigned char* ciphertext, unsigned char* shared,
                                              const unsigned char* key, const unsigned char* seed) {
  watch().secret(Kind::kKem, view(seed, 64));
  const int code = __real_crypto_kem_xwing_enc_deterministic(ciphertext, shared, key, seed);
  watch().secret(Kind::kKem, view(shared, 32));
  return code;
}

int __real_crypto_kem_xwing_dec(unsigned char*, const unsigned char*, const unsigned char*);
int __wrap_crypto_kem_xwing_dec(unsigned char* shared, const unsigned char* ciphertext,
                                const unsigned char* secret) {
  const int code = __real_crypto_kem_xwing_dec(shared, ciphertext, secret);
  watch().secret(Kind::kKem, view(shared, 32));
  return code;
}

int __real_crypto_sign_ed25519_seed_keypair(unsigned char*, unsigned char*, const unsigned char*);
int __wrap_crypto_sign_ed25519_seed_keypair(unsigned char* key, unsigned char* secret,
                                            const unsigned char* seed) {
  watch().secret(Kind::kSigning, view(seed, 32));
  return __real_crypto_sign_ed25519_seed_keypair(key, secret, seed);
}

}  // extern "C"
