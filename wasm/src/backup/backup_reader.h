#pragma once

#include <vector>

#include "backup/backup_format.h"
#include "homing/input.h"

namespace homing::backup {

/// What a backup holds: the journal's key and files.
struct Contents {
  SecretKey journal_key;
  std::vector<StoredFile> files;
};

/// Reads a backup chunk by chunk, and gives nothing of it out before all of it was checked.
class Reader {
 public:
  /// `file_bytes` is the length of the whole file. Errors: kWrongPassphrase, kBackupDamaged (no
  /// backup is that long), kTooLarge.
  static Result<Reader> open(const Header& header, uint64_t file_bytes,
                             const SecretKey& passphrase_key);

  /// How many bytes of the file the next chunk has; 0 after the last.
  size_t next_chunk_bytes() const;
  /// The next chunk, of exactly that many bytes. kBackupDamaged; the reader is of no use then.
  Result<void> add(ByteView sealed);
  /// After the last chunk. kBackupDamaged.
  Result<Contents> finish() const;

 private:
  Reader(SecretKey key, uint64_t sealed_bytes);

  SecretKey key_;
  uint64_t sealed_left_;
  SecretBytes contents_;
  size_t opened_ = 0;
  uint64_t index_ = 0;
  bool failed_ = false;
};

}  // namespace homing::backup
