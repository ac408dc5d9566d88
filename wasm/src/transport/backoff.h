#pragma once

#include <algorithm>
#include <cstdint>

#include "homing/limits.h"
#include "homing/random.h"

namespace homing {

/// Decorrelated jitter: each pause is drawn between the smallest one and three times the last, up
/// to a cap, so that clients which failed together do not come back together (Brooker, "Exponential
/// Backoff And Jitter", AWS Architecture Blog, 2015).
class Backoff {
 public:
  /// The next pause in milliseconds, limits::kBackoffMsMin to kBackoffMsMax.
  uint64_t next(RandomSource& random) {
    const uint64_t high = std::min(limits::kBackoffMsMax, 3 * last_ms_);
    last_ms_ = limits::kBackoffMsMin + random.u64() % (high - limits::kBackoffMsMin + 1);
    return last_ms_;
  }
  /// After something worked.
  void reset() { last_ms_ = limits::kBackoffMsMin; }

 private:
  uint64_t last_ms_ = limits::kBackoffMsMin;
};

}  // namespace homing
