#include "session/envelope.h"

#include "homing/limits.h"
#include "wire/cbor.h"

namespace homing {
namespace {

constexpr size_t kFirstItems = 12;
constexpr size_t kLaterItems = 4;

bool read_first_items(const Json& items, FirstFields& out) {
  if (!read_bytes(items[2], out.identity.signing_key) ||
      !read_bytes(items[3], out.identity.identity_key) ||
      !read_bytes(items[4], out.identity.signature) || !read_bytes(items[5], out.base_key) ||
      !read_u32(items[6], out.signed_prekey_id) || !read_u32(items[8], out.kem_prekey_id) ||
      !read_bytes(items[9], out.kem_ciphertext)) {
    return false;
  }
  if (items[7].is_null()) return true;
  return read_u32(items[7], out.one_time_prekey_id.emplace());
}

}  // namespace

Bytes encode_envelope(const FirstFields* first, const SealedHeader& header, ByteView body) {
  Json items = array();
  items.push_back(kEnvelopeVersion);
  items.push_back(static_cast<uint32_t>(first ? EnvelopeKind::kFirst : EnvelopeKind::kLater));
  if (first) {
    items.push_back(binary(first->identity.signing_key));
    items.push_back(binary(first->identity.identity_key));
    items.push_back(binary(first->identity.signature));
    items.push_back(binary(first->base_key));
    items.push_back(first->signed_prekey_id);
    items.push_back(first->one_time_prekey_id ? Json(*first->one_time_prekey_id) : Json());
    items.push_back(first->kem_prekey_id);
    items.push_back(binary(first->kem_ciphertext));
  }
  items.push_back(binary(header));
  items.push_back(binary(body));
  return encode_cbor(items);
}

Bytes encode_envelope(const Envelope& envelope) {
  return encode_envelope(envelope.first ? &*envelope.first : nullptr, envelope.header,
                         envelope.body);
}

Result<Envelope> decode_envelope(ByteView bytes) {
  if (bytes.size() > limits::kEnvelopeBytesMax) return Error::kTooLarge;
  const Result<Json> decoded = decode_cbor(bytes);
  if (!decoded) return decoded.error();
  const Json& items = *decoded;
  uint32_t version = 0;
  uint32_t kind = 0;
  if (!items.is_array() || items.size() < 2 || !read_u32(items[0], version) ||
      !read_u32(items[1], kind)) {
    return Error::kMalformed;
  }
  if (version != kEnvelopeVersion) return Error::kUnsupported;
  Envelope out;
  size_t next = 2;
  if (kind == static_cast<uint32_t>(EnvelopeKind::kFirst)) {
    if (items.size() != kFirstItems || !read_first_items(items, out.first.emplace())) {
      return Error::kMalformed;
    }
    next = kFirstItems - 2;
  } else if (kind != static_cast<uint32_t>(EnvelopeKind::kLater)) {
    return Error::kUnknownType;
  } else if (items.size() != kLaterItems) {
    return Error::kMalformed;
  }
  if (!read_bytes(items[next], out.header) ||
      !read_bytes(items[next + 1], out.body, limits::kEnvelopeBytesMax)) {
    return Error::kMalformed;
  }
  return out;
}

void write_first_fields(const FirstFields& fields, SecretWriter& to) {
  to.raw(fields.identity.signing_key);
  to.raw(fields.identity.identity_key);
  to.raw(fields.identity.signature);
  to.raw(fields.base_key);
  to.u32(fields.signed_prekey_id);
  to.u8(fields.one_time_prekey_id ? 1 : 0);
  to.u32(fields.one_time_prekey_id.value_or(0));
  to.u32(fields.kem_prekey_id);
  to.raw(fields.kem_ciphertext);
}

Result<FirstFields> read_first_fields(ByteReader& from) {
  FirstFields out;
  out.identity.signing_key = from.array<32>();
  out.identity.identity_key = from.array<32>();
  out.identity.signature = from.array<64>();
  out.base_key = from.array<32>();
  out.signed_prekey_id = from.u32();
  const uint8_t has_one_time = from.u8();
  const uint32_t one_time_id = from.u32();
  out.kem_prekey_id = from.u32();
  out.kem_ciphertext = from.array<kKemCiphertextBytes>();
  if (!from.ok()) return Error::kTruncated;
  if (has_one_time > 1 || (has_one_time == 0 && one_time_id != 0)) return Error::kMalformed;
  if (has_one_time == 1) out.one_time_prekey_id = one_time_id;
  return out;
}

Digest digest_of(const FirstFields& fields) {
  SecretWriter bytes;
  write_first_fields(fields, bytes);
  return blake2b_256({bytes.buffer().view()});
}

}  // namespace homing
