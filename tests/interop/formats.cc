// What both implementations must write down alike: addresses, padding, invites, contents, bundles.
// Each command reads the bytes as the engine does and writes what it read again, so that the driver
// compares both directions.

#include "interop/line_protocol.h"
#include "session/envelope.h"
#include "session/padding.h"
#include "session/prekey_bundle.h"
#include "wire/cbor.h"
#include "wire/content.h"
#include "wire/invite.h"

namespace homing::interop {
namespace {

Reply read_cbor(Words& words) {
  const Result<Json> value = decode_cbor(words.bytes());
  if (!value) return value.error();
  return to_hex(encode_cbor(*value));
}

Reply read_content(Words& words) {
  const Result<content::Content> value = content::decode(words.bytes());
  if (!value) return value.error();
  return to_hex(content::encode(*value));
}

Reply read_envelope(Words& words) {
  const Result<Envelope> value = decode_envelope(words.bytes());
  if (!value) return value.error();
  return to_hex(encode_envelope(*value));
}

Reply read_bundle(Words& words) {
  const Address expected = words.address();
  const Result<PrekeyBundle> value = decode_bundle(words.bytes());
  if (!value) return value.error();
  if (const Result<void> good = verify(*value, expected); !good) return good.error();
  return to_hex(encode_bundle(*value));
}

Reply read_publication(Words& words) {
  const Address expected = words.address();
  const Result<PrekeyPublication> value = decode_publication(words.bytes());
  if (!value) return value.error();
  if (const Result<void> good = verify(*value, expected); !good) return good.error();
  return to_hex(encode_publication(*value));
}

Reply read_address(Words& words) {
  const Result<Address> value = Address::parse(as_text(words.bytes()));
  if (!value) return value.error();
  return to_hex(value->hash);
}

Reply read_invite(Words& words) {
  const Result<Invite> value = decode_invite(as_text(words.bytes()));
  if (!value) return value.error();
  return to_hex(address_of(value->identity).hash) + " " + hex_or_dash(as_bytes(value->name)) + " " +
         encode_invite(*value);
}

Reply read_padded(Words& words) {
  SecretBytes padded(words.bytes());
  if (const Result<void> good = unpad(padded); !good) return good.error();
  return hex_or_dash(padded.view());
}

/// Sizes of `count` contents from `from` on, when padded.
Reply padded_sizes(Words& words) {
  const uint64_t from = words.number();
  const uint64_t count = words.number();
  std::string out;
  for (uint64_t size = from; size < from + count; ++size) {
    out += (size == from ? "" : " ") + std::to_string(padded_size(size));
  }
  return out;
}

}  // namespace

std::optional<Reply> run_format_command(std::string_view command, Words& words) {
  if (command == "cbor") return read_cbor(words);
  if (command == "content") return read_content(words);
  if (command == "envelope") return read_envelope(words);
  if (command == "bundle") return read_bundle(words);
  if (command == "publication") return read_publication(words);
  if (command == "address") return words.address().to_text();
  if (command == "parse_address") return read_address(words);
  if (command == "invite") return read_invite(words);
  if (command == "pad") return to_hex(pad(words.bytes()).view());
  if (command == "unpad") return read_padded(words);
  if (command == "padded_sizes") return padded_sizes(words);
  return std::nullopt;
}

}  // namespace homing::interop
