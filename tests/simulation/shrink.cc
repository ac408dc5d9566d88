#include "simulation/shrink.h"

#include <algorithm>
#include <string>

#include "simulation/simulation.h"

namespace homing::simulation {
namespace {

/// The promise's name: what follows it differs from run to run.
std::string promise_of(const std::string& violation) {
  return violation.substr(0, violation.find(':'));
}

class Shrinker {
 public:
  explicit Shrinker(const Script& failing)
      : best_(failing), promise_(promise_of(run(failing).violation)) {}

  Script shrink() {
    bool smaller = true;
    while (smaller && runs_ < kRunsMax) {
      smaller = leave_out_steps();
      smaller = fewer_clients() || smaller;
      smaller = smaller_numbers() || smaller;
    }
    return best_;
  }

 private:
  bool take(Script candidate) {
    ++runs_;
    if (promise_of(run(candidate).violation) != promise_) return false;
    best_ = std::move(candidate);
    return true;
  }

  bool leave_out_steps() {
    bool any = false;
    for (size_t part = std::max<size_t>(1, best_.steps.size() / 2); part > 0; part /= 2) {
      for (size_t from = 0; from < best_.steps.size() && runs_ < kRunsMax;) {
        Script candidate = best_;
        const auto begin = candidate.steps.begin() + static_cast<ptrdiff_t>(from);
        const size_t count = std::min(part, candidate.steps.size() - from);
        candidate.steps.erase(begin, begin + static_cast<ptrdiff_t>(count));
        if (take(std::move(candidate))) {
          any = true;
        } else {
          from += part;
        }
      }
    }
    return any;
  }

  bool fewer_clients() {
    if (best_.plan.clients <= 2) return false;
    Script candidate = best_;
    --candidate.plan.clients;
    return take(std::move(candidate));
  }

  bool smaller_numbers() {
    bool any = false;
    Script shorter = best_;
    shorter.plan.duration_ms = best_.steps.empty() ? 1'000 : best_.steps.back().at_ms + 1'000;
    if (shorter.plan.duration_ms < best_.plan.duration_ms) any = take(std::move(shorter));
    Script plain = best_;
    plain.plan.skew_s_max = 0;
    plain.plan.latency_ms_max = plain.plan.latency_ms_min;
    if (plain.plan.skew_s_max != best_.plan.skew_s_max ||
        plain.plan.latency_ms_max != best_.plan.latency_ms_max) {
      any = take(std::move(plain)) || any;
    }
    for (size_t i = 0; i < best_.steps.size() && runs_ < kRunsMax; ++i) {
      for (uint32_t Step::*field : {&Step::a, &Step::b}) {
        if (best_.steps[i].*field < 8) continue;
        Script candidate = best_;
        candidate.steps[i].*field /= 8;
        any = take(std::move(candidate)) || any;
      }
    }
    return any;
  }

  static constexpr int kRunsMax = 1'500;
  Script best_;
  std::string promise_;
  int runs_ = 0;
};

}  // namespace

Script shrink(const Script& failing) { return Shrinker(failing).shrink(); }

}  // namespace homing::simulation
