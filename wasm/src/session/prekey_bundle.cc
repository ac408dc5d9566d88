#include "session/prekey_bundle.h"

#include "homing/limits.h"
#include "session/prekey_signature.h"
#include "wire/cbor.h"

namespace homing {
namespace {

constexpr uint32_t kBundleVersion = 1;
constexpr uint32_t kPublicationVersion = 1;
constexpr size_t kBundleItems = 12;
constexpr size_t kPublicationItems = 12;

Result<void> verify_head(const IdentityKeys& identity, const SignedPrekey& signed_prekey,
                         const KemPrekey& kem_prekey, const Address& expected) {
  if (const Result<void> checked = verify_identity(identity, expected); !checked) return checked;
  const Result<void> checked = verify_prekey(identity, purpose::kSignedPrekey, signed_prekey.id,
                                             signed_prekey.key, signed_prekey.signature);
  if (!checked) return checked;
  return verify_prekey(identity, kem_purpose(kem_prekey.last_resort), kem_prekey.id, kem_prekey.key,
                       kem_prekey.signature);
}

/// Version, identity, signed prekey and KEM prekey: what bundle and publication begin with.
Json head(uint32_t version, const IdentityKeys& identity, const SignedPrekey& signed_prekey,
          const KemPrekey& kem_prekey) {
  Json items = array();
  items.push_back(version);
  items.push_back(binary(identity.signing_key));
  items.push_back(binary(identity.identity_key));
  items.push_back(binary(identity.signature));
  items.push_back(signed_prekey.id);
  items.push_back(binary(signed_prekey.key));
  items.push_back(binary(signed_prekey.signature));
  items.push_back(kem_prekey.id);
  items.push_back(binary(kem_prekey.key));
  items.push_back(binary(kem_prekey.signature));
  return items;
}

bool read_head(const Json& items, IdentityKeys& identity, SignedPrekey& signed_prekey,
               KemPrekey& kem_prekey) {
  return read_bytes(items[1], identity.signing_key) &&
         read_bytes(items[2], identity.identity_key) && read_bytes(items[3], identity.signature) &&
         read_u32(items[4], signed_prekey.id) && read_bytes(items[5], signed_prekey.key) &&
         read_bytes(items[6], signed_prekey.signature) && read_u32(items[7], kem_prekey.id) &&
         read_bytes(items[8], kem_prekey.key) && read_bytes(items[9], kem_prekey.signature);
}

template <typename Prekey>
Json to_json(const Prekey& prekey) {
  Json out = array();
  out.push_back(prekey.id);
  out.push_back(binary(prekey.key));
  out.push_back(binary(prekey.signature));
  return out;
}

template <typename Prekey>
bool read_prekey(const Json& value, Prekey& out) {
  return is_array(value, 3) && read_u32(value[0], out.id) && read_bytes(value[1], out.key) &&
         read_bytes(value[2], out.signature);
}

/// Ids must ascend: the relay relies on it to skip keys it has seen.
template <typename Prekey>
Result<void> read_prekeys(const Json& value, std::vector<Prekey>& out, size_t count_max) {
  if (!value.is_array()) return Error::kMalformed;
  if (value.size() > count_max) return Error::kTooLarge;
  out.resize(value.size());
  for (size_t i = 0; i < out.size(); ++i) {
    if (!read_prekey(value[i], out[i])) return Error::kMalformed;
    if (i > 0 && out[i].id <= out[i - 1].id) return Error::kMalformed;
  }
  return {};
}

/// The array of a value with this version, or why it is none.
Result<Json> decode_versioned(ByteView bytes, uint32_t version, size_t size) {
  Result<Json> decoded = decode_cbor(bytes);
  if (!decoded) return decoded.error();
  uint32_t found = 0;
  if (!decoded->is_array() || decoded->empty() || !read_u32((*decoded)[0], found)) {
    return Error::kMalformed;
  }
  if (found != version) return Error::kUnsupported;
  if (decoded->size() != size) return Error::kMalformed;
  return decoded;
}

}  // namespace

Bytes prekey_message(uint32_t id, ByteView key) {
  ByteWriter to;
  to.u32(id);
  to.raw(key);
  return to.take();
}

Result<void> verify_prekey(const IdentityKeys& identity, std::string_view for_purpose, uint32_t id,
                           ByteView key, const Signature& signature) {
  return ed25519::verify(identity.signing_key, for_purpose, prekey_message(id, key), signature);
}

Result<void> verify(const PrekeyBundle& bundle, const Address& expected) {
  const Result<void> checked =
      verify_head(bundle.identity, bundle.signed_prekey, bundle.kem_prekey, expected);
  if (!checked || !bundle.one_time_prekey) return checked;
  const SignedPrekey& one_time = *bundle.one_time_prekey;
  return verify_prekey(bundle.identity, purpose::kOneTimePrekey, one_time.id, one_time.key,
                       one_time.signature);
}

Result<void> verify(const PrekeyPublication& publication, const Address& expected) {
  // A one-time key in this place would be signed, too, but not for being used again and again.
  if (!publication.last_resort.last_resort) return Error::kBadSignature;
  const Result<void> head_checked = verify_head(publication.identity, publication.signed_prekey,
                                                publication.last_resort, expected);
  if (!head_checked) return head_checked;
  for (const SignedPrekey& prekey : publication.one_time) {
    const Result<void> checked = verify_prekey(publication.identity, purpose::kOneTimePrekey,
                                               prekey.id, prekey.key, prekey.signature);
    if (!checked) return checked;
  }
  for (const KemPrekey& prekey : publication.one_time_kem) {
    const Result<void> checked = verify_prekey(publication.identity, purpose::kKemOneTime,
                                               prekey.id, prekey.key, prekey.signature);
    if (!checked) return checked;
  }
  return {};
}

Bytes encode_bundle(const PrekeyBundle& bundle) {
  Json items = head(kBundleVersion, bundle.identity, bundle.signed_prekey, bundle.kem_prekey);
  items.push_back(bundle.kem_prekey.last_resort);
  items.push_back(bundle.one_time_prekey ? to_json(*bundle.one_time_prekey) : Json());
  return encode_cbor(items);
}

Result<PrekeyBundle> decode_bundle(ByteView bytes) {
  const Result<Json> decoded = decode_versioned(bytes, kBundleVersion, kBundleItems);
  if (!decoded) return decoded.error();
  const Json& items = *decoded;
  PrekeyBundle out;
  if (!read_head(items, out.identity, out.signed_prekey, out.kem_prekey) ||
      !read_bool(items[10], out.kem_prekey.last_resort)) {
    return Error::kMalformed;
  }
  if (!items[11].is_null() && !read_prekey(items[11], out.one_time_prekey.emplace())) {
    return Error::kMalformed;
  }
  return out;
}

Bytes encode_publication(const PrekeyPublication& publication) {
  Json items = head(kPublicationVersion, publication.identity, publication.signed_prekey,
                    publication.last_resort);
  Json one_time = array();
  for (const SignedPrekey& prekey : publication.one_time) one_time.push_back(to_json(prekey));
  items.push_back(std::move(one_time));
  Json one_time_kem = array();
  for (const KemPrekey& prekey : publication.one_time_kem) {
    one_time_kem.push_back(to_json(prekey));
  }
  items.push_back(std::move(one_time_kem));
  return encode_cbor(items);
}

Result<PrekeyPublication> decode_publication(ByteView bytes) {
  const Result<Json> decoded = decode_versioned(bytes, kPublicationVersion, kPublicationItems);
  if (!decoded) return decoded.error();
  const Json& items = *decoded;
  PrekeyPublication out;
  out.last_resort.last_resort = true;
  if (!read_head(items, out.identity, out.signed_prekey, out.last_resort)) {
    return Error::kMalformed;
  }
  const Result<void> one_time = read_prekeys(items[10], out.one_time, limits::kOneTimePrekeys);
  if (!one_time) return one_time.error();
  const Result<void> one_time_kem =
      read_prekeys(items[11], out.one_time_kem, limits::kOneTimeKemPrekeys);
  if (!one_time_kem) return one_time_kem.error();
  return out;
}

}  // namespace homing
