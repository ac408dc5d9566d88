#include "websocket_connection.h"

#include <spdlog/spdlog.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket.hpp>
#include <deque>
#include <memory>
#include <utility>

#include "clock.h"
#include "homing/limits.h"

namespace homing::relay {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace websocket = beast::websocket;
using boost::system::error_code;
using Request = beast::http::request<beast::http::empty_body>;

constexpr auto kWait = asio::as_tuple(asio::use_awaitable);
/// For the other side to answer a close frame.
constexpr uint64_t kCloseMsMax = 5'000;

/// What a message may take beyond its own time (config.h).
uint64_t transfer_ms(size_t bytes) { return 1000 * bytes / limits::kSlowestBytesPerS; }

/// A buffer this large goes back once the message in it is done.
constexpr size_t kIdleBufferBytesMax = 8 * 1024;

class WebSocketConnection final : public Peer,
                                  public std::enable_shared_from_this<WebSocketConnection> {
 public:
  WebSocketConnection(Server& server, asio::ip::tcp::socket socket, Server::Slot slot)
      : server_(server), stream_(std::move(socket)), slot_(std::move(slot)) {}

  /// Runs until the other side is gone; the caller keeps `self` alive meanwhile.
  asio::awaitable<void> run(Request request);

  void send(Bytes frame) override;
  void close(wire::CloseCode code, std::string reason) override;
  void drop() override;
  void authenticated() override { stream_.read_message_max(limits::kFrameBytesMax); }
  void check(uint64_t monotonic_ms) override;
  size_t queued_bytes() const override { return queued_bytes_; }

 private:
  asio::awaitable<void> read_frames();
  void write_next();
  void on_written(error_code error);

  Server& server_;
  websocket::stream<asio::ip::tcp::socket> stream_;
  Server::Slot slot_;
  ConnectionId id_ = 0;
  beast::flat_buffer buffer_;
  std::deque<Bytes> queue_;
  size_t queued_bytes_ = 0;
  bool writing_ = false;
  std::optional<websocket::close_reason> closing_;
  // When the message, write or close that is under way began; 0: none is.
  uint64_t reading_since_ms_ = 0;
  uint64_t writing_since_ms_ = 0;
  uint64_t closing_since_ms_ = 0;
};

asio::awaitable<void> WebSocketConnection::run(Request request) {
  error_code ignored;
  // A single small frame must not wait for the acknowledgement of the one before.
  stream_.next_layer().set_option(asio::ip::tcp::no_delay(true), ignored);
  stream_.read_message_max(kHelloBytesMax);
  stream_.auto_fragment(false);
  stream_.binary(true);
  const auto [error] = co_await stream_.async_accept(request, kWait);
  if (error) co_return;
  id_ = server_.add(shared_from_this());
  co_await read_frames();
  server_.on_closed(id_);
  // A close of ours that is under way ends the socket itself, after the other side's answer.
  if (closing_since_ms_ == 0 && !closing_) drop();
}

asio::awaitable<void> WebSocketConnection::read_frames() {
  while (true) {
    const auto [error, size] = co_await stream_.async_read_some(buffer_, 0, kWait);
    if (error) co_return;
    if (stream_.got_text()) {
      close(wire::CloseCode::kTextFrame, "binary frames only");
      co_return;
    }
    if (!stream_.is_message_done()) {
      if (reading_since_ms_ == 0) reading_since_ms_ = read_clock().monotonic_ms;
      server_.on_heard(id_);
      continue;
    }
    reading_since_ms_ = 0;
    const auto data = buffer_.data();
    server_.on_frame(id_, {static_cast<const uint8_t*>(data.data()), data.size()});
    buffer_.consume(buffer_.size());
    if (buffer_.capacity() > kIdleBufferBytesMax) buffer_.shrink_to_fit();
  }
}

void WebSocketConnection::send(Bytes frame) {
  if (closing_) return;
  queued_bytes_ += frame.size();
  queue_.push_back(std::move(frame));
  write_next();
}

void WebSocketConnection::close(wire::CloseCode code, std::string reason) {
  if (closing_) return;
  closing_.emplace(static_cast<websocket::close_code>(code), reason);
  write_next();
}

void WebSocketConnection::drop() {
  error_code ignored;
  stream_.next_layer().close(ignored);
}

void WebSocketConnection::check(uint64_t now_ms) {
  const auto passed = [now_ms](uint64_t since_ms, uint64_t limit_ms) {
    return since_ms != 0 && now_ms > since_ms + limit_ms;
  };
  const Config& config = server_.config();
  const size_t writing = queue_.empty() ? 0 : queue_.front().size();
  if (passed(reading_since_ms_, config.frame_ms_max + transfer_ms(buffer_.size())) ||
      passed(writing_since_ms_, config.write_ms_max + transfer_ms(writing)) ||
      passed(closing_since_ms_, kCloseMsMax)) {
    drop();
  }
}

void WebSocketConnection::write_next() {
  if (writing_) return;
  if (!queue_.empty()) {
    writing_ = true;
    writing_since_ms_ = read_clock().monotonic_ms;
    stream_.async_write(
        asio::buffer(queue_.front()),
        [self = shared_from_this()](error_code error, size_t) { self->on_written(error); });
  } else if (closing_ && closing_since_ms_ == 0) {
    writing_ = true;
    closing_since_ms_ = read_clock().monotonic_ms;
    stream_.async_close(*closing_, [self = shared_from_this()](error_code) { self->drop(); });
  }
}

void WebSocketConnection::on_written(error_code error) {
  writing_ = false;
  writing_since_ms_ = 0;
  if (error) {
    drop();
    return;
  }
  queued_bytes_ -= queue_.front().size();
  queue_.pop_front();
  write_next();
  server_.on_sent(id_, queued_bytes_);
}

}  // namespace

void start_websocket(Server& server, asio::ip::tcp::socket socket, Request request,
                     Server::Slot slot) {
  const auto executor = socket.get_executor();
  const auto connection =
      std::make_shared<WebSocketConnection>(server, std::move(socket), std::move(slot));
  asio::co_spawn(executor, connection->run(std::move(request)),
                 [connection](const std::exception_ptr& problem) {
                   if (problem) spdlog::error("a connection ended by an exception");
                 });
}

}  // namespace homing::relay
