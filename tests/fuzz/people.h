#pragma once

#include <optional>

#include "homing/address.h"
#include "homing/bytes.h"
#include "session/prekey_bundle.h"
#include "session/session_book.h"

/// Two people whose keys are made once per process: making and signing them costs more than all
/// else in a run.
namespace homing::fuzz {

inline constexpr uint64_t kNowMs = 1'800'000'000'000;
inline constexpr uint64_t kDayMs = 24ull * 3600 * 1000;

/// What a profile stores, as bytes, so that each run starts from the same.
struct StoredBook {
  Bytes identity;
  Bytes prekeys;
  Bytes sessions;  // with the other one
};

struct PersonKeys {
  Address address;
  StoredBook stored;
  PrekeyPublication publication;

  /// The `claim`-th bundle a relay would hand out: one-time keys while there are any, then the last
  /// resort.
  PrekeyBundle bundle(size_t claim) const;
};

const PersonKeys& alice();
const PersonKeys& bob();

StoredBook store(const SessionBook& book, const Address& peer);
/// The book that was stored. Nothing when it cannot be read back, which is a bug.
SessionBook load(const StoredBook& stored, const Address& peer);

}  // namespace homing::fuzz
