#include "journal/journal.h"

#include <algorithm>

#include "homing/limits.h"
#include "journal/file_codec.h"
#include "journal/key_file.h"
#include "plant.h"
#include "session/primitives.h"

namespace homing {

using journal::FileHeader;
using journal::FileKind;

void Journal::append(const Record& record) {
  staged_.push_back({record_type(record), encode_record(record)});
  HOMING_ASSERT(staged_.back().body.size() <= limits::kRecordBytesMax);
  ++appended_;
}

void Journal::end_group() {
  if (staged_.empty() || (!group_ends_.empty() && group_ends_.back() == appended_)) return;
  group_ends_.push_back(appended_);
}

void Journal::raise_generation(uint64_t above) {
  if (above > durable_generation()) generation_offset_ += above - durable_generation();
}

bool Journal::wants_snapshot() const {
  // After damage a snapshot makes the chain of files whole again.
  if (chain_broken_) return true;
  return files_.size() >= limits::kJournalFilesMax && bytes_since_snapshot_ >= snapshot_bytes_;
}

void Journal::start_snapshot() {
  HOMING_ASSERT(!under_way_);
  staged_.clear();
  group_ends_.clear();
  snapshot_started_ = true;
}

size_t Journal::staged_for_commit() const {
  if (snapshot_started_) return staged_.size();
  const uint64_t first = appended_ - staged_.size();
  size_t fitting = 0;
  size_t bytes = 0;
  size_t index = 0;
  for (const uint64_t end : group_ends_) {
    const auto group_end = static_cast<size_t>(end - first);
    for (; index < group_end; ++index) {
      bytes += staged_[index].body.size() + journal::kRecordOverheadBytes;
    }
    // The first group goes in whatever its size: it cannot be divided.
    const bool fits = group_end <= limits::kCommitRecordsMax && bytes <= limits::kCommitBytesMax;
    if (!fits && fitting > 0) break;
    fitting = group_end;
    if (!fits) break;
  }
  return fitting;
}

std::optional<output::Commit> Journal::begin_commit() {
  if (under_way_) {
    if (!under_way_->failed) return std::nullopt;
    under_way_->failed = false;
    return under_way_->commit;
  }
  const size_t records = staged_for_commit();
  if (records == 0) return std::nullopt;

  UnderWay next;
  next.kind = snapshot_started_ ? FileKind::kSnapshot : FileKind::kCommit;
  next.up_to = appended_ - staged_.size() + records;
  const FileHeader header{next.kind, position_ + 1, next.up_to + generation_offset_, last_hash_};
  next.commit.number = header.position;
  journal::FileWriter writer(header, key_, random_);
  for (size_t i = 0; i < records; ++i) {
    writer.add(staged_[i].type, staged_[i].body.view(), i + 1 == records);
  }
  Bytes file = writer.take();
  next.hash = blake2b_256({file});
  next.commit.put.push_back({journal::file_name(header.kind, header.position), std::move(file)});
  if (!key_stored_) {
    next.commit.put.push_back({std::string(journal::kKeyFileName), journal::encode_key(key_)});
  }
  next.commit.put.insert(next.commit.put.end(), set_aside_.begin(), set_aside_.end());
  next.commit.remove = to_remove_;
  // A damaged file without a readable position may have this name: it is replaced, not removed.
  if (!HOMING_PLANT(new_file_removed)) {
    std::erase(next.commit.remove, next.commit.put.front().name);
  }
  if (snapshot_started_) {
    next.commit.remove.insert(next.commit.remove.end(), files_.begin(), files_.end());
  }

  staged_.erase(staged_.begin(), staged_.begin() + static_cast<ptrdiff_t>(records));
  while (!group_ends_.empty() && group_ends_.front() <= next.up_to) group_ends_.pop_front();
  snapshot_started_ = false;
  under_way_ = std::move(next);
  return under_way_->commit;
}

bool Journal::committed(uint64_t number) {
  if (!under_way_ || under_way_->failed || under_way_->commit.number != number) return false;
  const StoredFile& file = under_way_->commit.put.front();
  if (under_way_->kind == FileKind::kSnapshot) {
    files_.clear();
    snapshot_bytes_ = file.bytes.size();
    bytes_since_snapshot_ = 0;
    chain_broken_ = false;
  } else {
    bytes_since_snapshot_ += file.bytes.size();
  }
  files_.push_back(file.name);
  position_ = number;
  last_hash_ = under_way_->hash;
  durable_ = under_way_->up_to;
  key_stored_ = true;
  set_aside_.clear();
  to_remove_.clear();
  under_way_.reset();
  return true;
}

bool Journal::commit_failed(uint64_t number) {
  if (!under_way_ || under_way_->failed || under_way_->commit.number != number) return false;
  under_way_->failed = true;
  return true;
}

}  // namespace homing
