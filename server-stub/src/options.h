#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "batch.h"
#include "homing/limits.h"
#include "token_bucket.h"

namespace homing::relay {

/// Every bound of the relay's logic, with its default and the reason. Times in milliseconds, sizes
/// in bytes.
struct CoreOptions {
  /// Names under which clients dial this relay; what a hello signs must be one of them.
  std::vector<std::string> hosts = {"127.0.0.1", "localhost", "[::1]"};
  RelayId relay_id = 1;

  /// From the connection until a valid hello: a round trip on a line of five seconds' latency, and
  /// a signature.
  uint64_t authenticate_ms_max = 15'000;
  uint64_t heartbeat_ms = limits::kHeartbeatMs;
  uint64_t heartbeat_grace_ms = limits::kHeartbeatGraceMs;

  /// Delivered and not acknowledged, per recipient connection: a few round trips' worth.
  size_t delivery_messages_max = 256;
  size_t delivery_bytes_max = 1024 * 1024;
  /// Submitted and not committed: per connection twice what a client has in flight, and for all
  /// together what the process can hold.
  size_t submit_bytes_max = 1024 * 1024;
  size_t pending_bytes_max = 64 * 1024 * 1024;
  /// One transaction: enough to make one fsync cheap, little enough for a latency of some 100 ms.
  size_t batch_messages_max = 4096;
  size_t batch_bytes_max = 8 * 1024 * 1024;

  /// Told to the owner when a claim leaves fewer than these.
  uint32_t prekeys_low = 20;
  uint32_t kem_prekeys_low = 5;

  /// Per device. An outbox of 10,000 must drain at once when its owner comes back.
  Rate messages{.per_second = 5'000, .burst = 20'000};
  Rate bytes{.per_second = 8.0 * 1024 * 1024, .burst = 64.0 * 1024 * 1024};
  /// Each claim uses up a one-time prekey of somebody else.
  Rate claims{.per_second = 5, .burst = 200};
  /// Each upload costs up to 122 signature checks.
  Rate publishes{.per_second = 0.2, .burst = 10};
  /// Frames of any kind, so that empty ones cannot keep the relay busy.
  Rate frames{.per_second = 2'000, .burst = 20'000};

  uint64_t retention_ms = 30ull * 24 * 3600 * 1000;
  /// How often wake-ups are checked against the store, and the retention walk makes one step.
  uint64_t housekeeping_ms = 10'000;
  size_t expire_rows = 2'000;
  /// What a client is told to wait when the relay itself is the reason.
  uint64_t overload_retry_ms = 1'000;
  /// Over how many seconds clients come back after a restart.
  uint64_t restart_spread_s = 60;
};

}  // namespace homing::relay
