#pragma once

#include <functional>
#include <string>

#include "homing/bytes.h"
#include "homing/result.h"

namespace homing {

/// One binary WebSocket at a time, opened again and again. A text message, or one longer than
/// limits::kFrameBytesMax, closes it before its bytes are copied (codes 1003 and 1009). Callbacks
/// arrive on the event loop, never inside of a call to this object, and never for a socket that was
/// closed or replaced. Lives at one address: not copyable, not movable.
class BrowserSocket {
 public:
  struct Callbacks {
    std::function<void(uint64_t connection)> opened;
    std::function<void(uint64_t connection, Bytes frame)> received;
    std::function<void(uint64_t connection, uint16_t code, std::string reason)> closed;
  };

  explicit BrowserSocket(Callbacks callbacks) : callbacks_(std::move(callbacks)) {}
  ~BrowserSocket() { close(); }
  BrowserSocket(const BrowserSocket&) = delete;
  BrowserSocket& operator=(const BrowserSocket&) = delete;

  /// Dials `url` (ws:// or wss://). A former socket is closed without a word. `connection` comes
  /// back in every callback about this one. A URL that cannot be dialled is answered by `closed`
  /// with code 1006.
  void open(uint64_t connection, const std::string& url);

  /// Hands one message to the browser. Errors: kClosed if the socket is not open, kFull if more
  /// than limits::kSocketBufferedBytesMax now wait in the browser: the other side has stopped
  /// reading, and the socket should be closed.
  Result<void> send(ByteView frame);

  /// Closes without waiting for the other side. No callback follows.
  void close();

  /// The number given to open(); 0 before.
  uint64_t connection() const { return connection_; }

  /// Called by the JavaScript half only.
  void report_opened();
  uint8_t* make_room(size_t size);
  void report_received();
  void report_closed(int code, size_t reason_size);

 private:
  Callbacks callbacks_;
  uint64_t connection_ = 0;
  Bytes buffer_;  // what JavaScript is about to fill
};

}  // namespace homing
