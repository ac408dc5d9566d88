#include "session/identity.h"

namespace homing {
namespace {

constexpr uint8_t kFormat = 1;

}  // namespace

Address address_of(const PublicKey& signing_key, const PublicKey& identity_key) {
  return {blake2b_256({as_bytes("homing/address/v1"), signing_key, identity_key})};
}

Address address_of(const IdentityKeys& keys) {
  return address_of(keys.signing_key, keys.identity_key);
}

Result<void> verify_identity(const IdentityKeys& keys) {
  return ed25519::verify(keys.signing_key, purpose::kIdentityKey, keys.identity_key,
                         keys.signature);
}

Result<void> verify_identity(const IdentityKeys& keys, const Address& expected) {
  if (address_of(keys) != expected) return Error::kBadAddress;
  return verify_identity(keys);
}

Identity::Identity(SecretKey signing_seed, SecretKey dh_secret)
    : signing_seed_(std::move(signing_seed)), dh_secret_(std::move(dh_secret)) {
  ed25519::KeyPair signing = ed25519::keypair(signing_seed_);
  signing_secret_ = std::move(signing.secret);
  public_keys_.signing_key = signing.public_key;
  public_keys_.identity_key = x25519::public_key(dh_secret_);
  public_keys_.signature = sign(purpose::kIdentityKey, public_keys_.identity_key);
  address_ = address_of(public_keys_);
}

Identity Identity::generate(RandomSource& random) {
  SecretKey signing_seed = random.secret();
  SecretKey dh_secret = random.secret();
  return Identity(std::move(signing_seed), std::move(dh_secret));
}

Signature Identity::sign(std::string_view for_purpose, ByteView message) const {
  return ed25519::sign(signing_secret_, for_purpose, message);
}

Result<SecretKey> Identity::shared_secret(const PublicKey& other) const {
  return x25519::shared_secret(dh_secret_, other);
}

Identity Identity::clone() const { return Identity(signing_seed_.clone(), dh_secret_.clone()); }

void Identity::encode(SecretWriter& to) const {
  to.u8(kFormat);
  to.raw(signing_seed_.view());
  to.raw(dh_secret_.view());
}

Result<Identity> Identity::decode(ByteReader& from) {
  const uint8_t format = from.u8();
  SecretKey signing_seed = read_secret_key(from);
  SecretKey dh_secret = read_secret_key(from);
  if (!from.ok()) return Error::kTruncated;
  if (format != kFormat) return format > kFormat ? Error::kUnsupported : Error::kMalformed;
  return Identity(std::move(signing_seed), std::move(dh_secret));
}

}  // namespace homing
