#pragma once

#include <utility>
#include <vector>

#include "homing/bytes.h"
#include "homing/random.h"
#include "homing/result.h"
#include "journal/journal_format.h"
#include "journal/record.h"

/// Sealing and opening of one journal file.
namespace homing::journal {

/// Writes a file record by record. `key` and `random` must outlive the writer.
class FileWriter {
 public:
  FileWriter(const FileHeader& header, const SecretKey& key, RandomSource& random);
  /// `is_last`: nothing follows; a reader then knows that the file did not end early.
  void add(record::Type type, ByteView body, bool is_last);
  Bytes take() { return std::move(file_); }

 private:
  const SecretKey& key_;
  RandomSource& random_;
  Bytes file_;
  ByteArray<kHeaderBytes> header_{};
  uint32_t index_ = 0;
};

/// The records of a file whose header could be read; all of them or kStorageCorrupt. A file is one
/// commit, and half a commit was never meant to be seen.
Result<std::vector<Record>> read_records(ByteView file, const SecretKey& key);

}  // namespace homing::journal
