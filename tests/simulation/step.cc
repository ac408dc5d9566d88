#include "simulation/step.h"

#include <algorithm>
#include <array>

#include "simulation/prng.h"

namespace homing::simulation {
namespace {

constexpr std::array<const char*, kStepKinds> kNames = {
    "Send",         "Burst",      "Edit",      "Cancel",    "Retry",     "MarkRead", "AcceptInvite",
    "ReadReceipts", "Accept",     "Block",     "Delete",    "Delivered", "TryNow",   "Close",
    "Crash",        "Lie",        "Tear",      "Snapshot",  "Rollback",  "Wipe",     "Fence",
    "DiskFails",    "ClockJump",  "Sleep",     "Cut",       "HalfOpen",  "LinkDown", "Hint",
    "RelayCrash",   "RelayFails", "RelayStop", "RelayLoss", "Malice"};

constexpr std::array<const char*, kMaliceKinds> kMaliceNames = {
    "None", "Replay", "Corrupt", "Drain", "Withhold", "Swap", "LieAccept", "OldBundle"};

void add(std::string& to, const char* name, uint64_t value) {
  to += std::string(" ") + name + "=" + std::to_string(value);
}

}  // namespace

const char* step_name(StepKind kind) { return kNames[static_cast<size_t>(kind)]; }
const char* malice_name(Malice malice) { return kMaliceNames[static_cast<size_t>(malice)]; }

std::string describe(const Script& script) {
  const Plan& plan = script.plan;
  std::string out = "seed=" + std::to_string(plan.seed);
  add(out, "clients", plan.clients);
  add(out, "ms", plan.duration_ms);
  add(out, "latency_max", plan.latency_ms_max);
  add(out, "disk_max", plan.disk_ms_max);
  add(out, "mailbox_max", plan.mailbox_max);
  if (plan.malice != Malice::kNone) out += std::string(" malice=") + malice_name(plan.malice);
  std::array<uint64_t, kStepKinds> counts{};
  for (const Step& step : script.steps) ++counts[static_cast<size_t>(step.kind)];
  for (size_t i = 0; i < kStepKinds; ++i) {
    if (counts[i] > 0) add(out, kNames[i], counts[i]);
  }
  return out;
}

std::string to_source(const Script& script) {
  const Plan& plan = script.plan;
  const auto number = [](uint64_t value) { return std::to_string(value); };
  std::string out = "  Script script;\n";
  out += "  script.plan = {.seed = " + number(plan.seed) + ", .clients = " + number(plan.clients) +
         ", .duration_ms = " + number(plan.duration_ms) +
         ",\n                 .latency_ms_min = " + number(plan.latency_ms_min) +
         ", .latency_ms_max = " + number(plan.latency_ms_max) +
         ", .disk_ms_max = " + number(plan.disk_ms_max) +
         ",\n                 .relay_disk_ms_max = " + number(plan.relay_disk_ms_max) +
         ", .skew_s_max = " + number(plan.skew_s_max) +
         ", .mailbox_max = " + number(plan.mailbox_max) +
         ",\n                 .malice = Malice::k" + malice_name(plan.malice) +
         "};\n  script.steps = {\n";
  for (const Step& step : script.steps) {
    out += "      {" + number(step.at_ms) + ", StepKind::k" + step_name(step.kind) + ", " +
           number(step.who) + ", " + number(step.a) + ", " + number(step.b) + "},\n";
  }
  return out + "  };\n  CHECK(run(script).violation == \"\");\n";
}

}  // namespace homing::simulation
