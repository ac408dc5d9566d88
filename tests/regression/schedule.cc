#include "regression/schedule.h"

#include <fstream>
#include <string>

#include "homing/result.h"

namespace homing::simulation {
namespace {

template <typename Name, typename Kind>
Kind by_name(const std::string& wanted, size_t kinds, Name name, Kind) {
  for (size_t i = 0; i < kinds; ++i) {
    const auto kind = static_cast<Kind>(i);
    if (wanted == name(kind)) return kind;
  }
  HOMING_ASSERT(false);
}

void read_plan(std::istream& in, Plan& plan) {
  std::string name;
  while (in >> name && name != "steps") {
    if (name == "malice") {
      std::string malice;
      in >> malice;
      plan.malice = by_name(malice, kMaliceKinds, malice_name, Malice{});
      continue;
    }
    uint64_t value = 0;
    in >> value;
    const auto small = static_cast<uint32_t>(value);
    if (name == "clients") plan.clients = small;
    if (name == "duration_ms") plan.duration_ms = value;
    if (name == "latency_ms_min") plan.latency_ms_min = small;
    if (name == "latency_ms_max") plan.latency_ms_max = small;
    if (name == "disk_ms_max") plan.disk_ms_max = small;
    if (name == "relay_disk_ms_max") plan.relay_disk_ms_max = small;
    if (name == "skew_s_max") plan.skew_s_max = small;
    if (name == "mailbox_max") plan.mailbox_max = small;
  }
}

}  // namespace

Script read_schedule(uint64_t seed) {
  std::ifstream in(std::string(HOMING_SCHEDULES_DIR) + "/" + std::to_string(seed) + ".txt");
  HOMING_ASSERT(in.good());
  Script script;
  script.plan.seed = seed;
  read_plan(in, script.plan);
  Step step;
  std::string kind;
  while (in >> step.at_ms >> kind >> step.who >> step.a >> step.b) {
    step.kind = by_name(kind, kStepKinds, step_name, StepKind{});
    script.steps.push_back(step);
  }
  HOMING_ASSERT(in.eof() && !script.steps.empty());
  return script;
}

}  // namespace homing::simulation
