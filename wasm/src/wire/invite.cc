#include "wire/invite.h"

#include "homing/bytes.h"
#include "homing/limits.h"
#include "wire/utf8.h"

namespace homing {
namespace {

constexpr uint8_t kInviteVersion = 1;
constexpr std::string_view kAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

std::string to_base64url(ByteView bytes) {
  std::string out;
  uint32_t bits = 0;
  int have = 0;
  for (const uint8_t byte : bytes) {
    bits = (bits << 8) | byte;
    for (have += 8; have >= 6; have -= 6) out.push_back(kAlphabet[(bits >> (have - 6)) & 63]);
  }
  if (have > 0) out.push_back(kAlphabet[(bits << (6 - have)) & 63]);
  return out;
}

Result<Bytes> from_base64url(std::string_view text) {
  Bytes out;
  uint32_t bits = 0;
  int have = 0;
  for (const char digit : text) {
    const size_t value = kAlphabet.find(digit);
    if (value == std::string_view::npos) return Error::kMalformed;
    bits = (bits << 6) | static_cast<uint32_t>(value);
    have += 6;
    if (have >= 8) {
      have -= 8;
      out.push_back(static_cast<uint8_t>(bits >> have));
    }
  }
  // What is left over must be less than a digit, and zero: one text for one invite.
  if (have >= 6 || (bits & ((1u << have) - 1)) != 0) return Error::kNonCanonical;
  return out;
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  const size_t from = text.find_first_not_of(kSpace);
  if (from == std::string_view::npos) return {};
  return text.substr(from, text.find_last_not_of(kSpace) - from + 1);
}

}  // namespace

std::string encode_invite(const Invite& invite) {
  ByteWriter out;
  out.u8(kInviteVersion);
  out.raw(invite.identity.signing_key);
  out.raw(invite.identity.identity_key);
  out.raw(invite.identity.signature);
  out.raw(invite.mark);
  out.raw(as_bytes(invite.name));
  return to_base64url(out.buffer());
}

Result<Invite> decode_invite(std::string_view text) {
  constexpr size_t kBytesMax = 1 + 32 + 32 + 64 + kInviteMarkBytes + limits::kNameBytesMax;
  text = trimmed(text);
  if (text.size() > kBytesMax * 4 / 3 + 2) return Error::kTooLarge;
  const Result<Bytes> bytes = from_base64url(text);
  if (!bytes) return Error::kMalformed;
  ByteReader in(*bytes);
  if (in.u8() != kInviteVersion) return in.ok() ? Error::kUnsupported : Error::kMalformed;
  Invite invite;
  invite.identity.signing_key = in.array<32>();
  invite.identity.identity_key = in.array<32>();
  invite.identity.signature = in.array<64>();
  invite.mark = in.array<kInviteMarkBytes>();
  invite.name = as_text(in.raw(in.left()));
  if (!in.finished() || !is_utf8(invite.name)) return Error::kMalformed;
  if (invite.name.size() > limits::kNameBytesMax) return Error::kTooLarge;
  const Result<void> verified = verify_identity(invite.identity);
  if (!verified) return verified.error();
  return invite;
}

}  // namespace homing
