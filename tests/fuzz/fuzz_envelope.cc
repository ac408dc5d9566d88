// Goal: every envelope that is accepted has one encoding, and its handshake fields survive the
// journal's layout.
// Method: accepted bytes are encoded again and compared; the fields are written and read back.

#include "fuzz/choices.h"
#include "fuzz/targets.h"
#include "session/envelope.h"

namespace homing::fuzz {

void fuzz_envelope(ByteView bytes) {
  const Result<Envelope> envelope = decode_envelope(bytes);
  if (!envelope) return;
  HOMING_ASSERT(equal(encode_envelope(*envelope), bytes));
  if (!envelope->first) return;
  SecretWriter to;
  write_first_fields(*envelope->first, to);
  ByteReader from(to.buffer().view());
  const Result<FirstFields> fields = read_first_fields(from);
  HOMING_ASSERT(fields.ok() && from.finished() && *fields == *envelope->first);
}

}  // namespace homing::fuzz
