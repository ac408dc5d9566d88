#pragma once

#include <string>
#include <string_view>

#include "homing/bytes.h"
#include "homing/result.h"

/// What a journal file looks like; shared by the writer and the reader. docs/journal_format.md has
/// the grammar, the torn-tail rule and a worked example.
namespace homing::journal {

/// Raised when older code could not read what newer code writes. Older code then refuses to open
/// the journal instead of damaging it.
inline constexpr uint16_t kFormatVersion = 1;

inline constexpr std::string_view kFileMagic = "HOMJ";
inline constexpr std::string_view kKeyMagic = "HOMK";
inline constexpr std::string_view kKeyFileName = "key";
/// An empty file that is stored with the files of a backup: the profile may have gone on where the
/// backup was made, so that the state is treated as an old one when it is first opened.
inline constexpr std::string_view kRestoredFileName = "restored";
/// Put before the name of a file that could not be read, so that it is kept and not read again.
inline constexpr std::string_view kQuarantinePrefix = "quarantine-";

/// Frozen: stored.
enum class FileKind : uint8_t { kCommit = 1, kSnapshot = 2 };

/// magic 4 | version 2 | kind 1 | zero 1 | position 8 | generation 8 | previous file's hash 32
inline constexpr size_t kHeaderBytes = 56;
/// type 1 | length 4 | sealed (nonce 24, ciphertext, tag 16) | checksum 4
inline constexpr size_t kRecordOverheadBytes = 1 + 4 + 40 + 4;

struct FileHeader {
  FileKind kind = FileKind::kCommit;
  uint64_t position = 0;          // of the file, from 1; each file has the next one
  uint64_t generation = 0;        // records ever appended, up to the end of this file
  ByteArray<32> previous_hash{};  // BLAKE2b-256 of the file before, zeroes for the first
};

Bytes encode_header(const FileHeader& header);
/// Errors: kTruncated, kMalformed, kUnsupported (a newer version).
Result<FileHeader> decode_header(ByteView file);

/// Sixteen hex digits of the position, then ".commit" or ".snapshot": in a listing, files sort in
/// the order in which they were written.
std::string file_name(FileKind kind, uint64_t position);

}  // namespace homing::journal
