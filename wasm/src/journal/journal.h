#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "homing/output.h"
#include "homing/random.h"
#include "journal/journal_format.h"
#include "journal/record.h"

namespace homing {

/// The profile's durable memory: turns records into sealed, immutable files, one per commit, and
/// files back into records. Does no I/O: files go out as output::Commit, and only committed() makes
/// them count. Records are numbered; durable() says up to which number all are stored.
class Journal {
 public:
  /// `random` must outlive the journal.
  explicit Journal(RandomSource& random) : random_(random) {}

  struct Replay {
    std::vector<Record> records;  // in order
    bool fresh = false;           // there was no journal; one has been begun
    size_t quarantined = 0;       // damaged files, set aside by the next commit
    bool incomplete = false;      // commits are missing or damaged: the state may be an old one
    bool restored = false;        // from a backup, and not opened since: likewise
  };
  /// Reads all files. Errors: kStorageNewer, kStorageCorrupt (files, but no readable key); then
  /// nothing of the store will be touched. Cost: O(bytes).
  Result<Replay> load(const std::vector<StoredFile>& files);

  /// Stages a record for the next commit.
  void append(const Record& record);
  /// Ends an indivisible group: a commit holds whole groups only.
  void end_group();

  uint64_t appended() const { return appended_; }
  uint64_t durable() const { return durable_; }
  /// Up to here a commit has begun to store, successfully or not yet.
  uint64_t started() const { return under_way_ ? under_way_->up_to : durable_; }
  size_t unsaved() const { return static_cast<size_t>(appended_ - durable_); }
  /// A number that only grows, as long as no store is rolled back: what a restart finds again is at
  /// least generation() if it was read when unsaved() was 0. Told to the relay (docs/crypto.md).
  uint64_t generation() const { return appended_ + generation_offset_; }
  uint64_t durable_generation() const { return durable_ + generation_offset_; }
  /// After a rollback: generations go on above what the relay has already seen.
  void raise_generation(uint64_t above);

  /// Whether the next commit should be a snapshot: the commits since the last one have become many
  /// and together outweigh it, so that compaction costs a constant factor and no more.
  bool wants_snapshot() const;
  /// The next commit becomes a snapshot that replaces all files. What was staged is dropped: the
  /// caller appends the records of the whole state instead, before begin_commit().
  void start_snapshot();

  /// The next commit, if none is under way and something is staged, or the last one has failed.
  std::optional<output::Commit> begin_commit();
  bool commit_under_way() const { return under_way_.has_value(); }
  /// Gives false when `number` is not the commit under way (a late or doubled answer).
  bool committed(uint64_t number);
  bool commit_failed(uint64_t number);

 private:
  struct Staged {
    record::Type type{};
    SecretBytes body;
  };
  /// A commit that has been given out and not been answered, or has failed and will be given again.
  struct UnderWay {
    output::Commit commit;
    journal::FileKind kind{};
    uint64_t up_to = 0;  // this record number is durable when it succeeds
    ByteArray<32> hash{};
    bool failed = false;
  };

  void take_in(const journal::FileHeader& header, const StoredFile& file,
               std::vector<Record> records, Replay& replay);
  /// How many staged records fit one commit; ends with a group.
  size_t staged_for_commit() const;

  RandomSource& random_;
  SecretKey key_;
  bool key_stored_ = true;

  std::deque<Staged> staged_;
  std::deque<uint64_t> group_ends_;
  uint64_t appended_ = 0;
  uint64_t durable_ = 0;
  uint64_t generation_offset_ = 0;

  std::optional<UnderWay> under_way_;
  bool snapshot_started_ = false;
  uint64_t position_ = 0;  // of the last durable file
  bool chain_broken_ = false;
  ByteArray<32> last_hash_{};

  std::vector<std::string> files_;  // that a snapshot replaces
  size_t snapshot_bytes_ = 0;       // of the last snapshot
  size_t bytes_since_snapshot_ = 0;
  std::vector<StoredFile> set_aside_;  // damaged files, to be stored under another name
  std::vector<std::string> to_remove_;
};

}  // namespace homing
