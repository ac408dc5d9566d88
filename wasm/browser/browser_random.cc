#include "browser/browser_random.h"

#include <algorithm>

extern "C" {
// In browser_platform.js.
void homing_random_fill(uint8_t* bytes, size_t size);
}

namespace homing {
namespace {

// What one call of getRandomValues gives at most (Web Cryptography API, section 10.1.1).
constexpr size_t kBytesPerCallMax = 65'536;

}  // namespace

void BrowserRandom::fill(std::span<uint8_t> out) {
  while (!out.empty()) {
    const size_t size = std::min(out.size(), kBytesPerCallMax);
    homing_random_fill(out.data(), size);
    out = out.subspan(size);
  }
}

}  // namespace homing
