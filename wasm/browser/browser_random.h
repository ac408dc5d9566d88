#pragma once

#include "homing/random.h"

namespace homing {

/// The browser's cryptographic generator (crypto.getRandomValues). A call costs about as much as
/// sealing a message, so whoever needs little at a time asks through a PooledRandom.
class BrowserRandom final : public RandomSource {
 public:
  void fill(std::span<uint8_t> out) override;
};

}  // namespace homing
