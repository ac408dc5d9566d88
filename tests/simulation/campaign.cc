#include "simulation/campaign.h"

#include <algorithm>
#include <chrono>

namespace homing::simulation {
namespace {

constexpr size_t kHealSecondsMax = 120;

void print_failure(uint64_t seed, const Script& script, const std::string& violation) {
  std::printf("seed %llu broke a promise: %s\n  %s\n  again: homing_simulation run --seed %llu\n",
              static_cast<unsigned long long>(seed), violation.c_str(), describe(script).c_str(),
              static_cast<unsigned long long>(seed));
  std::fflush(stdout);
}

void add_list(std::string& out, const char* name, const std::vector<uint64_t>& values) {
  out += std::string(",\"") + name + "\":[";
  for (size_t i = 0; i < values.size(); ++i) {
    out += (i == 0 ? "" : ",") + std::to_string(values[i]);
  }
  out += "]";
}

}  // namespace

Script script_of(uint64_t seed) { return draw_script(seed, seed % 5 == 4); }

void Totals::add(uint64_t seed, const Script& script, const Outcome& outcome) {
  ++schedules;
  if (script.plan.malice != Malice::kNone) ++malicious;
  const Statistics& one = outcome.statistics;
  sum.virtual_ms += one.virtual_ms;
  sum.outputs += one.outputs;
  sum.commits += one.commits;
  sum.frames += one.frames;
  sum.saved += one.saved;
  sum.delivered += one.delivered;
  sum.excused += one.excused;
  sum.unreadable += one.unreadable;
  sum.unreadable_texts += one.unreadable_texts;
  sum.came_again += one.came_again;
  for (size_t i = 0; i < kStepKinds; ++i) sum.steps[i] += one.steps[i];
  for (size_t i = 0; i < kTransitions.size(); ++i) sum.transitions[i] += one.transitions[i];
  heal_seconds.resize(kHealSecondsMax);
  ++heal_seconds[std::min(static_cast<size_t>(one.heal_ms / 1'000), kHealSecondsMax - 1)];
  if (one.heal_ms > slowest_heal_ms) {
    slowest_heal_ms = one.heal_ms;
    slowest_heal_seed = seed;
  }
  if (outcome.violation.empty()) return;
  ++failed;
  failing_seeds.push_back(seed);
  print_failure(seed, script, outcome.violation);
}

Totals run_campaign(const Campaign& campaign) {
  using Clock = std::chrono::steady_clock;
  const Clock::time_point began = Clock::now();
  Totals totals;
  for (uint64_t i = 0; i < campaign.count; ++i) {
    const uint64_t seed = campaign.from + i * campaign.stride;
    const Script script = script_of(seed);
    totals.add(seed, script, simulation::run(script));
    const auto second = static_cast<size_t>(
        std::chrono::duration_cast<std::chrono::seconds>(Clock::now() - began).count());
    if (totals.per_second.size() <= second) totals.per_second.resize(second + 1);
    ++totals.per_second[second];
    if (campaign.seconds_max > 0 && second >= campaign.seconds_max) break;
  }
  return totals;
}

std::string to_json(const Totals& totals) {
  const auto field = [](const char* name, uint64_t value) {
    return std::string(",\"") + name + "\":" + std::to_string(value);
  };
  std::string out = "{\"schedules\":" + std::to_string(totals.schedules);
  out += field("malicious", totals.malicious) + field("failed", totals.failed) +
         field("virtual_ms", totals.sum.virtual_ms) + field("outputs", totals.sum.outputs) +
         field("commits", totals.sum.commits) + field("frames", totals.sum.frames) +
         field("saved", totals.sum.saved) + field("delivered", totals.sum.delivered) +
         field("excused", totals.sum.excused) + field("unreadable", totals.sum.unreadable) +
         field("unreadable_texts", totals.sum.unreadable_texts) +
         field("came_again", totals.sum.came_again) +
         field("slowest_heal_ms", totals.slowest_heal_ms) +
         field("slowest_heal_seed", totals.slowest_heal_seed);
  add_list(out, "heal_seconds", totals.heal_seconds);
  add_list(out, "per_second", totals.per_second);
  add_list(out, "failing_seeds", totals.failing_seeds);
  out += ",\"steps\":{";
  for (size_t i = 0; i < kStepKinds; ++i) {
    out += std::string(i == 0 ? "\"" : ",\"") + step_name(static_cast<StepKind>(i)) +
           "\":" + std::to_string(totals.sum.steps[i]);
  }
  out += "},\"transitions\":[";
  for (size_t i = 0; i < kTransitions.size(); ++i) {
    const Transition& row = kTransitions[i];
    out += std::string(i == 0 ? "" : ",") + "{\"machine\":\"" + std::string(row.machine) +
           "\",\"from\":\"" + std::string(row.from) + "\",\"to\":\"" + std::string(row.to) +
           "\",\"count\":" + std::to_string(totals.sum.transitions[i]) + "}";
  }
  return out + "]}";
}

uint64_t run_crash_points(uint64_t scripts, uint64_t& runs) {
  uint64_t failed = 0;
  for (uint64_t seed = 1; seed <= scripts; ++seed) {
    const Script script = draw_calm_script(seed);
    const Outcome calm = run(script);
    for (uint32_t who = 0; who < script.plan.clients; ++who) {
      for (uint64_t at = 1; at <= calm.outputs[who]; ++at) {
        for (const uint32_t kept : {0u, 1u, 500u, 999u}) {
          for (const uint32_t lies : {0u, 1u}) {
            ++runs;
            const RunOptions options{.crash = std::pair(who, Client::CrashPoint{at, kept, lies})};
            const Outcome outcome = run(script, options);
            if (outcome.violation.empty()) continue;
            ++failed;
            std::printf("script %llu, client %u crashes at output %llu, cut %u, lies %u: %s\n",
                        static_cast<unsigned long long>(seed), who,
                        static_cast<unsigned long long>(at), kept, lies, outcome.violation.c_str());
          }
        }
      }
    }
  }
  return failed;
}

}  // namespace homing::simulation
