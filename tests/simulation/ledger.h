#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>

#include "homing/bytes.h"

namespace homing::simulation {

/// Every use of the AEAD in one schedule, as the toy primitives saw it. It answers what no outside
/// observer could: whether two ciphertexts lie under one key and nonce (never allowed), and which
/// message key an envelope's body was sealed with (I6). With real primitives it stays empty.
class Ledger {
 public:
  void sealed(ByteView key, ByteView nonce, ByteView associated_data, ByteView plaintext);
  /// Names the key under which a body with this nonce was sealed.
  std::optional<uint64_t> key_of(ByteView nonce) const;
  /// What went wrong first; "" if nothing did.
  const std::string& misuse() const { return misuse_; }
  void clear();

 private:
  struct Use {
    uint64_t key = 0;
    uint64_t content = 0;
  };
  std::unordered_map<uint64_t, Use> by_nonce_;
  std::string misuse_;
};

/// Of the schedule that runs; schedules run one after the other.
Ledger& ledger();

}  // namespace homing::simulation
