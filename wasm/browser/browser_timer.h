#pragma once

#include <cstdint>
#include <functional>
#include <optional>

namespace homing {

/// The one timer of a Host. A hidden page's timers may run once a minute: late is normal. Lives at
/// one address: not copyable, not movable.
class BrowserTimer {
 public:
  explicit BrowserTimer(std::function<void()> fired) : fired_(std::move(fired)) {}
  ~BrowserTimer() { set(std::nullopt, 0); }
  BrowserTimer(const BrowserTimer&) = delete;
  BrowserTimer& operator=(const BrowserTimer&) = delete;

  /// Calls back once when the monotonic clock, which shows `now_ms`, reaches `at_ms`; none: never.
  /// Replaces what was set before; setting the same time again costs nothing.
  void set(std::optional<uint64_t> at_ms, uint64_t now_ms);

  /// Called by the JavaScript half only.
  void fire();

 private:
  std::function<void()> fired_;
  std::optional<uint64_t> at_ms_;
};

}  // namespace homing
