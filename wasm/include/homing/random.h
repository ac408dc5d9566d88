#pragma once

#include <span>

#include "homing/bytes.h"

namespace homing {

/// Where all entropy of the core comes from: the browser's getRandomValues, getrandom() natively,
/// or a seeded generator in tests. Implementations must give uniformly random bytes and never fail;
/// one that cannot stops the program.
class RandomSource {
 public:
  virtual ~RandomSource() = default;
  virtual void fill(std::span<uint8_t> out) = 0;

  template <size_t kSize>
  ByteArray<kSize> array() {
    ByteArray<kSize> out;
    fill(out);
    return out;
  }
  SecretKey secret() {
    SecretKey out;
    fill({out.data(), out.size()});
    return out;
  }
  uint64_t u64() { return ByteReader(array<8>()).u64(); }
};

/// Hands out entropy from a pool that is filled in bulk and wiped as it is used: in the browser one
/// call to the source costs 0.2 ms, which would be most of the cost of sealing a message.
class PooledRandom final : public RandomSource {
 public:
  /// `source` must outlive the pool.
  explicit PooledRandom(RandomSource& source) : source_(source) {}
  ~PooledRandom() override { wipe(pool_.data(), pool_.size()); }
  PooledRandom(const PooledRandom&) = delete;
  PooledRandom& operator=(const PooledRandom&) = delete;

  void fill(std::span<uint8_t> out) override;

 private:
  RandomSource& source_;
  ByteArray<4096> pool_{};
  size_t used_ = 4096;
};

}  // namespace homing
