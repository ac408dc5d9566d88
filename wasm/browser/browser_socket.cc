#include "browser/browser_socket.h"

#include <emscripten.h>

#include <utility>

#include "homing/limits.h"

extern "C" {
// In browser_platform.js.
void homing_socket_open(homing::BrowserSocket* socket, const char* url, size_t url_size,
                        size_t frame_bytes_max);
double homing_socket_send(homing::BrowserSocket* socket, const uint8_t* bytes, size_t size);
void homing_socket_close(homing::BrowserSocket* socket, int code);

// Called by browser_platform.js.
EMSCRIPTEN_KEEPALIVE void homing_socket_opened(homing::BrowserSocket* socket) {
  socket->report_opened();
}
EMSCRIPTEN_KEEPALIVE uint8_t* homing_socket_buffer(homing::BrowserSocket* socket, size_t size) {
  return socket->make_room(size);
}
EMSCRIPTEN_KEEPALIVE void homing_socket_received(homing::BrowserSocket* socket) {
  socket->report_received();
}
EMSCRIPTEN_KEEPALIVE void homing_socket_closed(homing::BrowserSocket* socket, int code,
                                               size_t reason_size) {
  socket->report_closed(code, reason_size);
}
}

namespace homing {
namespace {

constexpr int kNormalClosure = 1000;  // RFC 6455 section 7.4.1

}  // namespace

void BrowserSocket::open(uint64_t connection, const std::string& url) {
  close();
  connection_ = connection;
  homing_socket_open(this, url.data(), url.size(), limits::kFrameBytesMax);
}

Result<void> BrowserSocket::send(ByteView frame) {
  const double buffered = homing_socket_send(this, frame.data(), frame.size());
  if (buffered < 0) return Error::kClosed;
  if (buffered > static_cast<double>(limits::kSocketBufferedBytesMax)) return Error::kFull;
  return {};
}

void BrowserSocket::close() { homing_socket_close(this, kNormalClosure); }

void BrowserSocket::report_opened() { callbacks_.opened(connection_); }

uint8_t* BrowserSocket::make_room(size_t size) {
  buffer_.resize(size);
  return buffer_.data();
}

void BrowserSocket::report_received() {
  callbacks_.received(connection_, std::exchange(buffer_, {}));
}

void BrowserSocket::report_closed(int code, size_t reason_size) {
  buffer_.resize(reason_size);
  const Bytes reason = std::exchange(buffer_, {});
  callbacks_.closed(connection_, static_cast<uint16_t>(code), std::string(as_text(reason)));
}

}  // namespace homing
