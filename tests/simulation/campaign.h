#pragma once

#include <cstdint>
#include <cstdio>
#include <string>
#include <vector>

#include "simulation/simulation.h"

namespace homing::simulation {

/// Every fifth seed has a malicious relay.
Script script_of(uint64_t seed);

struct Campaign {
  uint64_t from = 1;
  uint64_t count = 1'000;
  uint64_t stride = 1;       // so that several processes share one range
  uint64_t seconds_max = 0;  // 0: no limit
};

/// What many schedules amounted to.
struct Totals {
  uint64_t schedules = 0;
  uint64_t malicious = 0;
  uint64_t failed = 0;
  Statistics sum;
  uint64_t slowest_heal_ms = 0;
  uint64_t slowest_heal_seed = 0;
  std::vector<uint64_t> heal_seconds;  // how many schedules healed within n seconds
  std::vector<uint64_t> per_second;    // schedules finished in each second of real time
  std::vector<uint64_t> failing_seeds;

  void add(uint64_t seed, const Script& script, const Outcome& outcome);
};

/// Runs the seeds and prints each violation with all that is needed to see it again.
Totals run_campaign(const Campaign& campaign);

/// One JSON object, for tests/simulation/report.mjs.
std::string to_json(const Totals& totals);

/// The whole space of crash points: scripts x outputs x cuts x flushes. Gives how many failed, and
/// adds to `runs`.
uint64_t run_crash_points(uint64_t scripts, uint64_t& runs);

}  // namespace homing::simulation
