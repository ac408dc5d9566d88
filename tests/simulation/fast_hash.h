#pragma once

#include <cstdint>
#include <cstring>
#include <initializer_list>

#include "homing/bytes.h"

namespace homing::simulation {

/// A fast hash for traces, ledgers and the toy primitives. It mixes well and protects nothing.
class FastHash {
 public:
  explicit FastHash(uint64_t tag = 0) : a_(tag ^ 0x243f6a8885a308d3u), b_(0x13198a2e03707344u) {}

  void word(uint64_t value) {
    a_ = (a_ ^ value) * 0x9fb21c651e98df25u;
    a_ ^= a_ >> 29;
    b_ = (b_ + a_) * 0xd6e8feb86659fd93u;
    b_ ^= b_ >> 32;
  }
  void bytes(ByteView in) {
    word(in.size());
    for (; in.size() >= 8; in = in.subspan(8)) {
      uint64_t value;
      std::memcpy(&value, in.data(), 8);
      word(value);
    }
    uint64_t rest = 0;
    for (size_t i = in.size() % 8; i > 0; --i) rest = rest << 8 | in[i - 1];
    word(rest);
  }
  uint64_t value() const {
    uint64_t z = a_ ^ (b_ >> 7);
    z = (z ^ (z >> 31)) * 0x94d049bb133111ebu;
    return z ^ (z >> 29);
  }
  /// As many bytes as are wanted, all depending on everything taken in.
  void squeeze(uint8_t* out, size_t size) {
    for (size_t i = 0; i < size; i += 8) {
      word(i);
      const uint64_t value = this->value();
      std::memcpy(out + i, &value, size - i < 8 ? size - i : 8);
    }
  }

 private:
  uint64_t a_;
  uint64_t b_;
};

inline uint64_t hash_of(ByteView bytes) {
  FastHash hash;
  hash.bytes(bytes);
  return hash.value();
}

}  // namespace homing::simulation
