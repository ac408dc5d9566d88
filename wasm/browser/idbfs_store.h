#pragma once

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "homing/bytes.h"
#include "homing/input.h"
#include "homing/result.h"

namespace homing {

/// When a commit counts as stored.
enum class Durability : uint8_t {
  kStrict,   // written to the disk: survives a power cut
  kRelaxed,  // handed to the operating system: survives a crash of the browser, at half the cost
};

/// What happens to a store besides the answers to its calls. The order is the one of
/// HomingStores.events in idbfs_store.js.
enum class StorageEvent : uint8_t {
  kConnectionLost,  // the browser dropped the database connection; it is opened again when needed
  kReopened,
  kMissing,  // the database was deleted while open (eviction, or "clear site data")
  kFailed,
  kQuota,
  kFenced,  // another owner has taken the store; every further commit is refused
};

/// Files that survive the page, kept in an IDBFS mount whose commits are made safe by
/// durable_idbfs.js. One owner at a time: opening a store makes every earlier owner's next commit
/// fail with kStorageFenced. Callbacks arrive on the event loop, never inside of the call that
/// asked for them, and not after close(). Lives at one address: not copyable, not movable.
class IdbfsStore {
 public:
  using Opened = std::function<void(Result<std::vector<StoredFile>>)>;
  using Committed = std::function<void(Result<void>)>;
  using EventListener = std::function<void(StorageEvent)>;

  struct Options {
    std::string mountpoint;  // absolute; also the name of the database
    Durability durability = Durability::kStrict;
    std::string sealed_file = {};  // by a key of the device, on the disk; see sealed_idbfs.js
    EventListener on_event = nullptr;
  };

  explicit IdbfsStore(Options options) : options_(std::move(options)) {}
  ~IdbfsStore() { close(); }
  IdbfsStore(const IdbfsStore&) = delete;
  IdbfsStore& operator=(const IdbfsStore&) = delete;

  /// Takes ownership and reads every file, in the order of their names. Once per object. Errors:
  /// kStorageFailed, also when a single file cannot be read: that is not the same as absent;
  /// kStorageCorrupt when the sealed file does not open.
  void open(Opened opened);

  /// Makes the changes durable in one transaction: new files or new contents in `put`, names that
  /// need not exist in `remove`. Only after open() has answered without an error and while no other
  /// commit is under way. On an error (kStorageFailed, kStorageQuota, kStorageFenced) nothing of it
  /// is stored, and the mount is as it was before: a later commit does not bring it back.
  void commit(const std::vector<StoredFile>& put, const std::vector<std::string>& remove,
              Committed committed);

  /// Every file as it is now, committed or about to be. Only while the store is open.
  Result<std::vector<StoredFile>> read_files();

  /// Gives the store up. A commit under way still completes, without calling back.
  void close();

  /// Called by the JavaScript half only.
  void finish_open(int code);
  void finish_commit(int code);
  void report(int event);

 private:
  std::string path_of(const std::string& name) const { return options_.mountpoint + "/" + name; }
  /// Keeps what is under `name` now, so that a failed commit can be taken back.
  void remember(const std::string& name);

  /// One name of the commit under way; no bytes if it did not exist.
  struct Before {
    std::string name;
    std::optional<Bytes> bytes;
  };

  Options options_;
  Opened opened_;
  Committed committed_;
  std::vector<Before> before_;
  std::set<std::string> names_;  // in the mount; saves a failing open() per new file
  bool is_open_ = false;
};

}  // namespace homing
