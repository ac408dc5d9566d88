// Goal: what is promised about messages holds through every fault one can think of.
// Method: real engines and the real relay's logic on virtual time, with simulated disks, links and
// clocks; one seed decides everything (docs/testing.md).
//
//   homing_simulation seeds [--from N] [--count N] [--stride N] [--seconds S] [--json FILE]
//   homing_simulation run --seed N [--shrink] [--trace]
//   homing_simulation crash-points [--count SCRIPTS]
//   homing_simulation planted [--count SEEDS]
//   homing_simulation hashes [--from N] [--count N]

#include <charconv>
#include <cstdio>
#include <map>
#include <string>
#include <string_view>

#include "simulation/campaign.h"
#ifdef HOMING_PLANTED_BUGS
#include "simulation/planted.h"
#endif
#include "simulation/shrink.h"

namespace homing::simulation {
namespace {

struct Arguments {
  std::string command;
  std::map<std::string, std::string> values;

  uint64_t number(const std::string& name, uint64_t otherwise) const {
    const auto found = values.find(name);
    if (found == values.end()) return otherwise;
    uint64_t value = 0;
    std::from_chars(found->second.data(), found->second.data() + found->second.size(), value);
    return value;
  }
  bool has(const std::string& name) const { return values.contains(name); }
};

Arguments parse(int argc, char** argv) {
  Arguments out;
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    if (!word.starts_with("--")) {
      out.command = word;
    } else if (i + 1 < argc && std::string_view(argv[i + 1]).substr(0, 2) != "--") {
      out.values[word.substr(2)] = argv[++i];
    } else {
      out.values[word.substr(2)] = "";
    }
  }
  return out;
}

int seeds(const Arguments& arguments) {
  const Campaign campaign{.from = arguments.number("from", 1),
                          .count = arguments.number("count", 1'000),
                          .stride = arguments.number("stride", 1),
                          .seconds_max = arguments.number("seconds", 0)};
  const Totals totals = run_campaign(campaign);
  if (arguments.has("json")) {
    std::FILE* file = std::fopen(arguments.values.at("json").c_str(), "w");
    if (!file) return 2;
    std::fputs(to_json(totals).c_str(), file);
    std::fclose(file);
  }
  std::printf("%llu messages saved, %llu of all were excused by a fault that loses\n",
              static_cast<unsigned long long>(totals.sum.saved),
              static_cast<unsigned long long>(totals.sum.excused));
  std::printf("%llu messages could not be opened when they came, %llu of them came again\n",
              static_cast<unsigned long long>(totals.sum.unreadable_texts),
              static_cast<unsigned long long>(totals.sum.came_again));
  std::printf("simulation seeds: %llu passed, %llu failed\n",
              static_cast<unsigned long long>(totals.schedules - totals.failed),
              static_cast<unsigned long long>(totals.failed));
  return totals.failed == 0 ? 0 : 1;
}

int run_one(const Arguments& arguments) {
  Script script = script_of(arguments.number("seed", 1));
  Outcome outcome = run(script);
  if (!outcome.violation.empty() && arguments.has("shrink")) {
    script = shrink(script);
    outcome = run(script);
    std::printf("%s\n", to_source(script).c_str());
  }
  if (arguments.has("trace")) outcome = run(script, {.verbose = true});
  std::printf("%s\ntrace %016llx, healed in %llu ms\n%s\n", describe(script).c_str(),
              static_cast<unsigned long long>(outcome.trace_hash),
              static_cast<unsigned long long>(outcome.statistics.heal_ms),
              outcome.violation.empty() ? "all promises kept" : outcome.violation.c_str());
  return outcome.violation.empty() ? 0 : 1;
}

int crash_points(const Arguments& arguments) {
  uint64_t runs = 0;
  const uint64_t failed = run_crash_points(arguments.number("count", 50), runs);
  std::printf("simulation crash points: %llu passed, %llu failed\n",
              static_cast<unsigned long long>(runs - failed),
              static_cast<unsigned long long>(failed));
  return failed == 0 ? 0 : 1;
}

#ifdef HOMING_PLANTED_BUGS
int planted(const Arguments& arguments) {
  uint64_t bugs = 0;
  const uint64_t missed = run_planted(arguments.number("count", 2'000), bugs);
  std::printf("simulation planted bugs: %llu passed, %llu failed\n",
              static_cast<unsigned long long>(bugs - missed),
              static_cast<unsigned long long>(missed));
  return missed == 0 ? 0 : 1;
}
#endif

/// One line per seed; the same natively and as Wasm (I10).
int hashes(const Arguments& arguments) {
  const uint64_t from = arguments.number("from", 1);
  for (uint64_t seed = from; seed < from + arguments.number("count", 20); ++seed) {
    std::printf("%llu %016llx\n", static_cast<unsigned long long>(seed),
                static_cast<unsigned long long>(run(script_of(seed)).trace_hash));
  }
  return 0;
}

int main_of(const Arguments& arguments) {
  if (arguments.command == "seeds") return seeds(arguments);
  if (arguments.command == "run") return run_one(arguments);
  if (arguments.command == "crash-points") return crash_points(arguments);
#ifdef HOMING_PLANTED_BUGS
  if (arguments.command == "planted") return planted(arguments);
#endif
  if (arguments.command == "hashes") return hashes(arguments);
  std::fprintf(stderr,
               "usage: homing_simulation seeds|run|crash-points|planted|hashes [--name value]\n");
  return 2;
}

}  // namespace
}  // namespace homing::simulation

int main(int argc, char** argv) {
  return homing::simulation::main_of(homing::simulation::parse(argc, argv));
}
