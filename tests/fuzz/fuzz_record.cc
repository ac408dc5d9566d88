// Goal: a record that is accepted means one thing: what it is written as again is read as the same.
// Method: the first byte is the type, the rest the body; accepted records are encoded, decoded and
// encoded once more. (A flag may be any number but zero, so the first bytes need not come back.)

#include "fuzz/choices.h"
#include "fuzz/targets.h"
#include "journal/record.h"

namespace homing::fuzz {

void fuzz_record(ByteView bytes) {
  Choices choices(bytes);
  const uint8_t type = choices.u8();
  const ByteView body = choices.raw(bytes.size());
  const Result<Record> record = decode_record(type, body);
  if (!record) return;
  HOMING_ASSERT(static_cast<uint8_t>(record_type(*record)) == type);
  const SecretBytes once = encode_record(*record);
  HOMING_ASSERT(once.size() == body.size());
  const Result<Record> again = decode_record(type, once.view());
  HOMING_ASSERT(again.ok() && equal(encode_record(*again).view(), once.view()));
}

}  // namespace homing::fuzz
