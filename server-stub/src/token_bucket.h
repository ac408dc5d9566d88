#pragma once

#include <algorithm>
#include <cstdint>

namespace homing::relay {

/// How much is allowed: `per_second` in the long run, `burst` at once. A burst of 0 allows nothing.
struct Rate {
  double per_second = 0;
  double burst = 0;
};

/// Counts one kind of use against a Rate. Full at first.
class TokenBucket {
 public:
  explicit TokenBucket(Rate rate) : rate_(rate), level_(rate.burst) {}

  /// Takes `amount` if it is there. 0: taken. Otherwise nothing was taken, and the result is how
  /// long to wait, in milliseconds, at least 1.
  uint64_t take(double amount, uint64_t now_ms) {
    refill(now_ms);
    if (amount <= level_) {
      level_ -= amount;
      return 0;
    }
    if (rate_.per_second <= 0) return kNeverMs;
    const double wanted = std::min(amount, rate_.burst) - level_;
    return std::max<uint64_t>(1, static_cast<uint64_t>(wanted * 1000 / rate_.per_second));
  }

  /// True when forgetting the bucket would change nothing.
  bool full(uint64_t now_ms) {
    refill(now_ms);
    return level_ >= rate_.burst;
  }

 private:
  static constexpr uint64_t kNeverMs = 3'600'000;

  void refill(uint64_t now_ms) {
    if (now_ms > last_ms_) {
      const double earned = static_cast<double>(now_ms - last_ms_) * rate_.per_second / 1000;
      level_ = std::min(rate_.burst, level_ + earned);
    }
    last_ms_ = now_ms;
  }

  Rate rate_;
  double level_;
  uint64_t last_ms_ = 0;
};

}  // namespace homing::relay
