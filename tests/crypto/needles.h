#pragma once

#include <bitset>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "homing/bytes.h"

namespace homing::crypto_test {

/// Finds any of many secrets in any bytes, at any offset. Holds them complemented, or a search of
/// the whole memory would find the list itself.
class Needles {
 public:
  static constexpr size_t kBytes = 16;

  /// Both halves of a secret of 32 bytes: copying often goes by 16 bytes, and half is too much.
  void add(ByteView secret, const std::string& what);
  /// The beginnings of its hexadecimal and base64 forms, too.
  void add_texts(ByteView secret, const std::string& what);
  size_t size() const { return by_front_.size(); }

  /// What was found, each once per place.
  std::vector<std::string> find_in(ByteView bytes) const;
  /// The same in all writable memory of this process: heap, stacks, static data.
  std::vector<std::string> find_in_memory() const;

 private:
  struct Needle {
    ByteArray<kBytes> complement{};
    std::string what;
  };
  void add_needle(ByteView bytes, const std::string& what);

  std::unordered_multimap<uint64_t, Needle> by_front_;  // by its first 8 bytes, complemented
  std::unique_ptr<std::bitset<1 << 22>> maybe_ = std::make_unique<std::bitset<1 << 22>>();
};

}  // namespace homing::crypto_test
