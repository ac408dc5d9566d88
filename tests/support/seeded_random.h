#pragma once

#include <random>

#include "homing/random.h"
#include "support/seed.h"

namespace homing::test {

/// The same bytes in every run with the same seed, natively and as Wasm: the generator is fixed by
/// the C++ standard, unlike its distributions. `stream` tells apart what must not be correlated.
class SeededRandom final : public RandomSource {
 public:
  explicit SeededRandom(uint64_t stream) : engine_(seed() * 1000 + stream) {}
  void fill(std::span<uint8_t> out) override {
    for (uint8_t& byte : out) byte = static_cast<uint8_t>(engine_());
  }
  size_t below(size_t bound) { return static_cast<size_t>(engine_() % bound); }

 private:
  std::mt19937_64 engine_;
};

}  // namespace homing::test
