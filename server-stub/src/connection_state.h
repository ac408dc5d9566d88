#pragma once

#include <cstdint>
#include <optional>

#include "delivery_window.h"
#include "options.h"
#include "wire/frame.h"

namespace homing::relay {

enum class Phase : uint8_t {
  kChallenged,  // waiting for hello
  kAttaching,   // hello is valid; its mailbox is being attached
  kReady,
  kClosing,  // has its Close; on_closed() is due
};

/// What the relay knows of one connection.
struct ConnectionState {
  explicit ConnectionState(const CoreOptions& options)
      : window(options.delivery_messages_max, options.delivery_bytes_max) {}

  Phase phase = Phase::kChallenged;
  std::optional<ByteArray<32>> nonce;  // taken by the first hello, so that it serves once
  Address address;                     // from kAttaching on
  uint64_t epoch = 0;                  // of the attachment; from kReady on
  uint64_t generation = 0;             // the highest this connection has told

  size_t submitted_bytes = 0;  // not committed yet

  DeliveryWindow window;
  uint64_t last_place_at_attach = 0;
  bool more = true;            // the mailbox may hold something after the cursor
  bool fetching = false;       // a Fetch is under way
  bool window_full = false;    // the next message did not fit; an ack clears it
  bool send_blocked = false;   // the socket's queue is full
  bool drained_is_due = true;  // say so when the backlog is through
  bool prekeys_low_told = false;

  std::optional<uint64_t> pinged_ms;  // when a RelayPing went out that waits for a sign of life
};

}  // namespace homing::relay
