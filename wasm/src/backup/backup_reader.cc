#include "backup/backup_reader.h"

#include <algorithm>
#include <set>
#include <string>
#include <utility>

#include "homing/limits.h"
#include "journal/journal_format.h"

namespace homing::backup {
namespace {

/// Names as journals give them to their files. The two others are written by whoever stores these.
bool is_file_name(std::string_view name) {
  const bool is_plain = std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-';
  });
  return is_plain && !name.empty() && name.size() <= 255 && name.front() != '.' &&
         name != journal::kKeyFileName && name != journal::kRestoredFileName;
}

}  // namespace

Result<Reader> Reader::open(const Header& header, uint64_t file_bytes,
                            const SecretKey& passphrase_key) {
  if (file_bytes <= kHeaderBytes + kAeadTagBytes) return Error::kBackupDamaged;
  const uint64_t sealed_bytes = file_bytes - kHeaderBytes;
  // Not exact, as the tags count here, but whatever is within the writer's limit is within this
  // one.
  if (sealed_bytes > limits::kBackupBytesMax + limits::kBackupBytesMax / 1024) {
    return Error::kTooLarge;
  }
  // A last chunk without contents is none that a writer makes.
  const uint64_t last = sealed_bytes % kSealedChunkBytes;
  if (last > 0 && last <= kAeadTagBytes) return Error::kBackupDamaged;
  if (!constant_time_equal(confirmation(header.head, passphrase_key), header.confirmation)) {
    return Error::kWrongPassphrase;
  }
  return Reader(contents_key(header.head, passphrase_key), sealed_bytes);
}

Reader::Reader(SecretKey key, uint64_t sealed_bytes)
    : key_(std::move(key)), sealed_left_(sealed_bytes) {
  const uint64_t chunks = (sealed_bytes + kSealedChunkBytes - 1) / kSealedChunkBytes;
  contents_.resize(static_cast<size_t>(sealed_bytes - chunks * kAeadTagBytes));
}

size_t Reader::next_chunk_bytes() const {
  return static_cast<size_t>(std::min<uint64_t>(sealed_left_, kSealedChunkBytes));
}

Result<void> Reader::add(ByteView sealed) {
  HOMING_ASSERT(sealed.size() == next_chunk_bytes() && sealed_left_ > 0);
  if (failed_) return Error::kBackupDamaged;
  const size_t size = sealed.size() - kAeadTagBytes;
  const bool is_last = sealed_left_ == sealed.size();
  const Result<void> opened = aead_open_into(key_, chunk_nonce(index_, is_last), {}, sealed,
                                             {contents_.data() + opened_, size});
  failed_ = !opened;
  if (failed_) return Error::kBackupDamaged;
  sealed_left_ -= sealed.size();
  opened_ += size;
  ++index_;
  return {};
}

Result<Contents> Reader::finish() const {
  if (failed_ || sealed_left_ > 0) return Error::kBackupDamaged;
  ByteReader in(contents_.view());
  Contents contents;
  contents.journal_key = read_secret_key(in);
  const uint32_t count = in.u32();
  if (count > limits::kBackupFilesMax) return Error::kBackupDamaged;
  std::set<std::string> names;
  for (uint32_t i = 0; i < count && in.ok(); ++i) {
    StoredFile file;
    file.name = as_text(in.sized());
    const ByteView bytes = in.sized();
    if (!is_file_name(file.name) || !names.insert(file.name).second) return Error::kBackupDamaged;
    file.bytes.assign(bytes.begin(), bytes.end());
    contents.files.push_back(std::move(file));
  }
  if (!in.finished() || contents.files.empty()) return Error::kBackupDamaged;
  return contents;
}

}  // namespace homing::backup
