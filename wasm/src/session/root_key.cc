#include "session/root_key.h"

namespace homing {

RootStep RootKey::step(const SecretKey& dh_output) const {
  SecretArray<96> keys;
  const Result<void> derived = hkdf_sha256(
      key_.view(), dh_output.view(), as_bytes("homing/ratchet/v1"), {keys.data(), keys.size()});
  HOMING_ASSERT(derived.ok());
  ByteReader parts(keys.view());
  // A braced list is evaluated from left to right, so the parts come in this order.
  return RootStep{RootKey(read_secret_key(parts)), ChainKey(read_secret_key(parts)),
                  read_secret_key(parts)};
}

}  // namespace homing
