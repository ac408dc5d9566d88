#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "support/relay_person.h"
#include "wire/frame.h"

namespace homing::test {

/// A WebSocket to a relay on this machine that waits for every step, at most ten seconds; then, and
/// when the connection ends unexpectedly, it throws std::runtime_error.
class RelayClient {
 public:
  /// `origin` is the page that is said to ask; "": none.
  explicit RelayClient(uint16_t port, const std::string& origin = "");
  RelayClient(RelayClient&&) noexcept;
  RelayClient& operator=(RelayClient&&) noexcept;
  ~RelayClient();

  /// What the upgrade was answered with: 101, or why not.
  unsigned upgrade_status() const;

  void send(const wire::ClientFrame& frame);
  void send_raw(ByteView bytes);
  void send_text(std::string_view text);
  /// Bytes below the WebSocket layer.
  void send_below(ByteView bytes);
  wire::RelayFrame next();
  /// The next frame of this type; others before it are dropped.
  template <typename Frame>
  Frame next_of() {
    while (true) {
      wire::RelayFrame frame = next();
      if (auto* wanted = std::get_if<Frame>(&frame)) return std::move(*wanted);
    }
  }
  /// Answers the challenge and waits for ready.
  wire::Ready authenticate(RelayPerson& person, uint64_t generation = 0);
  /// Reads until the relay closes: the close code; 0 for an end without one.
  uint16_t close_code();
  std::string close_reason() const;

 private:
  struct Socket;
  bool read();

  std::unique_ptr<Socket> socket_;
};

/// Sends a request as it stands and reads until the end of the connection.
struct HttpAnswer {
  unsigned status = 0;
  std::string head;  // status line and headers
  std::string body;
  /// The value of a header; "" if it is missing.
  std::string header(const std::string& name) const;
};
HttpAnswer http(uint16_t port, const std::string& request);
/// A GET of this path with Connection: close and further header lines.
HttpAnswer get(uint16_t port, const std::string& path, const std::string& headers = "");

}  // namespace homing::test
