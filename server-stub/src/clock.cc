#include "clock.h"

#include <chrono>

namespace homing::relay {
namespace {

template <typename Clock>
uint64_t milliseconds() {
  const auto since = Clock::now().time_since_epoch();
  return static_cast<uint64_t>(
      std::chrono::duration_cast<std::chrono::milliseconds>(since).count());
}

}  // namespace

Time read_clock() {
  return {.monotonic_ms = milliseconds<std::chrono::steady_clock>(),
          .wall_ms = milliseconds<std::chrono::system_clock>()};
}

}  // namespace homing::relay
