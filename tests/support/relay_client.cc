#include "support/relay_client.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/websocket.hpp>
#include <chrono>
#include <stdexcept>

namespace homing::test {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace websocket = beast::websocket;
using asio::ip::tcp;
using boost::system::error_code;

constexpr auto kWaitMax = std::chrono::seconds(10);

/// Starts an asynchronous operation and runs it to its end. `start` gets the handler to call.
template <typename Start>
error_code run(asio::io_context& io, const Start& start) {
  std::optional<error_code> result;
  start([&result](error_code error, auto&&...) { result = error; });
  io.restart();
  const auto until = std::chrono::steady_clock::now() + kWaitMax;
  while (!result && std::chrono::steady_clock::now() < until) io.run_one_until(until);
  if (!result) throw std::runtime_error("the relay did not answer in time");
  return *result;
}

void check(const error_code& error, const char* what) {
  if (error) throw std::runtime_error(std::string(what) + ": " + error.message());
}

tcp::endpoint endpoint(uint16_t port) { return {asio::ip::address_v4::loopback(), port}; }

}  // namespace

struct RelayClient::Socket {
  asio::io_context io;
  websocket::stream<tcp::socket> stream{io};
  beast::flat_buffer buffer;
  unsigned upgrade_status = 0;
};

RelayClient::RelayClient(uint16_t port, const std::string& origin)
    : socket_(std::make_unique<Socket>()) {
  Socket& s = *socket_;
  check(run(s.io, [&](auto done) { s.stream.next_layer().async_connect(endpoint(port), done); }),
        "connect");
  s.stream.next_layer().set_option(tcp::no_delay(true));
  s.stream.set_option(websocket::stream_base::decorator([&](websocket::request_type& request) {
    if (!origin.empty()) request.set(beast::http::field::origin, origin);
  }));
  s.stream.binary(true);
  websocket::response_type response;
  const std::string host = "127.0.0.1:" + std::to_string(port);
  const error_code error =
      run(s.io, [&](auto done) { s.stream.async_handshake(response, host, "/ws", done); });
  s.upgrade_status = response.result_int();
  if (error && error != websocket::error::upgrade_declined) check(error, "handshake");
}

RelayClient::RelayClient(RelayClient&&) noexcept = default;
RelayClient& RelayClient::operator=(RelayClient&&) noexcept = default;
RelayClient::~RelayClient() = default;

unsigned RelayClient::upgrade_status() const { return socket_->upgrade_status; }

void RelayClient::send(const wire::ClientFrame& frame) { send_raw(wire::encode(frame)); }

void RelayClient::send_raw(ByteView bytes) {
  check(run(socket_->io,
            [&](auto done) {
              socket_->stream.async_write(asio::buffer(bytes.data(), bytes.size()), done);
            }),
        "write");
}

void RelayClient::send_text(std::string_view text) {
  socket_->stream.text(true);
  send_raw(as_bytes(text));
  socket_->stream.binary(true);
}

void RelayClient::send_below(ByteView bytes) {
  check(run(socket_->io,
            [&](auto done) {
              asio::async_write(socket_->stream.next_layer(),
                                asio::buffer(bytes.data(), bytes.size()), done);
            }),
        "write");
}

bool RelayClient::read() {
  socket_->buffer.clear();
  return !run(socket_->io, [&](auto done) { socket_->stream.async_read(socket_->buffer, done); });
}

wire::RelayFrame RelayClient::next() {
  if (!read()) throw std::runtime_error("the relay closed the connection");
  const auto data = socket_->buffer.data();
  Result<wire::RelayFrame> frame =
      wire::decode_relay_frame({static_cast<const uint8_t*>(data.data()), data.size()});
  if (!frame) throw std::runtime_error("the relay sent a malformed frame");
  return std::move(*frame);
}

wire::Ready RelayClient::authenticate(RelayPerson& person, uint64_t generation) {
  const auto challenge = next_of<wire::Challenge>();
  send(person.hello(challenge.nonce, "127.0.0.1", generation));
  return next_of<wire::Ready>();
}

uint16_t RelayClient::close_code() {
  while (read()) {
  }
  return socket_->stream.reason().code;
}

std::string RelayClient::close_reason() const {
  const auto& reason = socket_->stream.reason().reason;
  return {reason.data(), reason.size()};
}

HttpAnswer http(uint16_t port, const std::string& request) {
  asio::io_context io;
  tcp::socket socket(io);
  check(run(io, [&](auto done) { socket.async_connect(endpoint(port), done); }), "connect");
  check(run(io, [&](auto done) { asio::async_write(socket, asio::buffer(request), done); }),
        "write");
  std::string all;
  // Ends with an error in any case: the end of the connection.
  (void)run(io, [&](auto done) { asio::async_read(socket, asio::dynamic_buffer(all), done); });
  const size_t end = all.find("\r\n\r\n");
  if (end == std::string::npos) return {.status = 0, .head = all, .body = ""};
  return {.status = static_cast<unsigned>(std::stoul(all.substr(9, 3))),
          .head = all.substr(0, end + 2),
          .body = all.substr(end + 4)};
}

std::string HttpAnswer::header(const std::string& name) const {
  const std::string wanted = "\r\n" + name + ": ";
  const size_t at = head.find(wanted);
  if (at == std::string::npos) return "";
  const size_t from = at + wanted.size();
  return head.substr(from, head.find("\r\n", from) - from);
}

HttpAnswer get(uint16_t port, const std::string& path, const std::string& headers) {
  return http(port, "GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(port) +
                        "\r\nConnection: close\r\n" + headers + "\r\n");
}

}  // namespace homing::test
