#include "journal/journal_format.h"

namespace homing::journal {

Bytes encode_header(const FileHeader& header) {
  ByteWriter out;
  out.raw(as_bytes(kFileMagic));
  out.u16(kFormatVersion);
  out.u8(static_cast<uint8_t>(header.kind));
  out.u8(0);
  out.u64(header.position);
  out.u64(header.generation);
  out.raw(header.previous_hash);
  return out.take();
}

Result<FileHeader> decode_header(ByteView file) {
  if (file.size() < kHeaderBytes) return Error::kTruncated;
  ByteReader in(file.first(kHeaderBytes));
  if (as_text(in.raw(kFileMagic.size())) != kFileMagic) return Error::kMalformed;
  const uint16_t version = in.u16();
  if (version > kFormatVersion) return Error::kUnsupported;
  const uint8_t kind = in.u8();
  const uint8_t zero = in.u8();
  if (version == 0 || zero != 0 || kind < 1 || kind > 2) return Error::kMalformed;
  FileHeader header;
  header.kind = static_cast<FileKind>(kind);
  header.position = in.u64();
  header.generation = in.u64();
  header.previous_hash = in.array<32>();
  return header;
}

std::string file_name(FileKind kind, uint64_t position) {
  ByteWriter digits;
  digits.u64(position);
  return to_hex(digits.buffer()) + (kind == FileKind::kCommit ? ".commit" : ".snapshot");
}

}  // namespace homing::journal
