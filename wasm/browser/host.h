#pragma once

#include <deque>
#include <functional>
#include <string>
#include <variant>
#include <vector>

#include "browser/browser_random.h"
#include "browser/browser_socket.h"
#include "browser/browser_timer.h"
#include "browser/connectivity.h"
#include "browser/idbfs_store.h"
#include "homing/engine.h"

namespace homing {

/// The journal key is below a passphrase: Host::unlock() goes on with open().
struct Locked {};

/// What a Host tells its owner.
using HostEvent = std::variant<output::Reply, Event, Locked>;

/// One Engine and everything it needs from a browser: store, socket, connectivity, timer, clocks
/// and entropy. Feeds the engine one input at a time and carries out its outputs until it asks to
/// wait. The caller holds the profile's lock. Lives at one address: not copyable, not movable.
class Host {
 public:
  struct Options {
    std::string relay_url;  // ws:// or wss://
    std::string profile;    // any text; escaped to name the IDBFS mount below /homing
    Durability durability = Durability::kStrict;
    bool must_exist = false;  // see EngineOptions
    /// Called on the event loop with everything that happened since the last time, in order; never
    /// inside of a call to the Host, and not after close().
    std::function<void(std::vector<HostEvent>)> on_events;
  };

  explicit Host(Options options);
  ~Host() { close(); }
  Host(const Host&) = delete;
  Host& operator=(const Host&) = delete;

  /// Reads the journal and starts. event::Opened, event::Stopped or Locked follows. Once.
  void open();
  /// After Locked, once: the key file without its passphrase. event::Opened or event::Stopped
  /// follows.
  void unlock(Bytes key_file);

  /// Ends socket, timer and subscription and gives the store up; a commit under way still completes
  /// in the database. Every later command and hint is ignored.
  void close();

  /// Answered by one output::Reply with the same number, at once with kNotReady before Opened.
  void handle(Command command);
  /// Answers a command that cannot even be formed, for example because its address is not one.
  void refuse(uint32_t request, Error error);
  void hint(input::Hint hint);

  // The profile as a whole. What needs a passphrase is done by the vault (vault_bindings.cc); files
  // come and go here.
  /// The key file as it is stored, below the layer of the device. Empty before there is one.
  const Bytes& key_file() const { return key_file_; }
  bool has_passphrase() const;
  /// Replaces it, in one commit. Answered by a Reply: kNotReady, also while another is on its way
  /// to the disk, and the errors of a commit.
  void set_key_file(uint32_t request, Bytes key_file);
  /// The journal as the engine would load it, all layers taken off. Empty before there is one.
  std::vector<StoredFile> read_files();
  /// Instead of open(), and only close() may follow: stores a whole journal, in one commit.
  /// Answered by a Reply: kNotEmpty where there is any file, and the errors of the store.
  void import_files(uint32_t request, std::vector<StoredFile> files);

  /// For queries, between calls.
  const Engine& engine() const { return engine_; }
  /// The clocks now, by which monotonic times can be turned into wall-clock ones.
  static Time now();

  /// Called by the JavaScript half only.
  void deliver();

 private:
  void start(std::vector<StoredFile> files);
  /// The engine's commit and the change of the key file, one after the other.
  void store_next();
  void reply(uint32_t request, Result<void> done);
  void feed(Input input);
  void drain();
  void carry_out(output::Commit& commit);
  void carry_out(output::Connect& connect);
  void carry_out(output::Transmit& transmit);
  void carry_out(output::Disconnect& disconnect);
  void carry_out(output::Reply& reply) { tell(std::move(reply)); }
  void carry_out(Event& event) { tell(std::move(event)); }
  void tell(HostEvent event);

  Options options_;
  BrowserRandom random_;
  Engine engine_;
  IdbfsStore store_;
  BrowserSocket socket_;
  BrowserTimer timer_;
  std::optional<Connectivity> connectivity_;
  struct NewKeyFile {
    uint32_t request = 0;
    Bytes bytes;
  };
  std::optional<NewKeyFile> new_key_file_;  // until it is stored
  std::optional<output::Commit> commit_;    // the engine's next, while something else is stored
  bool is_storing_ = false;
  std::vector<StoredFile> locked_files_;  // from Locked to unlock()
  Bytes key_file_;
  SecretBytes open_key_file_;  // without the passphrase
  std::deque<Input> inputs_;
  std::vector<HostEvent> events_;  // told, not yet delivered
  bool is_running_ = false;
  bool is_loaded_ = false;
  bool is_closed_ = false;
};

/// The host name of a ws:// or wss:// URL as a browser dials it: lower case, without user, port and
/// path. "" if there is none.
std::string host_of_url(std::string_view url);

/// `profile` with every byte besides letters, digits, '-' and '_' written as %XX, so that any text
/// names exactly one directory.
std::string mountpoint_of_profile(std::string_view profile);

}  // namespace homing
