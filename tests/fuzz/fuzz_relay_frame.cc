// Goal: every relay frame that is accepted has one encoding, the one that came.
// Method: accepted bytes are encoded again and compared.

#include "fuzz/choices.h"
#include "fuzz/targets.h"
#include "wire/frame.h"

namespace homing::fuzz {

void fuzz_relay_frame(ByteView bytes) {
  const Result<wire::RelayFrame> frame = wire::decode_relay_frame(bytes);
  if (frame) HOMING_ASSERT(equal(wire::encode(*frame), bytes));
}

}  // namespace homing::fuzz
