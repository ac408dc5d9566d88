#pragma once

#include <cstdint>
#include <string>
#include <variant>

#include "batch.h"
#include "wire/frame.h"

/// What the relay's logic asks of whoever runs it.
namespace homing::relay {

using ConnectionId = uint64_t;
/// Names a Commit or Fetch until its result comes back.
using Ticket = uint64_t;

namespace effect {

/// One binary WebSocket message.
struct Send {
  ConnectionId connection = 0;
  Bytes frame;
};
/// After everything sent before. The connection takes no more input; on_closed() is still due.
struct Close {
  ConnectionId connection = 0;
  wire::CloseCode code{};
  std::string reason;
};
/// Run apply_batch() and report to on_committed(). One is under way at a time.
struct Commit {
  Ticket ticket = 0;
  Batch batch;
};
/// Run Store::fetch(), after the commits asked for before it, and report to on_fetched().
struct Fetch {
  Ticket ticket = 0;
  Address mailbox;
  uint64_t after = 0;
  PageLimit limit;
};
/// The connection has proved who it is: from now on its frames may be as large as
/// limits::kFrameBytesMax. Until then kHelloBytesMax is enough.
struct Authenticated {
  ConnectionId connection = 0;
};
/// The last effect: nothing is in flight and every connection has its Close. `failed`: because the
/// store did, so the process must end with an error.
struct Stopped {
  bool failed = false;
};

}  // namespace effect

using Effect = std::variant<effect::Send, effect::Close, effect::Commit, effect::Fetch,
                            effect::Authenticated, effect::Stopped>;

/// What a stranger may make the relay hold: a hello takes about 210 bytes.
inline constexpr size_t kHelloBytesMax = 4096;

}  // namespace homing::relay
