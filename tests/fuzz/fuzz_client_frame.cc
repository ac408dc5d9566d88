// Goal: every client frame that is accepted has one encoding, the one that came.
// Method: accepted bytes are encoded again and compared.

#include "fuzz/choices.h"
#include "fuzz/targets.h"
#include "wire/frame.h"

namespace homing::fuzz {

void fuzz_client_frame(ByteView bytes) {
  const Result<wire::ClientFrame> frame = wire::decode_client_frame(bytes);
  if (frame) HOMING_ASSERT(equal(wire::encode(*frame), bytes));
}

}  // namespace homing::fuzz
