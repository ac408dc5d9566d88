// Goal: every content that is accepted has one encoding, the one that came.
// Method: accepted bytes are encoded again and compared.

#include "fuzz/choices.h"
#include "fuzz/targets.h"
#include "wire/content.h"

namespace homing::fuzz {

void fuzz_content(ByteView bytes) {
  const Result<content::Content> content = content::decode(bytes);
  if (content) HOMING_ASSERT(equal(content::encode(*content), bytes));
}

}  // namespace homing::fuzz
