#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "simulation/client.h"
#include "simulation/malicious_relay.h"
#include "simulation/network.h"
#include "simulation/oracle.h"
#include "simulation/relay_host.h"
#include "simulation/step.h"

namespace homing::simulation {

struct Outcome {
  std::string violation;  // "": all promises were kept
  uint64_t trace_hash = 0;
  Statistics statistics;
  std::vector<uint64_t> outputs;  // by client
};

struct RunOptions {
  /// The client that dies at a point, and where.
  std::optional<std::pair<uint32_t, Client::CrashPoint>> crash{};
  bool verbose = false;
};

/// Runs a schedule: its steps, then the end of all faults, then everything must arrive. The same
/// script gives the same outcome, on every machine.
Outcome run(const Script& script, const RunOptions& options = {});

/// One schedule while it runs.
class Simulation {
 public:
  Simulation(const Script& script, const RunOptions& options);
  Outcome run();

 private:
  void carry_out(const Step& step);
  bool user_step(const Step& step, Client& client);
  bool device_step(const Step& step, Client& client);
  bool network_step(const Step& step);
  bool relay_step(const Step& step);
  void advance_to(uint64_t until_ms);
  void heal();
  Network::Ends network_ends();
  RelayHost::Ways relay_ways();
  Client& client_of(uint64_t instance) {
    return *clients_[static_cast<size_t>(instance / 1'000'000 - 1)];
  }
  Client& peer_of(const Step& step) { return *clients_[step.a % clients_.size()]; }

  const Script& script_;
  Judge judge_;
  EventHeap heap_;
  Prng prng_;
  Oracle oracle_;
  std::vector<std::unique_ptr<Client>> clients_;
  std::unique_ptr<Network> network_;
  std::unique_ptr<MaliciousRelay> malicious_;
  std::unique_ptr<RelayHost> relay_;
};

}  // namespace homing::simulation
