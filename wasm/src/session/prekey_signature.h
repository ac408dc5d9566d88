#pragma once

#include <string_view>

#include "homing/bytes.h"
#include "homing/result.h"
#include "session/identity.h"
#include "session/primitives.h"

namespace homing {

/// What the owner signs for a prekey: u32 id || key. With the id, so that the relay cannot hand out
/// one key under the number of another.
Bytes prekey_message(uint32_t id, ByteView key);

/// kBadSignature.
Result<void> verify_prekey(const IdentityKeys& identity, std::string_view for_purpose, uint32_t id,
                           ByteView key, const Signature& signature);

inline std::string_view kem_purpose(bool last_resort) {
  return last_resort ? purpose::kKemLastResort : purpose::kKemOneTime;
}

}  // namespace homing
