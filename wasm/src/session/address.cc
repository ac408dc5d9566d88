#include "homing/address.h"

namespace homing {
namespace {

constexpr std::string_view kAlphabet = "abcdefghijklmnopqrstuvwxyz234567";
constexpr size_t kTextBytes = 52;  // 256 bits in steps of 5; the last 4 bits are zero

}  // namespace

std::string Address::to_text() const {
  std::string out;
  out.reserve(kTextBytes);
  uint32_t pending = 0;
  int bits = 0;
  for (const uint8_t byte : hash) {
    pending = (pending << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      out.push_back(kAlphabet[(pending >> bits) & 31]);
    }
    pending &= (1u << bits) - 1;
  }
  if (bits > 0) out.push_back(kAlphabet[(pending << (5 - bits)) & 31]);
  return out;
}

Result<Address> Address::parse(std::string_view text) {
  if (text.size() != kTextBytes) return Error::kBadAddress;
  Address out;
  size_t written = 0;
  uint32_t pending = 0;
  int bits = 0;
  for (const char letter : text) {
    const size_t value = kAlphabet.find(letter);
    if (value == std::string_view::npos) return Error::kBadAddress;
    pending = (pending << 5) | static_cast<uint32_t>(value);
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      out.hash[written++] = static_cast<uint8_t>(pending >> bits);
      pending &= (1u << bits) - 1;
    }
  }
  // A last character with other bits set would be a second text for the same address.
  if (pending != 0) return Error::kBadAddress;
  return out;
}

}  // namespace homing
