#include "simulation/ledger.h"

#include "simulation/fast_hash.h"

namespace homing::simulation {

void Ledger::sealed(ByteView key, ByteView nonce, ByteView associated_data, ByteView plaintext) {
  FastHash content(hash_of(associated_data));
  content.bytes(plaintext);
  const Use use{hash_of(key), content.value()};
  const auto [known, first] = by_nonce_.try_emplace(hash_of(nonce), use);
  if (first || known->second.key != use.key || known->second.content == use.content) return;
  if (misuse_.empty()) misuse_ = "one nonce under one key for two contents";
}

std::optional<uint64_t> Ledger::key_of(ByteView nonce) const {
  const auto found = by_nonce_.find(hash_of(nonce));
  if (found == by_nonce_.end()) return std::nullopt;
  return found->second.key;
}

void Ledger::clear() {
  by_nonce_.clear();
  misuse_.clear();
}

Ledger& ledger() {
  static Ledger of_this_schedule;
  return of_this_schedule;
}

}  // namespace homing::simulation
