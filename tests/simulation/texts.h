#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "homing/address.h"
#include "homing/bytes.h"

namespace homing::simulation {

/// All texts of a schedule. Each is unique and full of a canary, so that plaintext can be found in
/// whatever shape it leaks: raw, hexadecimal or base64 at any alignment (I7).
class Texts {
 public:
  struct Origin {
    uint32_t from = 0;
    Address to;
    uint64_t hash = 0;
  };
  std::string make(uint32_t from, const Address& to, size_t bytes);
  /// Who wrote it; nullptr when nobody did.
  const Origin* origin_of(const std::string& text) const;

  static bool leaks(ByteView bytes);

 private:
  std::vector<Origin> origins_;
};

}  // namespace homing::simulation
