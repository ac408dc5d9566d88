#pragma once

#include <string_view>
#include <utility>

#include "backup/backup_format.h"
#include "homing/input.h"

namespace homing::backup {

/// Writes a backup file by file; what is ready of it can be taken at any time, so that the whole is
/// never in memory twice.
class Writer {
 public:
  /// `passphrase_key` is what stretch_passphrase() makes of `parameters`, which must be new: two
  /// backups with one salt and one passphrase would be sealed with the same nonces. `files` of them
  /// follow.
  Writer(const journal::PassphraseParameters& parameters, const SecretKey& passphrase_key,
         const SecretKey& journal_key, uint32_t files);

  /// Begins the next file, of which `size` bytes follow. kTooLarge beyond kBackupBytesMax or
  /// kBackupFilesMax; then the backup cannot be finished.
  Result<void> begin_file(std::string_view name, uint64_t size);
  /// Any part of the file.
  void add(ByteView bytes);
  /// After all of the last file.
  void finish();

  /// What has been sealed since the last call.
  Bytes take() { return std::exchange(out_, {}); }

 private:
  void append(ByteView contents);
  void seal(bool is_last);

  SecretKey key_;
  SecretBytes chunk_;
  size_t filled_ = 0;
  uint64_t index_ = 0;
  uint64_t total_ = 0;      // contents so far, with what is still missing of the file
  uint64_t file_left_ = 0;  // of the file that was begun
  uint32_t files_ = 0;      // begun
  Bytes out_;
};

}  // namespace homing::backup
