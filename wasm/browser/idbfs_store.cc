#include "browser/idbfs_store.h"

#include <dirent.h>
#include <emscripten.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <utility>

extern "C" {
// In idbfs_store.js.
void homing_store_open(homing::IdbfsStore* store, const char* path, size_t path_size, int relaxed,
                       const char* sealed, size_t sealed_size);
void homing_store_commit(homing::IdbfsStore* store);
void homing_store_close(homing::IdbfsStore* store);

// Called by idbfs_store.js. `code` is 0 or the number of a homing::Error.
EMSCRIPTEN_KEEPALIVE void homing_store_opened(homing::IdbfsStore* store, int code) {
  store->finish_open(code);
}
EMSCRIPTEN_KEEPALIVE void homing_store_committed(homing::IdbfsStore* store, int code) {
  store->finish_commit(code);
}
EMSCRIPTEN_KEEPALIVE void homing_store_event(homing::IdbfsStore* store, int event) {
  store->report(event);
}
}

namespace homing {
namespace {

static_assert(static_cast<int>(Error::kStorageFailed) == 60, "idbfs_store.js has this number");
static_assert(static_cast<int>(Error::kStorageFenced) == 61, "idbfs_store.js has this number");
static_assert(static_cast<int>(Error::kStorageCorrupt) == 63, "idbfs_store.js has this number");
static_assert(static_cast<int>(Error::kStorageQuota) == 64, "idbfs_store.js has this number");
static_assert(static_cast<int>(StorageEvent::kFenced) == 5, "idbfs_store.js has this order");

Result<Bytes> read_file(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDONLY);
  if (file < 0) return Error::kStorageFailed;
  struct stat status {};
  Bytes bytes;
  bool complete = ::fstat(file, &status) == 0;
  if (complete) {
    bytes.resize(static_cast<size_t>(status.st_size));
    const ssize_t count = bytes.empty() ? 0 : ::read(file, bytes.data(), bytes.size());
    complete = count >= 0 && static_cast<size_t>(count) == bytes.size();
  }
  ::close(file);
  if (!complete) return Error::kStorageFailed;
  return bytes;
}

void write_file(const std::string& path, const Bytes& bytes) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  HOMING_ASSERT(file >= 0);
  // The tree is memory: a short write could only mean that there is none left, and then the
  // allocator has already stopped the program.
  const ssize_t count = bytes.empty() ? 0 : ::write(file, bytes.data(), bytes.size());
  HOMING_ASSERT(count >= 0 && static_cast<size_t>(count) == bytes.size());
  ::close(file);
}

}  // namespace

void IdbfsStore::open(Opened opened) {
  HOMING_ASSERT(!opened_ && !is_open_);
  opened_ = std::move(opened);
  homing_store_open(this, options_.mountpoint.data(), options_.mountpoint.size(),
                    options_.durability == Durability::kRelaxed ? 1 : 0,
                    options_.sealed_file.data(), options_.sealed_file.size());
}

void IdbfsStore::commit(const std::vector<StoredFile>& put, const std::vector<std::string>& remove,
                        Committed committed) {
  HOMING_ASSERT(is_open_ && !committed_);
  committed_ = std::move(committed);
  before_.clear();
  for (const StoredFile& file : put) {
    remember(file.name);
    write_file(path_of(file.name), file.bytes);
    names_.insert(file.name);
  }
  for (const std::string& name : remove) {
    remember(name);
    ::unlink(path_of(name).c_str());
    names_.erase(name);
  }
  homing_store_commit(this);
}

void IdbfsStore::remember(const std::string& name) {
  if (names_.count(name) == 0) {
    before_.push_back({name, std::nullopt});
    return;
  }
  Result<Bytes> bytes = read_file(path_of(name));
  HOMING_ASSERT(bytes.ok());
  before_.push_back({name, std::move(*bytes)});
}

void IdbfsStore::close() {
  is_open_ = false;
  opened_ = nullptr;
  committed_ = nullptr;
  homing_store_close(this);
}

void IdbfsStore::finish_open(int code) {
  const Opened opened = std::exchange(opened_, nullptr);
  if (code != 0) {
    opened(static_cast<Error>(code));
    return;
  }
  Result<std::vector<StoredFile>> files = read_files();
  is_open_ = files.ok();
  opened(std::move(files));
}

void IdbfsStore::finish_commit(int code) {
  // Taken out first: the callback may start the next commit, or close the store.
  const Committed committed = std::exchange(committed_, nullptr);
  const std::vector<Before> before = std::exchange(before_, {});
  if (code != 0) {
    // Backwards, so that a name that was changed twice ends as it began.
    for (auto it = before.rbegin(); it != before.rend(); ++it) {
      if (it->bytes) {
        write_file(path_of(it->name), *it->bytes);
        names_.insert(it->name);
      } else {
        ::unlink(path_of(it->name).c_str());
        names_.erase(it->name);
      }
    }
  }
  committed(code == 0 ? Result<void>() : Result<void>(static_cast<Error>(code)));
}

void IdbfsStore::report(int event) {
  if (options_.on_event) options_.on_event(static_cast<StorageEvent>(event));
}

Result<std::vector<StoredFile>> IdbfsStore::read_files() {
  DIR* directory = ::opendir(options_.mountpoint.c_str());
  if (directory == nullptr) return Error::kStorageFailed;
  while (const dirent* entry = ::readdir(directory)) {
    if (entry->d_type == DT_REG) names_.insert(entry->d_name);
  }
  ::closedir(directory);
  std::vector<StoredFile> files;
  for (const std::string& name : names_) {
    Result<Bytes> bytes = read_file(path_of(name));
    if (!bytes.ok()) return Error::kStorageFailed;
    files.push_back({name, std::move(*bytes)});
  }
  return files;
}

}  // namespace homing
