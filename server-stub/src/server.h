#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>

#include "config.h"
#include "peer.h"
#include "relay_core.h"
#include "static_files.h"
#include "store_thread.h"
#include "token_bucket.h"

namespace homing::relay {

/// Joins the sockets, the core and the store. Everything of it runs on the one thread that runs
/// `io`; only the store works on its own.
class Server {
 public:
  /// All of the arguments must outlive the server.
  Server(boost::asio::io_context& io, const Config& config, const StaticFiles& files, Store& store,
         RandomSource& random);
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  /// Starts to accept. Returns what went wrong, or "".
  std::string listen();
  uint16_t port() const;
  /// Stops accepting, finishes commits, closes every connection, then stops `io`.
  void stop();
  /// The store failed: the process must end with an error.
  bool failed() const { return failed_; }

  // For HTTP sessions.
  const Config& config() const { return config_; }
  const StaticFiles& files() const { return files_; }
  bool stopping() const { return stopping_; }
  /// 0: an upgrade from there may go on; otherwise how long it has to wait.
  uint64_t take_connect(const boost::asio::ip::address& from);

  // For WebSocket connections.
  ConnectionId add(std::shared_ptr<Peer> peer);
  void on_frame(ConnectionId id, ByteView bytes);
  /// A part of a frame has come.
  void on_heard(ConnectionId id);
  void on_sent(ConnectionId id, size_t queued_bytes);
  void on_closed(ConnectionId id);

  /// Counts an open socket for as long as it lives.
  using Slot = std::shared_ptr<void>;

 private:
  struct Entry {
    std::shared_ptr<Peer> peer;
    bool blocked = false;
  };

  boost::asio::awaitable<void> accept();
  boost::asio::awaitable<void> tick();
  void run_effects();
  void carry_out(effect::Send& send);
  void carry_out(effect::Close& close);
  void carry_out(effect::Commit& commit);
  void carry_out(effect::Fetch& fetch);
  void carry_out(effect::Authenticated& authenticated);
  void carry_out(effect::Stopped& stopped);
  void end_if_done();
  Slot open_slot();

  boost::asio::io_context& io_;
  const Config& config_;
  const StaticFiles& files_;
  boost::asio::ip::tcp::acceptor acceptor_;
  boost::asio::steady_timer timer_;
  boost::asio::steady_timer end_timer_;
  RelayCore core_;
  std::unordered_map<ConnectionId, Entry> peers_;
  ConnectionId last_id_ = 0;
  std::map<boost::asio::ip::address, TokenBucket> connects_;
  std::shared_ptr<size_t> sockets_ = std::make_shared<size_t>(0);
  bool stopping_ = false;
  bool stopped_ = false;
  bool failed_ = false;
  StoreThread store_thread_;  // last: its results arrive at what stands above
};

}  // namespace homing::relay
