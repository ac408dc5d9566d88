#include <algorithm>
#include <iterator>

#include "journal/file_codec.h"
#include "journal/journal.h"
#include "journal/key_file.h"
#include "session/primitives.h"

namespace homing {

using journal::FileHeader;
using journal::FileKind;

namespace {

struct Found {
  FileHeader header;
  const StoredFile* file;
};

/// What a folder holds, by kind.
struct Folder {
  const StoredFile* key = nullptr;
  std::vector<Found> files;  // by position
  std::vector<const StoredFile*> damaged;
  bool restored = false;  // from a backup, and not opened since
};

/// kStorageNewer when any file is of a newer format.
Result<Folder> sort_out(const std::vector<StoredFile>& stored) {
  Folder folder;
  for (const StoredFile& file : stored) {
    if (file.name.starts_with(journal::kQuarantinePrefix)) continue;
    if (file.name == journal::kKeyFileName) {
      folder.key = &file;
      continue;
    }
    if (file.name == journal::kRestoredFileName) {
      folder.restored = true;
      continue;
    }
    const Result<FileHeader> header = journal::decode_header(file.bytes);
    // Under another name it may be a second copy, or an old file that was put back.
    const bool named = header && file.name == journal::file_name(header->kind, header->position);
    if (named) {
      // Stores list files by name, which begins with the position: usually this is the end.
      const auto after = std::find_if(
          folder.files.rbegin(), folder.files.rend(),
          [&](const Found& found) { return found.header.position <= header->position; });
      folder.files.insert(after.base(), {*header, &file});
    } else if (!header && header.error() == Error::kUnsupported) {
      return Error::kStorageNewer;
    } else {
      folder.damaged.push_back(&file);
    }
  }
  return folder;
}

}  // namespace

Result<Journal::Replay> Journal::load(const std::vector<StoredFile>& stored) {
  HOMING_ASSERT(appended_ == 0);
  Result<Folder> sorted = sort_out(stored);
  if (!sorted) return sorted.error();
  Folder& folder = *sorted;
  Replay replay;
  if (folder.key == nullptr) {
    // Records without their key are not ours to overwrite: "cannot load" is not "absent".
    if (!folder.files.empty() || !folder.damaged.empty()) return Error::kStorageCorrupt;
    key_ = random_.secret();
    key_stored_ = false;
    replay.fresh = true;
    return replay;
  }
  Result<SecretKey> key = journal::decode_key(folder.key->bytes);
  if (!key) return key.error();
  key_ = std::move(*key);

  for (const Found& found : folder.files) {
    Result<std::vector<Record>> records = journal::read_records(found.file->bytes, key_);
    if (records) {
      take_in(found.header, *found.file, std::move(*records), replay);
    } else {
      // Later commits are still applied. Session records replace each other whole, so a later one
      // is never worse than an older one; what the damaged file held is kept, under another name.
      folder.damaged.push_back(found.file);
    }
  }
  for (const StoredFile* file : folder.damaged) {
    set_aside_.push_back({std::string(journal::kQuarantinePrefix) + file->name, file->bytes});
    to_remove_.push_back(file->name);
  }
  if (!folder.damaged.empty()) replay.incomplete = true;
  if (folder.restored) {
    // The profile may have gone on elsewhere. Removed with the commit that stores the new state.
    replay.restored = true;
    to_remove_.emplace_back(journal::kRestoredFileName);
  }
  // A damaged last file keeps its position: the next one must not take its name.
  if (!folder.files.empty()) {
    position_ = std::max(position_, folder.files.back().header.position);
  }
  replay.quarantined = folder.damaged.size();
  chain_broken_ = replay.incomplete || replay.restored;
  return replay;
}

void Journal::take_in(const FileHeader& header, const StoredFile& file, std::vector<Record> records,
                      Replay& replay) {
  if (header.kind == FileKind::kSnapshot) {
    // It holds everything before it, so whatever is wrong with older files does not matter.
    to_remove_.insert(to_remove_.end(), files_.begin(), files_.end());
    files_.clear();
    replay.records.clear();
    replay.incomplete = false;
    snapshot_bytes_ = file.bytes.size();
    bytes_since_snapshot_ = 0;
  } else {
    bytes_since_snapshot_ += file.bytes.size();
    if (header.position != position_ + 1 || header.previous_hash != last_hash_) {
      replay.incomplete = true;
    }
  }
  files_.push_back(file.name);
  position_ = header.position;
  last_hash_ = blake2b_256({file.bytes});
  appended_ = durable_ = std::max(durable_, header.generation);
  std::move(records.begin(), records.end(), std::back_inserter(replay.records));
}

}  // namespace homing
