#include "session/session.h"

#include <algorithm>

#include "homing/limits.h"
#include "session/padding.h"

namespace homing {
namespace {

constexpr uint8_t kFormat = 1;

}  // namespace

Session::Session(Ratchet ratchet, Bytes associated_data, const PublicKey& base_key,
                 const Digest& first_digest, uint64_t now_ms)
    : ratchet_(std::move(ratchet)),
      associated_data_(std::move(associated_data)),
      base_key_(base_key),
      first_digest_(first_digest),
      created_ms_(now_ms),
      used_ms_(now_ms) {}

Result<Session> Session::initiate(Initiation initiation, const PublicKey& signed_prekey,
                                  uint64_t now_ms, RandomSource& random) {
  Result<Ratchet> ratchet = Ratchet::initiator(initiation.secrets, signed_prekey, random);
  if (!ratchet) return ratchet.error();
  Session out(std::move(*ratchet), std::move(initiation.secrets.associated_data),
              initiation.fields.base_key, digest_of(initiation.fields), now_ms);
  out.pending_first_ = std::make_unique<FirstFields>(initiation.fields);
  return out;
}

Session Session::respond(HandshakeSecrets secrets, const FirstFields& fields,
                         const SecretKey& signed_prekey, uint64_t now_ms) {
  return Session(Ratchet::responder(secrets, signed_prekey), std::move(secrets.associated_data),
                 fields.base_key, digest_of(fields), now_ms);
}

Result<Bytes> Session::seal(ByteView content, uint64_t now_ms, RandomSource& random) {
  if (!may_seal(now_ms)) return Error::kNoSession;
  const size_t head_max = pending_first_ ? kFirstEnvelopeBytesMax : kLaterEnvelopeBytesMax;
  const size_t body_size = padded_size(content.size()) + kSealedOverheadBytes;
  // Judged before the ratchet moves: a refused message must not use up a key.
  if (body_size + head_max > limits::kEnvelopeBytesMax) return Error::kTooLarge;
  Bytes body;
  body.reserve(body_size);
  const Result<SealedHeader> header = ratchet_.seal(associated_data_, content, random, body);
  if (!header) return header.error();
  ++messages_;
  used_ms_ = std::max(used_ms_, now_ms);
  Bytes out = encode_envelope(pending_first_.get(), *header, body);
  HOMING_ASSERT(out.size() <= body_size + head_max);
  return out;
}

Result<SecretBytes> Session::open(const SealedHeader& header, ByteView body, uint64_t now_ms) {
  Result<SecretBytes> content = ratchet_.open(associated_data_, header, body, now_ms);
  if (!content) return Error::kUndecryptable;
  if (messages_ < UINT32_MAX) ++messages_;
  used_ms_ = std::max(used_ms_, now_ms);
  pending_first_.reset();
  return content;
}

bool Session::was_started_by(const FirstFields& fields) const {
  return constant_time_equal(first_digest_, digest_of(fields));
}

bool Session::needs_fresh_handshake(uint64_t now_ms) const {
  const uint64_t age_ms = now_ms > created_ms_ ? now_ms - created_ms_ : 0;
  return messages_ >= limits::kSessionMessagesMax || age_ms > limits::kSessionAgeMsMax;
}

void Session::encode(SecretWriter& to) const {
  to.u8(kFormat);
  to.sized(associated_data_);
  to.raw(base_key_);
  to.raw(first_digest_);
  to.u64(created_ms_);
  to.u64(used_ms_);
  to.u32(messages_);
  to.u8(retired_ ? 1 : 0);
  to.u8(pending_first_ ? 1 : 0);
  if (pending_first_) write_first_fields(*pending_first_, to);
  ratchet_.encode(to);
}

Result<Session> Session::decode(ByteReader& from) {
  const uint8_t format = from.u8();
  if (!from.ok()) return Error::kTruncated;
  if (format != kFormat) return format > kFormat ? Error::kUnsupported : Error::kMalformed;
  const ByteView associated_data = from.sized();
  const PublicKey base_key = from.array<32>();
  const Digest first_digest = from.array<32>();
  const uint64_t created_ms = from.u64();
  const uint64_t used_ms = from.u64();
  const uint32_t messages = from.u32();
  const uint8_t retired = from.u8();
  const uint8_t has_pending = from.u8();
  if (!from.ok()) return Error::kTruncated;
  if (retired > 1 || has_pending > 1) return Error::kMalformed;
  std::unique_ptr<FirstFields> pending;
  if (has_pending == 1) {
    const Result<FirstFields> fields = read_first_fields(from);
    if (!fields) return fields.error();
    pending = std::make_unique<FirstFields>(*fields);
  }
  Result<Ratchet> ratchet = Ratchet::decode(from);
  if (!ratchet) return ratchet.error();
  Session out(std::move(*ratchet), Bytes(associated_data.begin(), associated_data.end()), base_key,
              first_digest, created_ms);
  out.used_ms_ = used_ms;
  out.messages_ = messages;
  out.retired_ = retired == 1;
  out.pending_first_ = std::move(pending);
  return out;
}

}  // namespace homing
