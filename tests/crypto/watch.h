#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <unordered_map>

#include "crypto/needles.h"
#include "homing/bytes.h"
#include "homing/result.h"

/// Sees every secret and every seal at the door of libsodium: the linker puts the functions of
/// watch.cc in front of the library's own (--wrap), in this program only. What the core calls is
/// the real library all the same.
namespace homing::crypto_test {

enum class Kind : uint8_t {
  kMessageKey,  // HMAC(chain key, 01)
  kChainKey,    // HMAC(chain key, 02)
  kDerived,     // any other result of HMAC or HKDF: root keys, header keys, first chain keys
  kDhSecret,    // X25519 private keys of all kinds
  kDhResult,
  kKem,      // X-Wing seeds, randomness and shared secrets
  kSigning,  // Ed25519 seeds
  kAead,     // keys that sealed or opened and came from elsewhere: the journal's
};
const char* kind_name(Kind kind);

class Watch {
 public:
  /// Forgets everything.
  void reset();

  // --- called by the functions in front of the library
  void secret(Kind kind, ByteView bytes);
  void sealed(ByteView key, ByteView nonce, ByteView associated_data, ByteView plaintext);
  void opened(ByteView key) { used_.insert(complement(key)); }

  // --- asked by the tests
  /// How many secrets of a kind were seen.
  size_t count(Kind kind) const;
  size_t seals() const { return seals_; }
  /// Pairs of key and nonce that sealed two different inputs.
  size_t repeats() const { return repeats_; }

  /// All secrets, but for those that lie in `live`, which may be kept.
  Needles all_but(ByteView live, bool with_texts = false) const;
  /// The keys of all messages that were sealed or opened.
  Needles used_message_keys() const;
  /// Any secret, for planting it where it must be found.
  SecretKey any_message_key() const;

 private:
  using Complement = ByteArray<32>;
  static Complement complement(ByteView bytes);
  static SecretKey restored(const Complement& bytes);

  std::map<Complement, Kind> secrets_;
  std::set<Complement> used_;
  std::unordered_map<uint64_t, uint64_t> by_key_and_nonce_;
  size_t seals_ = 0;
  size_t repeats_ = 0;
};

Watch& watch();

}  // namespace homing::crypto_test
