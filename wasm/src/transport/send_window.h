#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "homing/limits.h"

namespace homing {

/// How much may be under way on one connection. The first submit goes alone: until it is accepted,
/// nothing proves that the connection carries anything. Then the window doubles with each answer
/// that comes soon and halves with each that comes late, so that on a slow link no answer takes as
/// long as its deadline.
class SendWindow {
 public:
  void connection_lost() { bytes_ = 0; }
  /// The relay has accepted something, `after_ms` after it was waited for.
  void accepted(uint64_t after_ms) {
    if (bytes_ == 0) {
      bytes_ = limits::kWindowBytesMin;
    } else if (after_ms <= limits::kAnswerSoonMs) {
      bytes_ = std::min(2 * bytes_, limits::kInFlightBytesMax);
    } else if (after_ms >= limits::kAnswerLateMs) {
      bytes_ = std::max(bytes_ / 2, limits::kWindowBytesMin);
    }
  }
  /// The last entry may go beyond the bytes.
  bool has_room(size_t entries, size_t bytes) const {
    if (bytes_ == 0) return entries == 0;
    return entries < limits::kInFlightEntriesMax && bytes < bytes_;
  }

 private:
  size_t bytes_ = 0;
};

}  // namespace homing
