#include "system_random.h"

#include <sys/random.h>

#include <algorithm>

#include "homing/result.h"

namespace homing::relay {

void SystemRandom::fill(std::span<uint8_t> out) {
  while (!out.empty()) {
    // Up to 256 bytes come whole and cannot be interrupted.
    const size_t part = std::min<size_t>(out.size(), 256);
    HOMING_ASSERT(getentropy(out.data(), part) == 0);
    out = out.subspan(part);
  }
}

}  // namespace homing::relay
