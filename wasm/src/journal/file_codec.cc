#include "journal/file_codec.h"

#include "session/primitives.h"

namespace homing::journal {
namespace {

/// Binds a sealed record to its file, its place in it, and its type. The last one says that it is
/// the last, or a file that was cut between two records would pass for a whole one.
Bytes associated_data(ByteView header, uint32_t index, bool is_last, uint8_t type) {
  ByteWriter out;
  out.raw(as_bytes("homing/journal/v1"));
  out.raw(header);
  out.u32(is_last ? index | 0x80000000u : index);
  out.u8(type);
  return out.take();
}

/// Tells damage from a wrong key, and can be checked by tools that have no key.
uint32_t checksum(ByteView type_length_sealed) {
  const Digest digest = blake2b_256({type_length_sealed});
  return ByteReader(digest).u32();
}

}  // namespace

FileWriter::FileWriter(const FileHeader& header, const SecretKey& key, RandomSource& random)
    : key_(key), random_(random), file_(encode_header(header)) {
  HOMING_ASSERT(copy_exact(header_, file_));
}

void FileWriter::add(record::Type type, ByteView body, bool is_last) {
  const size_t start = file_.size();
  ByteWriter head;
  head.u8(static_cast<uint8_t>(type));
  head.u32(static_cast<uint32_t>(body.size() + kSealedOverheadBytes));
  append(file_, head.buffer());
  seal_with_nonce(key_, associated_data(header_, index_++, is_last, static_cast<uint8_t>(type)),
                  body, random_, file_);
  ByteWriter tail;
  tail.u32(checksum(ByteView(file_).subspan(start)));
  append(file_, tail.buffer());
}

Result<std::vector<Record>> read_records(ByteView file, const SecretKey& key) {
  const ByteView header = file.first(kHeaderBytes);
  ByteReader in(file.subspan(kHeaderBytes));
  std::vector<Record> records;
  for (uint32_t index = 0; in.left() > 0; ++index) {
    const size_t start = file.size() - in.left();
    const uint8_t type = in.u8();
    const ByteView sealed = in.sized();
    const size_t end = file.size() - in.left();
    const uint32_t stored = in.u32();
    if (!in.ok() || stored != checksum(file.subspan(start, end - start))) {
      return Error::kStorageCorrupt;
    }
    const Result<SecretBytes> body =
        open_with_nonce(key, associated_data(header, index, in.left() == 0, type), sealed);
    if (!body) return Error::kStorageCorrupt;
    Result<Record> record = decode_record(type, body->view());
    if (!record) return Error::kStorageCorrupt;
    records.push_back(std::move(*record));
  }
  if (records.empty()) return Error::kStorageCorrupt;
  return records;
}

}  // namespace homing::journal
