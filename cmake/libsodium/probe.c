/* Links every function of libsodium that homing relies on, and proves with one round trip of each
 * kind that the library works on this platform. Exits 0 if so; otherwise with the failed step. */
#include <sodium.h>
#include <string.h>

typedef void (*AnyFunction)(void);

/* Referenced but not called. Reading them through a volatile pointer keeps the linker honest. */
static volatile AnyFunction linked[] = {
    (AnyFunction)crypto_auth_hmacsha256,
    (AnyFunction)crypto_auth_hmacsha256_init,
    (AnyFunction)crypto_generichash_blake2b,
    (AnyFunction)crypto_generichash_init,
    (AnyFunction)crypto_hash_sha256_init,
    (AnyFunction)crypto_hash_sha512,
    (AnyFunction)crypto_kdf_hkdf_sha256_extract_init,
    (AnyFunction)crypto_kem_mlkem768_enc_deterministic,
    (AnyFunction)crypto_kem_mlkem768_dec,
    (AnyFunction)crypto_kem_mlkem768_seed_keypair,
    (AnyFunction)crypto_kem_xwing_enc_deterministic,
    (AnyFunction)crypto_kem_xwing_seed_keypair,
    (AnyFunction)crypto_onetimeauth_poly1305,
    (AnyFunction)crypto_scalarmult_curve25519_base,
    (AnyFunction)crypto_sign_ed25519_pk_to_curve25519,
    (AnyFunction)crypto_sign_ed25519_seed_keypair,
    (AnyFunction)crypto_sign_ed25519_sk_to_curve25519,
    (AnyFunction)crypto_sign_ed25519ph_init,
    (AnyFunction)crypto_stream_chacha20_ietf_xor,
    (AnyFunction)crypto_stream_xchacha20_xor,
    (AnyFunction)crypto_verify_16,
    (AnyFunction)crypto_verify_32,
    (AnyFunction)randombytes_buf_deterministic,
    (AnyFunction)randombytes_set_implementation,
    (AnyFunction)sodium_base642bin,
    (AnyFunction)sodium_bin2hex,
    (AnyFunction)sodium_malloc,
    (AnyFunction)sodium_pad,
};

static int kem_agrees(void) {
  unsigned char pk[crypto_kem_xwing_PUBLICKEYBYTES], sk[crypto_kem_xwing_SECRETKEYBYTES];
  unsigned char sealed[crypto_kem_xwing_CIPHERTEXTBYTES];
  unsigned char ours[crypto_kem_xwing_SHAREDSECRETBYTES], theirs[sizeof ours];
  if (crypto_kem_xwing_keypair(pk, sk) != 0) return 0;
  if (crypto_kem_xwing_enc(sealed, ours, pk) != 0) return 0;
  if (crypto_kem_xwing_dec(theirs, sealed, sk) != 0) return 0;
  return sodium_memcmp(ours, theirs, sizeof ours) == 0;
}

static int signature_verifies(void) {
  static const unsigned char kText[] = "homing";
  unsigned char pk[crypto_sign_ed25519_PUBLICKEYBYTES], sk[crypto_sign_ed25519_SECRETKEYBYTES];
  unsigned char signature[crypto_sign_ed25519_BYTES];
  crypto_sign_ed25519_keypair(pk, sk);
  crypto_sign_ed25519_detached(signature, NULL, kText, sizeof kText, sk);
  if (crypto_sign_ed25519_verify_detached(signature, kText, sizeof kText, pk) != 0) return 0;
  signature[7] ^= 1;
  return crypto_sign_ed25519_verify_detached(signature, kText, sizeof kText, pk) != 0;
}

static int aead_opens(void) {
  static const unsigned char kText[] = "homing";
  unsigned char key[crypto_aead_xchacha20poly1305_ietf_KEYBYTES] = {1};
  unsigned char nonce[crypto_aead_xchacha20poly1305_ietf_NPUBBYTES] = {2};
  unsigned char sealed[sizeof kText + crypto_aead_xchacha20poly1305_ietf_ABYTES];
  unsigned char opened[sizeof kText];
  unsigned long long size = 0;
  crypto_aead_xchacha20poly1305_ietf_encrypt(sealed, &size, kText, sizeof kText, NULL, 0, NULL,
                                             nonce, key);
  if (crypto_aead_xchacha20poly1305_ietf_decrypt(opened, &size, NULL, sealed, sizeof sealed, NULL,
                                                 0, nonce, key) != 0) {
    return 0;
  }
  return size == sizeof kText && memcmp(opened, kText, sizeof kText) == 0;
}

static int exchange_agrees(void) {
  unsigned char a[32], b[32], public_a[32], public_b[32], ab[32], ba[32];
  randombytes_buf(a, sizeof a);
  randombytes_buf(b, sizeof b);
  crypto_scalarmult_curve25519_base(public_a, a);
  crypto_scalarmult_curve25519_base(public_b, b);
  if (crypto_scalarmult_curve25519(ab, a, public_b) != 0) return 0;
  if (crypto_scalarmult_curve25519(ba, b, public_a) != 0) return 0;
  return memcmp(ab, ba, sizeof ab) == 0;
}

static int derivation_works(void) {
  unsigned char key[crypto_kdf_hkdf_sha256_KEYBYTES], out[64], digest[32], stretched[32];
  unsigned char salt[crypto_pwhash_argon2id_SALTBYTES] = {3};
  if (crypto_kdf_hkdf_sha256_extract(key, NULL, 0, salt, sizeof salt) != 0) return 0;
  if (crypto_kdf_hkdf_sha256_expand(out, sizeof out, "homing", 6, key) != 0) return 0;
  if (crypto_hash_sha256(digest, out, sizeof out) != 0) return 0;
  return crypto_pwhash_argon2id(stretched, sizeof stretched, "homing", 6, salt, 1,
                                crypto_pwhash_argon2id_MEMLIMIT_MIN,
                                crypto_pwhash_argon2id_ALG_ARGON2ID13) == 0;
}

int main(void) {
  for (size_t i = 0; i < sizeof linked / sizeof linked[0]; ++i) {
    if (linked[i] == 0) return 1;
  }
  if (sodium_init() < 0) return 2;
  if (!kem_agrees()) return 3;
  if (!signature_verifies()) return 4;
  if (!aead_opens()) return 5;
  if (!exchange_agrees()) return 6;
  if (!derivation_works()) return 7;
  return 0;
}
