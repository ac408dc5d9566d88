#pragma once

#include <cstdint>
#include <span>

#include "homing/random.h"

namespace homing::simulation {

/// The one source of chance of a schedule: splitmix64 (Steele, Lea and Flood, OOPSLA 2014). Ours,
/// and without the standard's distributions, so that a seed means the same natively and as Wasm.
class Prng {
 public:
  explicit Prng(uint64_t seed) : state_(seed) {}

  uint64_t next() {
    uint64_t z = (state_ += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
  }
  /// 0 to bound - 1; the bias is far below anything a simulation could notice.
  uint64_t below(uint64_t bound) { return bound == 0 ? 0 : next() % bound; }
  /// A place in something of this size.
  size_t index(size_t size) { return static_cast<size_t>(below(size)); }
  /// Both ends included.
  uint64_t between(uint64_t low, uint64_t high) { return low + below(high - low + 1); }
  bool chance(uint64_t per_mille) { return below(1000) < per_mille; }
  /// A stream of its own, so that what one part draws does not move what others draw.
  Prng fork() { return Prng(next()); }

 private:
  uint64_t state_;
};

/// What engines and the relay take for entropy.
class PrngSource final : public RandomSource {
 public:
  explicit PrngSource(Prng prng) : prng_(prng) {}
  void fill(std::span<uint8_t> out) override {
    for (size_t i = 0; i < out.size();) {
      uint64_t word = prng_.next();
      for (int k = 0; k < 8 && i < out.size(); ++k, ++i) {
        out[i] = static_cast<uint8_t>(word);
        word >>= 8;
      }
    }
  }

 private:
  Prng prng_;
};

}  // namespace homing::simulation
