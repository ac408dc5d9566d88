#pragma once

#include <algorithm>

#include "homing/bytes.h"
#include "homing/random.h"

namespace homing::fuzz {

/// Turns bytes into decisions, from front to back. When they are used up every further decision is
/// zero, and empty() says so: a loop over actions ends there.
class Choices {
 public:
  explicit Choices(ByteView bytes) : rest_(bytes) {}

  bool empty() const { return rest_.empty(); }
  uint8_t u8() { return static_cast<uint8_t>(integer(1)); }
  uint16_t u16() { return static_cast<uint16_t>(integer(2)); }
  uint32_t u32() { return static_cast<uint32_t>(integer(4)); }
  uint64_t u64() { return integer(8); }
  size_t below(size_t bound) { return bound == 0 ? 0 : u8() % bound; }

  /// As many of `size` bytes as are left.
  ByteView raw(size_t size) {
    const ByteView out = rest_.first(std::min(size, rest_.size()));
    rest_ = rest_.subspan(out.size());
    return out;
  }
  /// A length (u16), then as many of that many bytes as are left.
  ByteView sized() { return raw(u16()); }
  template <size_t kSize>
  ByteArray<kSize> array() {
    ByteArray<kSize> out{};
    const ByteView from = raw(kSize);
    std::copy(from.begin(), from.end(), out.begin());
    return out;
  }

 private:
  uint64_t integer(size_t width) {
    uint64_t out = 0;
    for (const uint8_t byte : raw(width)) out = (out << 8) | byte;
    return out;
  }

  ByteView rest_;
};

/// The same bytes in every run (Vigna's splitmix64): whatever is found must be found again.
class FixedRandom final : public RandomSource {
 public:
  explicit FixedRandom(uint64_t seed) : state_(seed) {}
  void fill(std::span<uint8_t> out) override {
    for (uint8_t& byte : out) byte = static_cast<uint8_t>(next() >> 32);
  }

 private:
  uint64_t next() {
    uint64_t z = state_ += 0x9e3779b97f4a7c15ull;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
    return z ^ (z >> 31);
  }

  uint64_t state_;
};

inline bool equal(ByteView a, ByteView b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end());
}

}  // namespace homing::fuzz
