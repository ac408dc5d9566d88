#pragma once

#include "homing/random.h"

namespace homing::relay {

/// The operating system's generator. Ends the program if that fails.
class SystemRandom final : public RandomSource {
 public:
  void fill(std::span<uint8_t> out) override;
};

}  // namespace homing::relay
