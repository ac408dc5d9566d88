#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <vector>

#include "simulation/prng.h"
#include "simulation/relay_host.h"
#include "simulation/step.h"
#include "wire/frame.h"

namespace homing::simulation {

/// Stands between the relay's logic and the network, and does what an attacker who owns the relay
/// could do. It cannot open anything; the question is what it can break.
class MaliciousRelay {
 public:
  struct Ways {
    std::function<void(uint64_t socket, Bytes frame)> to_client;
    std::function<void(uint64_t socket, Bytes frame)> to_relay;
  };
  MaliciousRelay(Malice malice, Prng prng, Ways ways)
      : malice_(malice), prng_(prng), ways_(std::move(ways)) {}

  void begin(RelayHost& relay, const std::vector<Address>& addresses);
  void end() { active_ = false; }
  void opened(uint64_t socket) { sockets_.push_back(socket); }

  void down(uint64_t socket, Bytes frame);
  void up(uint64_t socket, Bytes frame);

 private:
  void deliver(uint64_t socket, wire::Deliver frame);
  void send(uint64_t socket, const wire::RelayFrame& frame);
  /// Two of them need room between genuine places, so all places are stretched all the time.
  bool stretches() const { return malice_ == Malice::kReplay || malice_ == Malice::kCorrupt; }

  static constexpr uint64_t kStretch = 4;
  Malice malice_;
  Prng prng_;
  Ways ways_;
  bool active_ = false;
  std::map<uint64_t, std::vector<wire::DeliverItem>> delivered_;  // by socket
  std::map<Address, Bytes> bundles_;
  std::vector<uint64_t> sockets_;
};

}  // namespace homing::simulation
