#include "http_session.h"

#include <spdlog/spdlog.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/websocket/rfc6455.hpp>
#include <chrono>
#include <utility>

#include "page_headers.h"
#include "websocket_connection.h"

namespace homing::relay {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using Request = http::request<http::empty_body>;
using Response = http::response<http::string_body>;

constexpr auto kWait = asio::as_tuple(asio::use_awaitable);
constexpr uint32_t kHeaderBytesMax = 8 * 1024;

std::string_view view(beast::string_view text) { return {text.data(), text.size()}; }

/// A page of one sentence, for everything that is not a file.
Response plain(const Request& request, http::status status, std::string text) {
  Response response(status, request.version());
  response.set(http::field::content_type, "text/plain; charset=utf-8");
  response.set(http::field::cache_control, "no-store");
  response.body() = std::move(text);
  return response;
}

Response file_response(const Request& request, const StaticFile& file) {
  const bool known = view(request[http::field::if_none_match]) == file.etag;
  Response response(known ? http::status::not_modified : http::status::ok, request.version());
  response.set(http::field::etag, file.etag);
  // The page is a set of files that belong together: always ask, which costs one 304.
  response.set(http::field::cache_control, "no-cache");
  if (known) return response;
  response.set(http::field::content_type, file.content_type);
  response.body() = file.body;
  return response;
}

Response answer(const Server& server, const Request& request) {
  if (request.method() != http::verb::get && request.method() != http::verb::head) {
    Response response = plain(request, http::status::method_not_allowed, "Only GET and HEAD.\n");
    response.set(http::field::allow, "GET, HEAD");
    return response;
  }
  std::string_view path = view(request.target());
  path = path.substr(0, path.find('?'));
  if (path == "/healthz") return plain(request, http::status::ok, "ok\n");
  if (path == "/ws") {
    Response response =
        plain(request, http::status::upgrade_required, "This is a WebSocket endpoint.\n");
    response.set(http::field::upgrade, "websocket");
    // So that a page of another origin, too, can tell a relay from what answers in its place.
    response.set(http::field::access_control_allow_origin, "*");
    return response;
  }
  const StaticFile* file = server.files().find(path);
  if (file == nullptr) return plain(request, http::status::not_found, "There is no such page.\n");
  return file_response(request, *file);
}

bool is_ws(const Request& request) {
  const std::string_view target = view(request.target());
  return beast::websocket::is_upgrade(request) && target.substr(0, target.find('?')) == "/ws";
}

/// Why a well-formed upgrade is turned away, if it is.
std::optional<Response> refuse_upgrade(Server& server, const Request& request,
                                       const asio::ip::tcp::socket& socket) {
  if (!origin_allowed(view(request[http::field::origin]), view(request[http::field::host]),
                      server.config().origins)) {
    return plain(request, http::status::forbidden, "Pages of this origin may not connect.\n");
  }
  if (server.stopping()) {
    return plain(request, http::status::service_unavailable, "The relay is stopping.\n");
  }
  boost::system::error_code error;
  const auto remote = socket.remote_endpoint(error);
  const uint64_t wait = error ? 0 : server.take_connect(remote.address());
  if (wait == 0) return std::nullopt;
  Response response = plain(request, http::status::too_many_requests, "Too many connections.\n");
  response.set(http::field::retry_after, std::to_string(wait / 1000 + 1));
  return response;
}

/// Adds what every answer has, and makes it fit the method.
void finish(Response& response, const Request& request) {
  for (const auto& [name, value] : page_headers(view(request[http::field::host]))) {
    response.set(name, value);
  }
  response.keep_alive(request.keep_alive());
  if (response.result() != http::status::not_modified) {
    response.content_length(response.body().size());
  }
  if (request.method() == http::verb::head) response.body().clear();
}

asio::awaitable<void> serve(Server& server, asio::ip::tcp::socket socket, Server::Slot slot) {
  beast::tcp_stream stream(std::move(socket));
  beast::flat_buffer buffer(2 * kHeaderBytesMax);
  const auto limit = std::chrono::milliseconds(server.config().request_ms_max);
  while (true) {
    http::request_parser<http::empty_body> parser;
    parser.header_limit(kHeaderBytesMax);
    stream.expires_after(limit);
    const auto [read_error, read_bytes] = co_await http::async_read(stream, buffer, parser, kWait);
    // Nobody waits for an answer to half a request, except to one whose headers are too long.
    if (read_error && read_error != http::error::header_limit) co_return;
    const Request& request = parser.get();
    std::optional<Response> response;
    if (read_error) {
      response = plain(request, http::status::request_header_fields_too_large, "Too long.\n");
    } else if (is_ws(request)) {
      response = refuse_upgrade(server, request, stream.socket());
      if (!response) {
        stream.expires_never();
        start_websocket(server, stream.release_socket(), parser.release(), std::move(slot));
        co_return;
      }
    } else {
      response = answer(server, request);
    }
    finish(*response, request);
    if (read_error) response->keep_alive(false);
    stream.expires_after(limit);
    const auto [write_error, written] = co_await http::async_write(stream, *response, kWait);
    if (write_error || !response->keep_alive()) break;
  }
  boost::system::error_code ignored;
  stream.socket().shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
}

}  // namespace

void start_http_session(Server& server, asio::ip::tcp::socket socket, Server::Slot slot) {
  const auto executor = socket.get_executor();
  asio::co_spawn(executor, serve(server, std::move(socket), std::move(slot)),
                 [](const std::exception_ptr& problem) {
                   // Nothing here throws but allocation: one request less, not the process.
                   if (problem) spdlog::error("a request ended by an exception");
                 });
}

}  // namespace homing::relay
