#pragma once

#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "homing/address.h"
#include "homing/bytes.h"
#include "homing/result.h"

namespace homing::interop {

/// One command of the driver: words in one line, bytes as hex, "-" for none. A word that is missing
/// or wrong is a bug of the driver's and stops the program.
class Words {
 public:
  explicit Words(std::string_view line) : rest_(line) {}

  bool empty() const { return rest_.empty(); }

  std::string_view word() {
    HOMING_ASSERT(!rest_.empty());
    const size_t end = rest_.find(' ');
    const std::string_view out = rest_.substr(0, end);
    rest_ = end == std::string_view::npos ? std::string_view() : rest_.substr(end + 1);
    return out;
  }

  uint64_t number() {
    const std::string_view digits = word();
    uint64_t out = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), out);
    HOMING_ASSERT(error == std::errc() && end == digits.data() + digits.size());
    return out;
  }

  Bytes bytes() {
    const std::string_view hex = word();
    if (hex == "-") return {};
    HOMING_ASSERT(hex.size() % 2 == 0);
    Bytes out;
    out.reserve(hex.size() / 2);
    for (size_t i = 0; i < hex.size(); i += 2) {
      uint8_t byte = 0;
      const auto [end, error] = std::from_chars(hex.data() + i, hex.data() + i + 2, byte, 16);
      HOMING_ASSERT(error == std::errc() && end == hex.data() + i + 2);
      out.push_back(byte);
    }
    return out;
  }

  Address address() {
    Address out;
    const bool fits = copy_exact(out.hash, bytes());
    HOMING_ASSERT(fits);
    return out;
  }

 private:
  std::string_view rest_;
};

/// What follows "ok " in the answer. An Error is answered as "error NAME".
using Reply = Result<std::string>;

inline std::string hex_or_dash(ByteView bytes) { return bytes.empty() ? "-" : to_hex(bytes); }

/// The commands that concern no party: how things are written down (formats.cc). None for a
/// command of another kind.
std::optional<Reply> run_format_command(std::string_view command, Words& words);

}  // namespace homing::interop
