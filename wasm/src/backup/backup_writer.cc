#include "backup/backup_writer.h"

#include <algorithm>

#include "homing/limits.h"

namespace homing::backup {

Writer::Writer(const journal::PassphraseParameters& parameters, const SecretKey& passphrase_key,
               const SecretKey& journal_key, uint32_t files) {
  const Bytes head = encode_head(parameters);
  key_ = contents_key(head, passphrase_key);
  out_ = encode_header(head, passphrase_key);
  chunk_.resize(kChunkBytes);
  append(journal_key.view());
  ByteWriter count;
  count.u32(files);
  append(count.buffer());
  total_ = filled_;
}

Result<void> Writer::begin_file(std::string_view name, uint64_t size) {
  HOMING_ASSERT(file_left_ == 0);
  if (++files_ > limits::kBackupFilesMax) return Error::kTooLarge;
  if (size > limits::kBackupBytesMax || total_ + name.size() + size + 8 > limits::kBackupBytesMax) {
    return Error::kTooLarge;
  }
  ByteWriter head;
  head.sized(as_bytes(name));
  head.u32(static_cast<uint32_t>(size));
  append(head.buffer());
  file_left_ = size;
  total_ += name.size() + size + 8;
  return {};
}

void Writer::add(ByteView bytes) {
  HOMING_ASSERT(bytes.size() <= file_left_);
  file_left_ -= bytes.size();
  append(bytes);
}

void Writer::finish() {
  HOMING_ASSERT(file_left_ == 0);
  seal(true);
}

void Writer::append(ByteView contents) {
  while (!contents.empty()) {
    // Sealed only when more follows, because the last chunk is marked as such.
    if (filled_ == kChunkBytes) seal(false);
    const size_t count = std::min(contents.size(), kChunkBytes - filled_);
    std::copy_n(contents.begin(), count, chunk_.data() + filled_);
    filled_ += count;
    contents = contents.subspan(count);
  }
}

void Writer::seal(bool is_last) {
  aead_seal(key_, chunk_nonce(index_, is_last), {}, chunk_.view().first(filled_), out_);
  ++index_;
  filled_ = 0;
}

}  // namespace homing::backup
