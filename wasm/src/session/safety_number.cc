#include "session/safety_number.h"

#include <algorithm>

#include "session/primitives.h"

namespace homing {
namespace {

/// As many as Signal's: half of a number is worth 112 bits with them.
constexpr int kIterations = 5'200;
constexpr size_t kGroups = 6;

/// Six groups of five digits for one person.
std::string half_of(const Address& address) {
  ByteArray<64> hash = sha512({as_bytes("homing/safety-number/v1"), address.hash});
  for (int i = 1; i < kIterations; ++i) hash = sha512({hash, address.hash});
  std::string digits;
  for (size_t group = 0; group < kGroups; ++group) {
    uint64_t value = 0;
    for (size_t i = 0; i < 5; ++i) value = value << 8 | hash[group * 5 + i];
    const std::string shown = std::to_string(value % 100'000);
    digits.append(5 - shown.size(), '0').append(shown);
  }
  return digits;
}

}  // namespace

std::string safety_digits(const Address& own, const Address& peer) {
  const std::string mine = half_of(own);
  const std::string theirs = half_of(peer);
  return std::min(mine, theirs) + std::max(mine, theirs);
}

std::string safety_code(const Address& own, const Address& peer) {
  return "homing-safety-1." + own.to_text() + "." + peer.to_text();
}

}  // namespace homing
