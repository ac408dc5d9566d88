#include "server.h"

#include <spdlog/spdlog.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <utility>

#include "clock.h"
#include "http_session.h"

namespace homing::relay {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;

constexpr auto kWait = asio::as_tuple(asio::use_awaitable);
/// How often sockets are checked for something that takes too long.
constexpr auto kTick = std::chrono::milliseconds(500);
/// After a failed accept (no descriptors left), before the next.
constexpr auto kAcceptPause = std::chrono::milliseconds(100);
/// After the last Close, for close frames to get through.
constexpr auto kCloseGrace = std::chrono::seconds(3);

}  // namespace

Server::Server(asio::io_context& io, const Config& config, const StaticFiles& files, Store& store,
               RandomSource& random)
    : io_(io),
      config_(config),
      files_(files),
      acceptor_(io),
      timer_(io),
      end_timer_(io),
      core_(config.core, store.store_id(), random),
      store_thread_(store, {.committed =
                                [this](Ticket ticket, Result<BatchOutcome> outcome) {
                                  asio::post(io_, [this, ticket, result = std::move(outcome)] {
                                    core_.on_committed(ticket, result, read_clock());
                                    run_effects();
                                  });
                                },
                            .fetched =
                                [this](Ticket ticket, Result<Page> page) {
                                  asio::post(io_, [this, ticket, result = std::move(page)] {
                                    core_.on_fetched(ticket, result, read_clock());
                                    run_effects();
                                  });
                                }}) {}

std::string Server::listen() {
  error_code error;
  const asio::ip::address address = asio::ip::make_address(config_.listen_host, error);
  if (error) return config_.listen_host + " is not an IP address";
  const asio::ip::tcp::endpoint endpoint(address, config_.listen_port);
  acceptor_.open(endpoint.protocol(), error);
  if (!error) acceptor_.set_option(asio::socket_base::reuse_address(true), error);
  if (!error) acceptor_.bind(endpoint, error);
  if (!error) acceptor_.listen(asio::socket_base::max_listen_connections, error);
  if (error) return error.message();
  asio::co_spawn(io_, accept(), asio::detached);
  asio::co_spawn(io_, tick(), asio::detached);
  return "";
}

uint16_t Server::port() const { return acceptor_.local_endpoint().port(); }

Server::Slot Server::open_slot() {
  ++*sockets_;
  return {nullptr, [count = sockets_](void*) { --*count; }};
}

asio::awaitable<void> Server::accept() {
  while (true) {
    auto [error, socket] = co_await acceptor_.async_accept(kWait);
    if (stopping_ || error == asio::error::operation_aborted) co_return;
    if (error) {
      spdlog::warn("accept: {}", error.message());
      asio::steady_timer pause(io_, kAcceptPause);
      co_await pause.async_wait(kWait);
      continue;
    }
    if (*sockets_ >= config_.connections_max) continue;  // closes the socket
    start_http_session(*this, std::move(socket), open_slot());
  }
}

asio::awaitable<void> Server::tick() {
  while (!stopped_) {
    timer_.expires_after(kTick);
    const auto [error] = co_await timer_.async_wait(kWait);
    if (error) co_return;
    const Time now = read_clock();
    if (now.monotonic_ms >= core_.next_timer_monotonic_ms()) core_.on_timer(now);
    for (auto& [id, entry] : peers_) entry.peer->check(now.monotonic_ms);
    for (auto bucket = connects_.begin(); bucket != connects_.end();) {
      bucket = bucket->second.full(now.monotonic_ms) ? connects_.erase(bucket) : std::next(bucket);
    }
    run_effects();
  }
}

uint64_t Server::take_connect(const asio::ip::address& from) {
  TokenBucket& bucket = connects_.try_emplace(from, config_.connects).first->second;
  return bucket.take(1, read_clock().monotonic_ms);
}

ConnectionId Server::add(std::shared_ptr<Peer> peer) {
  const ConnectionId id = ++last_id_;
  peers_.emplace(id, Entry{.peer = std::move(peer)});
  spdlog::debug("connection {} opened, {} open", id, peers_.size());
  core_.on_connected(id, read_clock());
  run_effects();
  return id;
}

void Server::on_frame(ConnectionId id, ByteView bytes) {
  core_.on_frame(id, bytes, read_clock());
  run_effects();
}

void Server::on_heard(ConnectionId id) { core_.on_heard(id); }

void Server::on_sent(ConnectionId id, size_t queued_bytes) {
  const auto entry = peers_.find(id);
  if (entry == peers_.end() || !entry->second.blocked) return;
  if (queued_bytes > config_.send_queue_bytes_max / 2) return;
  entry->second.blocked = false;
  core_.on_send_blocked(id, false, read_clock());
  run_effects();
}

void Server::on_closed(ConnectionId id) {
  if (peers_.erase(id) == 0) return;
  spdlog::debug("connection {} closed, {} open", id, peers_.size());
  core_.on_closed(id, read_clock());
  run_effects();
  end_if_done();
}

void Server::stop() {
  if (stopping_) return;
  spdlog::info("stopping: {} connections", peers_.size());
  stopping_ = true;
  error_code ignored;
  acceptor_.close(ignored);
  core_.stop(read_clock());
  run_effects();
}

void Server::run_effects() {
  while (std::optional<Effect> next = core_.poll_effect()) {
    std::visit([this](auto& effect) { carry_out(effect); }, *next);
  }
}

void Server::carry_out(effect::Send& send) {
  const auto entry = peers_.find(send.connection);
  if (entry == peers_.end()) return;
  Peer& peer = *entry->second.peer;
  peer.send(std::move(send.frame));
  if (peer.queued_bytes() <= config_.send_queue_bytes_max) return;
  if (peer.queued_bytes() > 4 * config_.send_queue_bytes_max) {
    peer.drop();
  } else if (!entry->second.blocked) {
    entry->second.blocked = true;
    core_.on_send_blocked(send.connection, true, read_clock());
  }
}

void Server::carry_out(effect::Close& close) {
  const auto entry = peers_.find(close.connection);
  if (entry == peers_.end()) return;
  spdlog::debug("connection {}: closing with {} {}", close.connection,
                static_cast<unsigned>(close.code), close.reason);
  entry->second.peer->close(close.code, std::move(close.reason));
}

void Server::carry_out(effect::Commit& commit) { store_thread_.push(std::move(commit)); }
void Server::carry_out(effect::Fetch& fetch) { store_thread_.push(std::move(fetch)); }

void Server::carry_out(effect::Authenticated& authenticated) {
  const auto entry = peers_.find(authenticated.connection);
  if (entry != peers_.end()) entry->second.peer->authenticated();
}

void Server::carry_out(effect::Stopped& stopped) {
  stopped_ = true;
  failed_ = stopped.failed;
  if (failed_) spdlog::critical("the store failed: nothing more is acknowledged");
  stopping_ = true;
  error_code ignored;
  acceptor_.close(ignored);
  timer_.cancel();
  const Counters& counters = core_.counters();
  spdlog::info("stopped: {} accepted, {} duplicates, {} refused, {} delivered, {} commits",
               counters.accepted, counters.duplicates, counters.refused, counters.delivered,
               counters.commits);
  end_timer_.expires_after(kCloseGrace);
  end_timer_.async_wait([this](error_code) { io_.stop(); });
  end_if_done();
}

void Server::end_if_done() {
  if (stopped_ && peers_.empty()) io_.stop();
}

}  // namespace homing::relay
