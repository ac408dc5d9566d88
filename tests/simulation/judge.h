#pragma once

#include <array>
#include <cstdint>
#include <cstdio>
#include <string>

#include "homing/bytes.h"
#include "simulation/fast_hash.h"
#include "simulation/step.h"
#include "simulation/transitions.h"

namespace homing::simulation {

/// What a schedule amounted to.
struct Statistics {
  uint64_t virtual_ms = 0;
  uint64_t heal_ms = 0;  // from the end of all faults until everything had arrived
  uint64_t outputs = 0;
  uint64_t commits = 0;
  uint64_t frames = 0;
  uint64_t saved = 0;  // messages reported as saved
  uint64_t delivered = 0;
  uint64_t excused = 0;  // lost by a fault that loses, and accounted for
  uint64_t unreadable = 0;
  uint64_t unreadable_texts = 0;  // of them those that hold a message
  uint64_t came_again = 0;        // of these messages those that were asked for and are there
  std::array<uint64_t, kStepKinds> steps{};  // that had an effect
  std::array<uint64_t, kTransitions.size()> transitions{};
};

/// Collects what went wrong and everything that came out of the engines and the relay.
class Judge {
 public:
  /// The first violation counts; what follows it may be its consequence.
  void violate(const std::string& promise, const std::string& what) {
    if (violation_.empty()) violation_ = promise + ": " + what;
  }
  bool failed() const { return !violation_.empty(); }
  const std::string& violation() const { return violation_; }

  void trace(uint64_t now_ms, uint64_t who, uint64_t what, ByteView bytes) {
    trace_.word(now_ms);
    trace_.word(who << 8 | what);
    trace_.bytes(bytes);
    ++statistics.outputs;
  }
  uint64_t trace_hash() const { return trace_.value(); }

  /// For people: printed only when asked for.
  void tell(uint64_t now_ms, uint64_t who, const std::string& what) const {
    if (!verbose) return;
    std::printf("%8llu %llu %s\n", static_cast<unsigned long long>(now_ms),
                static_cast<unsigned long long>(who), what.c_str());
  }

  Statistics statistics;
  bool verbose = false;

 private:
  std::string violation_;
  FastHash trace_;
};

}  // namespace homing::simulation
