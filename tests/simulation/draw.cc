// Goal: schedules that differ in kind, not only in detail.
// Method: each seed first draws how often each thing happens in it, often never, and then the steps
// from these weights. A mix in which everything happens all the time finds less.

#include <algorithm>
#include <array>

#include "simulation/prng.h"
#include "simulation/step.h"

namespace homing::simulation {
namespace {

struct Weights {
  std::array<uint32_t, kStepKinds> of{};
  uint32_t& operator[](StepKind kind) { return of[static_cast<size_t>(kind)]; }
  uint32_t total() const {
    uint32_t sum = 0;
    for (const uint32_t weight : of) sum += weight;
    return sum;
  }
  StepKind draw(Prng& prng) const {
    uint64_t at = prng.below(total());
    size_t kind = 0;
    while (at >= of[kind]) at -= of[kind++];
    return static_cast<StepKind>(kind);
  }
};

Weights user_weights(Prng& prng) {
  Weights weights;
  weights[StepKind::kSend] = 40;
  weights[StepKind::kBurst] = prng.chance(200) ? 4 : 0;
  weights[StepKind::kEdit] = static_cast<uint32_t>(prng.below(8));
  weights[StepKind::kCancel] = static_cast<uint32_t>(prng.below(6));
  weights[StepKind::kRetry] = static_cast<uint32_t>(prng.below(5));
  weights[StepKind::kMarkRead] = static_cast<uint32_t>(prng.below(12));
  weights[StepKind::kAcceptInvite] = 3;
  weights[StepKind::kReadReceipts] = prng.chance(200) ? 2 : 0;
  weights[StepKind::kAccept] = static_cast<uint32_t>(prng.below(4));
  weights[StepKind::kBlock] = prng.chance(150) ? 2 : 0;
  weights[StepKind::kDelete] = prng.chance(150) ? 2 : 0;
  weights[StepKind::kDelivered] = prng.chance(100) ? 2 : 0;
  weights[StepKind::kTryNow] = static_cast<uint32_t>(prng.below(4));
  weights[StepKind::kClose] = static_cast<uint32_t>(prng.below(5));
  return weights;
}

Weights fault_weights(Prng& prng) {
  struct Fault {
    StepKind kind;
    uint32_t seeds_per_mille;
  };
  static constexpr std::array<Fault, 18> kFaults = {{{StepKind::kCrash, 500},
                                                     {StepKind::kLie, 120},
                                                     {StepKind::kTear, 200},
                                                     {StepKind::kSnapshot, 200},
                                                     {StepKind::kRollback, 100},
                                                     {StepKind::kWipe, 30},
                                                     {StepKind::kFence, 150},
                                                     {StepKind::kDiskFails, 250},
                                                     {StepKind::kClockJump, 250},
                                                     {StepKind::kSleep, 250},
                                                     {StepKind::kCut, 600},
                                                     {StepKind::kHalfOpen, 300},
                                                     {StepKind::kLinkDown, 400},
                                                     {StepKind::kHint, 300},
                                                     {StepKind::kRelayCrash, 350},
                                                     {StepKind::kRelayFails, 150},
                                                     {StepKind::kRelayStop, 150},
                                                     {StepKind::kRelayLoss, 30}}};
  Weights weights;
  for (const Fault& fault : kFaults) {
    if (prng.chance(fault.seeds_per_mille)) {
      weights[fault.kind] = static_cast<uint32_t>(prng.between(1, 10));
    }
  }
  if (weights[StepKind::kRollback] > 0) weights[StepKind::kSnapshot] += 5;
  return weights;
}

uint32_t pause(Prng& prng) {
  static constexpr std::array<uint32_t, 4> kMax = {50, 1'000, 10'000, 60'000};
  return static_cast<uint32_t>(prng.between(1, kMax[prng.index(4)]));
}

/// Most cuts and clocks are small; the rest is where limits are.
uint32_t jump_s(Prng& prng) {
  static constexpr std::array<uint32_t, 5> kMax = {10, 700, 7'200, 9 * 86'400, 40 * 86'400};
  return static_cast<uint32_t>(prng.between(1, kMax[prng.index(5)]));
}

Step fill_in(Prng& prng, const Plan& plan, StepKind kind, uint64_t at_ms) {
  Step step{at_ms, kind, static_cast<uint32_t>(prng.below(plan.clients)), 0, 0};
  const uint32_t peer =
      (step.who + 1 + static_cast<uint32_t>(prng.below(plan.clients - 1))) % plan.clients;
  step.a = pause(prng);
  step.b = static_cast<uint32_t>(prng.below(1'000'000));
  switch (kind) {
    case StepKind::kSend:
      step.a = peer;
      step.b = prng.chance(20) ? 30'000 : static_cast<uint32_t>(prng.below(300));
      break;
    case StepKind::kBurst:
      step.a = peer;
      step.b = static_cast<uint32_t>(prng.between(2, 40));
      break;
    case StepKind::kMarkRead:
    case StepKind::kAcceptInvite:
    case StepKind::kAccept:
    case StepKind::kBlock:
    case StepKind::kDelete:
      step.a = peer;
      break;
    case StepKind::kCrash:
    case StepKind::kTear: {
      static constexpr std::array<uint32_t, 5> kKept = {0, 1, 2, 500, 999};
      step.a = prng.chance(500) ? kKept[prng.index(5)] : static_cast<uint32_t>(prng.below(1'001));
      step.b = pause(prng);
      break;
    }
    case StepKind::kClockJump:
      step.a = jump_s(prng);
      break;
    case StepKind::kCut:
      step.a = static_cast<uint32_t>(prng.below(prng.chance(500) ? 1'500 : 60'000));
      break;
    default:
      break;
  }
  return step;
}

/// Some people meet as strangers.
void add_introductions(Prng& prng, Script& script) {
  for (uint32_t who = 1; who < script.plan.clients; ++who) {
    if (prng.chance(150)) continue;
    script.steps.push_back({prng.below(2'000), StepKind::kAcceptInvite, who,
                            static_cast<uint32_t>(prng.below(who)), 0});
  }
}

/// Some devices die again and again while their first commits are under way.
void add_hard_beginning(Prng& prng, Script& script) {
  const auto who = static_cast<uint32_t>(prng.below(script.plan.clients));
  uint64_t at_ms = 0;
  for (uint64_t crashes = prng.between(2, 4); crashes > 0; --crashes) {
    at_ms += prng.between(1, 1 + script.plan.disk_ms_max);
    Step step{at_ms, StepKind::kCrash, who, static_cast<uint32_t>(prng.below(5)),
              static_cast<uint32_t>(prng.between(1, 5))};
    script.steps.push_back(step);
    at_ms += step.b;
  }
}

void sort_steps(Script& script) {
  std::stable_sort(script.steps.begin(), script.steps.end(),
                   [](const Step& a, const Step& b) { return a.at_ms < b.at_ms; });
}

}  // namespace

Script draw_script(uint64_t seed, bool malicious) {
  Prng prng(seed * 2 + (malicious ? 1 : 0));
  Script script;
  Plan& plan = script.plan;
  plan.seed = seed;
  plan.clients = static_cast<uint32_t>(prng.chance(600) ? 2 : prng.between(3, 5));
  static constexpr std::array<uint32_t, 3> kSizes = {12, 40, 120};
  const uint64_t size = kSizes[prng.chance(700) ? 0 : prng.chance(800) ? 1 : 2];
  const uint64_t actions = prng.between(size / 3, size);
  plan.duration_ms = prng.chance(500) ? prng.between(2'000, 20'000) : prng.between(60'000, 600'000);
  plan.latency_ms_min = static_cast<uint32_t>(prng.between(1, 20));
  plan.latency_ms_max = plan.latency_ms_min + static_cast<uint32_t>(prng.below(400));
  plan.disk_ms_max = static_cast<uint32_t>(prng.chance(200) ? 2'000 : prng.between(1, 30));
  plan.relay_disk_ms_max = static_cast<uint32_t>(prng.chance(200) ? 1'000 : prng.between(1, 30));
  if (prng.chance(250)) plan.skew_s_max = jump_s(prng);
  if (prng.chance(100)) plan.mailbox_max = static_cast<uint32_t>(prng.between(1, 8));
  if (malicious) plan.malice = static_cast<Malice>(prng.between(1, kMaliceKinds - 1));

  const Weights users = user_weights(prng);
  Weights faults = fault_weights(prng);
  // What a malicious relay does is to be told from what a broken one does.
  if (malicious) {
    faults[StepKind::kRelayLoss] = 0;
    script.steps.push_back({prng.below(plan.duration_ms / 2), StepKind::kMalice, 0,
                            static_cast<uint32_t>(plan.duration_ms / 2), 0});
  }
  add_introductions(prng, script);
  if (prng.chance(50)) add_hard_beginning(prng, script);
  for (uint64_t i = 0; i < actions; ++i) {
    const uint64_t at_ms = prng.below(plan.duration_ms);
    script.steps.push_back(fill_in(prng, plan, users.draw(prng), at_ms));
  }
  const uint64_t fault_count = faults.total() == 0 ? 0 : prng.below(actions / 2 + 4);
  for (uint64_t i = 0; i < fault_count; ++i) {
    const uint64_t at_ms = prng.below(plan.duration_ms);
    script.steps.push_back(fill_in(prng, plan, faults.draw(prng), at_ms));
  }
  sort_steps(script);
  return script;
}

Script draw_calm_script(uint64_t seed) {
  Prng prng(~seed);
  Script script;
  script.plan.seed = seed;
  script.plan.clients = 2;
  script.plan.duration_ms = 3'000;
  script.plan.latency_ms_max = 30;
  script.plan.disk_ms_max = static_cast<uint32_t>(prng.between(1, 60));
  add_introductions(prng, script);
  Weights weights = user_weights(prng);
  weights[StepKind::kBurst] = 0;
  for (uint64_t i = prng.between(1, 4); i > 0; --i) {
    const uint64_t at_ms = prng.below(script.plan.duration_ms);
    script.steps.push_back(fill_in(prng, script.plan, weights.draw(prng), at_ms));
  }
  sort_steps(script);
  return script;
}

}  // namespace homing::simulation
