#include "browser/browser_timer.h"

#include <emscripten.h>

#include <algorithm>

extern "C" {
// In browser_platform.js.
void homing_timer_set(homing::BrowserTimer* timer, double delay_ms);

// Called by browser_platform.js.
EMSCRIPTEN_KEEPALIVE void homing_timer_fired(homing::BrowserTimer* timer) { timer->fire(); }
}

namespace homing {
namespace {

// The delay of setTimeout is a signed 32-bit number, and more than it holds fires at once. A day is
// far within; the engine only sets the timer again.
constexpr double kDelayMsMax = 24.0 * 3600 * 1000;

}  // namespace

void BrowserTimer::set(std::optional<uint64_t> at_ms, uint64_t now_ms) {
  if (at_ms == at_ms_) return;
  at_ms_ = at_ms;
  if (!at_ms) {
    homing_timer_set(this, -1);
    return;
  }
  const double delay_ms = *at_ms > now_ms ? static_cast<double>(*at_ms - now_ms) : 0;
  homing_timer_set(this, std::min(delay_ms, kDelayMsMax));
}

void BrowserTimer::fire() {
  // Forgotten first: if it came early, the engine asks for the same time again and must get it.
  at_ms_ = std::nullopt;
  fired_();
}

}  // namespace homing
