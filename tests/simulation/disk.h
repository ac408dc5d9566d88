#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "homing/output.h"

namespace homing::simulation {

/// One client's store. A commit is a transaction, as IndexedDB promises it; what a crash, a lying
/// flush or a copied folder leave of that promise is what the faults are about.
class Disk {
 public:
  using Files = std::map<std::string, std::shared_ptr<const Bytes>>;

  const Files& files() const { return files_; }
  std::vector<StoredFile> load() const;
  size_t journal_file_count() const;
  size_t commits() const { return commits_; }

  /// The transaction has ended well.
  void apply(const output::Commit& commit);
  /// The device died during a transaction: of its journal file so many per mille are found, and
  /// nothing is removed. Above 1000: all of it happened, but nobody was told.
  void tear(const output::Commit& commit, uint32_t kept_per_mille);
  /// The newest journal file loses its end, after it was stored. False when there is none.
  bool damage_newest(uint32_t kept_per_mille);
  /// The last commits had been reported and were never written; gives how many were undone.
  size_t undo(size_t commits);

  void take_snapshot() { snapshot_ = files_; }
  bool roll_back();
  void wipe();

 private:
  struct Undo {
    std::vector<std::pair<std::string, std::shared_ptr<const Bytes>>> before;  // null: no such file
  };
  void set(const std::string& name, std::shared_ptr<const Bytes> bytes, Undo& undo);

  static constexpr size_t kUndoMax = 4;
  Files files_;
  std::optional<Files> snapshot_;
  std::deque<Undo> undo_;
  size_t commits_ = 0;
};

}  // namespace homing::simulation
