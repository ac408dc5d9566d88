#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "homing/bytes.h"
#include "wire/frame.h"

namespace homing::relay {

/// One open WebSocket as the server sees it. All calls come from the I/O thread and none of them
/// waits or calls back before it returns.
class Peer {
 public:
  virtual ~Peer() = default;

  /// Queues one binary message. Dropped once close() was called.
  virtual void send(Bytes frame) = 0;
  /// Sends what is queued, then the close frame, and ends.
  virtual void close(wire::CloseCode code, std::string reason) = 0;
  /// Ends at once, whatever is queued.
  virtual void drop() = 0;
  /// Messages up to limits::kFrameBytesMax are read from now on.
  virtual void authenticated() = 0;
  /// Drops the connection if something takes longer than it may. Called about once a second.
  virtual void check(uint64_t monotonic_ms) = 0;
  virtual size_t queued_bytes() const = 0;
};

}  // namespace homing::relay
