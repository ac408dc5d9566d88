#include "simulation/disk.h"

#include <algorithm>

#include "journal/journal_format.h"

namespace homing::simulation {
namespace {

bool is_journal(const std::string& name) {
  return name.ends_with(".commit") || name.ends_with(".snapshot");
}

std::shared_ptr<const Bytes> first_of(const Bytes& bytes, uint32_t per_mille) {
  size_t size = bytes.size() * per_mille / 1000;
  // 1 and 999 stand for the first and for all but the last byte.
  if (per_mille == 1) size = 1;
  if (per_mille == 999) size = bytes.size() - 1;
  if (bytes.empty()) size = 0;
  return std::make_shared<const Bytes>(bytes.begin(), bytes.begin() + static_cast<ptrdiff_t>(size));
}

}  // namespace

std::vector<StoredFile> Disk::load() const {
  std::vector<StoredFile> all;
  all.reserve(files_.size());
  for (const auto& [name, bytes] : files_) all.push_back({name, *bytes});
  return all;
}

size_t Disk::journal_file_count() const {
  return static_cast<size_t>(std::count_if(files_.begin(), files_.end(), [](const auto& file) {
    return is_journal(file.first) && !file.first.starts_with(journal::kQuarantinePrefix);
  }));
}

void Disk::set(const std::string& name, std::shared_ptr<const Bytes> bytes, Undo& undo) {
  const auto known = files_.find(name);
  undo.before.emplace_back(name, known == files_.end() ? nullptr : known->second);
  if (bytes) {
    files_[name] = std::move(bytes);
  } else {
    files_.erase(name);
  }
}

void Disk::apply(const output::Commit& commit) {
  Undo undo;
  for (const StoredFile& file : commit.put) {
    set(file.name, std::make_shared<const Bytes>(file.bytes), undo);
  }
  for (const std::string& name : commit.remove) set(name, nullptr, undo);
  undo_.push_back(std::move(undo));
  if (undo_.size() > kUndoMax) undo_.pop_front();
  ++commits_;
}

void Disk::tear(const output::Commit& commit, uint32_t kept_per_mille) {
  // A store's first transaction makes the profile, which has nothing to fall back on: all or none.
  const bool first = !files_.contains(std::string(journal::kKeyFileName));
  if (kept_per_mille == 0 || (first && kept_per_mille <= 1000)) return;
  if (kept_per_mille > 1000) return apply(commit);
  for (const StoredFile& file : commit.put) {
    files_[file.name] = is_journal(file.name) && !file.name.starts_with(journal::kQuarantinePrefix)
                            ? first_of(file.bytes, kept_per_mille)
                            : std::make_shared<const Bytes>(file.bytes);
  }
  undo_.clear();
}

bool Disk::damage_newest(uint32_t kept_per_mille) {
  for (auto file = files_.rbegin(); file != files_.rend(); ++file) {
    if (!is_journal(file->first) || file->first.starts_with(journal::kQuarantinePrefix)) continue;
    file->second = first_of(*file->second, std::min<uint32_t>(kept_per_mille, 999));
    undo_.clear();
    return true;
  }
  return false;
}

size_t Disk::undo(size_t commits) {
  size_t undone = 0;
  for (; undone < commits && !undo_.empty(); ++undone) {
    // A profile whose first commit is gone is a wiped store, which is another fault.
    if (commits_ <= 1) break;
    for (auto change = undo_.back().before.rbegin(); change != undo_.back().before.rend();
         ++change) {
      if (change->second) {
        files_[change->first] = change->second;
      } else {
        files_.erase(change->first);
      }
    }
    undo_.pop_back();
    --commits_;
  }
  return undone;
}

bool Disk::roll_back() {
  if (!snapshot_ || !snapshot_->contains(std::string(journal::kKeyFileName))) return false;
  files_ = *snapshot_;
  undo_.clear();
  return true;
}

void Disk::wipe() {
  files_.clear();
  undo_.clear();
  commits_ = 0;
  snapshot_.reset();
}

}  // namespace homing::simulation
