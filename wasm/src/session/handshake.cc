#include "session/handshake.h"

namespace homing {
namespace {

constexpr uint32_t kHandshakeVersion = 1;
constexpr std::string_view kSuite = "X25519+X-Wing,Ed25519,HKDF-SHA-256,XChaCha20-Poly1305";

struct Party {
  Address address;
  PublicKey signing_key{};
  PublicKey identity_key{};
};

Party party(const IdentityKeys& keys) {
  return {address_of(keys), keys.signing_key, keys.identity_key};
}

/// Everything public that went into a handshake; both sides must have seen the same.
struct Transcript {
  Party initiator;
  Party responder;
  PublicKey base_key{};
  uint32_t signed_prekey_id = 0;
  PublicKey signed_prekey{};
  std::optional<uint32_t> one_time_prekey_id;
  PublicKey one_time_prekey{};
  uint32_t kem_prekey_id = 0;
  bool kem_last_resort = false;
  const KemPublicKey& kem_prekey;
  const KemCiphertext& kem_ciphertext;
};

void number(ByteWriter& to, uint32_t value) {
  to.u32(4);
  to.u32(value);
}

Digest digest_of(const Transcript& t) {
  ByteWriter to;
  number(to, kHandshakeVersion);
  to.sized(as_bytes(kSuite));
  to.sized(t.initiator.address.hash);
  to.sized(t.responder.address.hash);
  to.sized(t.initiator.signing_key);
  to.sized(t.initiator.identity_key);
  to.sized(t.responder.signing_key);
  to.sized(t.responder.identity_key);
  to.sized(t.base_key);
  number(to, t.signed_prekey_id);
  to.sized(t.signed_prekey);
  // Without a one-time prekey both fields are there and empty, so that the list has one shape.
  if (t.one_time_prekey_id) {
    number(to, *t.one_time_prekey_id);
    to.sized(t.one_time_prekey);
  } else {
    to.sized({});
    to.sized({});
  }
  number(to, t.kem_prekey_id);
  number(to, t.kem_last_resort ? 1 : 0);
  to.sized(t.kem_prekey);
  to.sized(t.kem_ciphertext);
  return sha256(to.buffer());
}

/// Of the secrets that are mixed, in their order; `one_time` is null when none was used.
struct Inputs {
  const SecretKey& identity_to_prekey;
  const SecretKey& base_to_identity;
  const SecretKey& base_to_prekey;
  const SecretKey* base_to_one_time;
  const SecretKey& kem;
};

HandshakeSecrets derive(const Inputs& inputs, const Transcript& transcript) {
  // Never regrown, so no copy of a secret stays behind.
  SecretBytes ikm;
  ikm.resize(6 * 32);
  ikm.resize(0);
  // As in X3DH: no encoding of a DH key or result starts like this, so the input can never be
  // taken for one of another protocol with the same keys.
  ByteArray<32> prefix;
  prefix.fill(0xff);
  ikm.append(prefix);
  ikm.append(inputs.identity_to_prekey.view());
  ikm.append(inputs.base_to_identity.view());
  ikm.append(inputs.base_to_prekey.view());
  if (inputs.base_to_one_time != nullptr) ikm.append(inputs.base_to_one_time->view());
  ikm.append(inputs.kem.view());

  Bytes info;
  append(info, as_bytes("homing/x3dh+xwing/v1"));
  append(info, digest_of(transcript));
  const ByteArray<32> salt{};
  SecretArray<96> keys;
  const Result<void> derived = hkdf_sha256(salt, ikm.view(), info, {keys.data(), keys.size()});
  HOMING_ASSERT(derived.ok());

  HandshakeSecrets out;
  ByteReader parts(keys.view());
  out.root_key = read_secret_key(parts);
  out.initiator_header_key = read_secret_key(parts);
  out.responder_next_header_key = read_secret_key(parts);
  append(out.associated_data, as_bytes("homing/session/v1"));
  for (const Party* side : {&transcript.initiator, &transcript.responder}) {
    append(out.associated_data, side->address.hash);
    append(out.associated_data, side->signing_key);
    append(out.associated_data, side->identity_key);
  }
  return out;
}

}  // namespace

Result<Initiation> initiate(const Identity& identity, const Address& responder,
                            const PrekeyBundle& bundle, RandomSource& random) {
  if (responder == identity.address()) return Error::kSelf;
  if (const Result<void> verified = verify(bundle, responder); !verified) return verified.error();

  const SecretKey base = random.secret();
  const PublicKey& signed_prekey = bundle.signed_prekey.key;
  const Result<SecretKey> identity_to_prekey = identity.shared_secret(signed_prekey);
  const Result<SecretKey> base_to_identity =
      x25519::shared_secret(base, bundle.identity.identity_key);
  const Result<SecretKey> base_to_prekey = x25519::shared_secret(base, signed_prekey);
  if (!identity_to_prekey || !base_to_identity || !base_to_prekey) return Error::kBadKey;
  std::optional<SecretKey> base_to_one_time;
  if (bundle.one_time_prekey) {
    Result<SecretKey> dh = x25519::shared_secret(base, bundle.one_time_prekey->key);
    if (!dh) return dh.error();
    base_to_one_time = std::move(*dh);
  }
  const Result<xwing::Encapsulation> kem = xwing::encapsulate(bundle.kem_prekey.key, random);
  if (!kem) return kem.error();

  Initiation out;
  out.fields.identity = identity.public_keys();
  out.fields.base_key = x25519::public_key(base);
  out.fields.signed_prekey_id = bundle.signed_prekey.id;
  if (bundle.one_time_prekey) out.fields.one_time_prekey_id = bundle.one_time_prekey->id;
  out.fields.kem_prekey_id = bundle.kem_prekey.id;
  out.fields.kem_ciphertext = kem->ciphertext;

  const Transcript transcript{
      .initiator = party(identity.public_keys()),
      .responder = party(bundle.identity),
      .base_key = out.fields.base_key,
      .signed_prekey_id = bundle.signed_prekey.id,
      .signed_prekey = signed_prekey,
      .one_time_prekey_id = out.fields.one_time_prekey_id,
      .one_time_prekey = bundle.one_time_prekey ? bundle.one_time_prekey->key : PublicKey{},
      .kem_prekey_id = bundle.kem_prekey.id,
      .kem_last_resort = bundle.kem_prekey.last_resort,
      .kem_prekey = bundle.kem_prekey.key,
      .kem_ciphertext = out.fields.kem_ciphertext,
  };
  out.secrets = derive({*identity_to_prekey, *base_to_identity, *base_to_prekey,
                        base_to_one_time ? &*base_to_one_time : nullptr, kem->shared},
                       transcript);
  return out;
}

Result<HandshakeSecrets> respond(const Identity& identity, const PrekeyStore::PrivateKeys& keys,
                                 const FirstFields& fields) {
  HOMING_ASSERT(keys.signed_prekey != nullptr && keys.kem_seed != nullptr);
  HOMING_ASSERT((keys.one_time_prekey != nullptr) == fields.one_time_prekey_id.has_value());
  const Result<SecretKey> identity_to_prekey =
      x25519::shared_secret(*keys.signed_prekey, fields.identity.identity_key);
  const Result<SecretKey> base_to_identity = identity.shared_secret(fields.base_key);
  const Result<SecretKey> base_to_prekey =
      x25519::shared_secret(*keys.signed_prekey, fields.base_key);
  if (!identity_to_prekey || !base_to_identity || !base_to_prekey) return Error::kBadKey;
  std::optional<SecretKey> base_to_one_time;
  if (keys.one_time_prekey != nullptr) {
    Result<SecretKey> dh = x25519::shared_secret(*keys.one_time_prekey, fields.base_key);
    if (!dh) return dh.error();
    base_to_one_time = std::move(*dh);
  }
  const Result<SecretKey> kem = xwing::decapsulate(*keys.kem_seed, fields.kem_ciphertext);
  if (!kem) return kem.error();

  const KemPublicKey kem_prekey = xwing::public_key(*keys.kem_seed);
  const Transcript transcript{
      .initiator = party(fields.identity),
      .responder = party(identity.public_keys()),
      .base_key = fields.base_key,
      .signed_prekey_id = fields.signed_prekey_id,
      .signed_prekey = x25519::public_key(*keys.signed_prekey),
      .one_time_prekey_id = fields.one_time_prekey_id,
      .one_time_prekey =
          keys.one_time_prekey != nullptr ? x25519::public_key(*keys.one_time_prekey) : PublicKey{},
      .kem_prekey_id = fields.kem_prekey_id,
      .kem_last_resort = keys.last_resort,
      .kem_prekey = kem_prekey,
      .kem_ciphertext = fields.kem_ciphertext,
  };
  return derive({*identity_to_prekey, *base_to_identity, *base_to_prekey,
                 base_to_one_time ? &*base_to_one_time : nullptr, *kem},
                transcript);
}

}  // namespace homing
