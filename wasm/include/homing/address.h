#pragma once

#include <compare>
#include <cstring>
#include <string>
#include <string_view>

#include "homing/bytes.h"
#include "homing/result.h"

namespace homing {

/// Who a message goes to: BLAKE2b-256 over a person's two identity keys (docs/crypto.md). Because
/// the keys can be checked against it, nobody can substitute keys for an address one already has.
struct Address {
  ByteArray<32> hash{};

  /// 52 characters, base32 (RFC 4648) in lower case without padding.
  std::string to_text() const;
  /// Reads exactly what to_text() writes; anything else is kBadAddress.
  static Result<Address> parse(std::string_view text);

  friend bool operator==(const Address&, const Address&) = default;
  friend bool operator<(const Address& a, const Address& b) { return a.hash < b.hash; }
};

/// An address is a hash already: its first bytes serve as they are.
struct AddressHash {
  size_t operator()(const Address& address) const {
    size_t out;
    std::memcpy(&out, address.hash.data(), sizeof(out));
    return out;
  }
};

}  // namespace homing
