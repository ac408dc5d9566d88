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

/// What a Host tells its owner.
using HostEvent = std::variant<output::Reply, Event>;

/// One Engine and everything it needs from a browser: store, socket, connectivity, timer, clocks
/// and entropy. Feeds the engine one input at a time and carries out its outputs until it asks to
/// wait. The caller holds the profile's lock. Lives at one address: not copyable, not movable.
class Host {
 public:
  struct Options {
    std::string relay_url;  // ws:// or wss://
    std::string profile;    // any text; escaped to name the IDBFS mount below /homing
    Durability durability = Durability::kStrict;
    /// Called on the event loop with everything that happened since the last time, in order; never
    /// inside of a call to the Host, and not after close().
    std::function<void(std::vector<HostEvent>)> on_events;
  };

  explicit Host(Options options);
  ~Host() { close(); }
  Host(const Host&) = delete;
  Host& operator=(const Host&) = delete;

  /// Reads the journal and starts. event::Opened or event::Stopped follows. Once.
  void open();

  /// Ends socket, timer and subscription and gives the store up; a commit under way still completes
  /// in the database. Every later command and hint is ignored.
  void close();

  /// Answered by one output::Reply with the same number, at once with kNotReady before Opened.
  void handle(Command command);
  /// Answers a command that cannot even be formed, for example because its address is not one.
  void refuse(uint32_t request, Error error);
  void hint(input::Hint hint);

  /// For queries, between calls.
  const Engine& engine() const { return engine_; }
  /// The clocks now, by which monotonic times can be turned into wall-clock ones.
  static Time now();

  /// Called by the JavaScript half only.
  void deliver();

 private:
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
