#include "journal/key_file.h"

#include "journal/journal_format.h"
#include "session/primitives.h"

namespace homing::journal {

Bytes encode_key_head(Wrapping wrapping) {
  ByteWriter out;
  out.raw(as_bytes(kKeyMagic));
  out.u16(kFormatVersion);
  out.u8(static_cast<uint8_t>(wrapping));
  return out.take();
}

Result<Wrapping> decode_key_head(ByteView file) {
  ByteReader in(file);
  if (as_text(in.raw(kKeyMagic.size())) != kKeyMagic) return Error::kStorageCorrupt;
  const uint16_t version = in.u16();
  const uint8_t wrapping = in.u8();
  if (!in.ok() || version == 0) return Error::kStorageCorrupt;
  if (version > kFormatVersion || wrapping > static_cast<uint8_t>(Wrapping::kPassphrase)) {
    return Error::kStorageNewer;
  }
  return static_cast<Wrapping>(wrapping);
}

Bytes encode_key(const SecretKey& key) {
  Bytes file = encode_key_head(Wrapping::kNone);
  append(file, key.view());
  return file;
}

Result<SecretKey> decode_key(ByteView file) {
  const Result<Wrapping> wrapping = decode_key_head(file);
  if (!wrapping) return wrapping.error();
  if (*wrapping != Wrapping::kNone) return Error::kLocked;
  ByteReader in(file.subspan(kKeyHeadBytes));
  if (in.left() != SecretKey::size()) return Error::kStorageCorrupt;
  return read_secret_key(in);
}

}  // namespace homing::journal
