#pragma once

#include <string_view>

#include "homing/address.h"
#include "homing/bytes.h"
#include "homing/random.h"
#include "homing/result.h"
#include "session/primitives.h"

namespace homing {

/// What signatures of the identity signing key are for; see ed25519::sign().
namespace purpose {
inline constexpr std::string_view kIdentityKey = "homing/sign/identity-key/v1";
inline constexpr std::string_view kRelayAuth = "homing/sign/relay-auth/v1";
inline constexpr std::string_view kSignedPrekey = "homing/sign/signed-prekey/v1";
inline constexpr std::string_view kOneTimePrekey = "homing/sign/one-time-prekey/v1";
inline constexpr std::string_view kKemLastResort = "homing/sign/kem-last-resort/v1";
inline constexpr std::string_view kKemOneTime = "homing/sign/kem-one-time/v1";
}  // namespace purpose

/// The public half of a person's identity: what an address is the hash of.
struct IdentityKeys {
  PublicKey signing_key{};   // IKs, Ed25519
  PublicKey identity_key{};  // IKd, X25519
  Signature signature{};     // by signing_key over identity_key

  friend bool operator==(const IdentityKeys&, const IdentityKeys&) = default;
};

/// BLAKE2b-256("homing/address/v1" || IKs || IKd).
Address address_of(const PublicKey& signing_key, const PublicKey& identity_key);
Address address_of(const IdentityKeys& keys);

/// Checks that the DH key was signed by the signing key. kBadSignature.
Result<void> verify_identity(const IdentityKeys& keys);
/// The same, and that the keys are those of `expected`. kBadAddress, kBadSignature.
Result<void> verify_identity(const IdentityKeys& keys, const Address& expected);

/// A person's long-term keys, both halves. Not copyable: clone() says it.
class Identity {
 public:
  static Identity generate(RandomSource& random);

  const IdentityKeys& public_keys() const { return public_keys_; }
  const Address& address() const { return address_; }

  /// Signs for one purpose; verify with ed25519::verify(signing_key, purpose, message, ...).
  Signature sign(std::string_view purpose, ByteView message) const;
  /// DH of the identity key with `other`. kBadKey.
  Result<SecretKey> shared_secret(const PublicKey& other) const;

  Identity clone() const;

  /// A version byte, then both private keys; the public ones are derived again.
  void encode(SecretWriter& to) const;
  /// kTruncated, kUnsupported for a newer version.
  static Result<Identity> decode(ByteReader& from);

 private:
  Identity(SecretKey signing_seed, SecretKey dh_secret);

  SecretKey signing_seed_;
  SecretKey dh_secret_;
  ed25519::ExpandedKey signing_secret_;
  IdentityKeys public_keys_;
  Address address_;
};

}  // namespace homing
