#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "options.h"

namespace homing::relay {

/// What the command line says.
struct Config {
  std::string listen_host = "127.0.0.1";  // an IP address, without brackets
  uint16_t listen_port = 8080;            // 0: any free one
  std::string www;                        // folder of the page; "": none
  std::string store_path = "homing.db";
  std::vector<std::string> origins;  // besides the page's own
  std::string log_level = "info";

  CoreOptions core;
  Quota quota;

  /// Open sockets, whatever they are used for.
  size_t connections_max = 10'000;
  /// WebSocket upgrades per IP address. Generous, because many people share one.
  Rate connects{.per_second = 50, .burst = 1'000};
  /// From a connection until its request has come, and between requests.
  uint64_t request_ms_max = 5'000;
  /// A message that began to arrive must be complete after this time, and one that began to be sent
  /// must be taken by the network; both and the time that its bytes take on the slowest link that
  /// is served (limits::kSlowestBytesPerS).
  uint64_t frame_ms_max = 15'000;
  uint64_t write_ms_max = 10'000;
  /// Waiting to be sent to one connection: above, nothing more is fetched for it; above four times
  /// of it, it is not reading at all and is dropped.
  size_t send_queue_bytes_max = 1024 * 1024;
};

/// What to do instead of running, if anything: --help, --version, or a mistake.
struct ConfigResult {
  std::optional<Config> config;
  int exit_code = 0;
};

/// Reads the command line; prints help, version or what is wrong.
ConfigResult read_config(int argc, const char* const* argv);

}  // namespace homing::relay
