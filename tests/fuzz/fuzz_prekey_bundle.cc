// Goal: every prekey bundle that is accepted has one encoding, and starting a session from one that
// nobody signed is an error and no more.
// Method: accepted bytes are encoded again and compared; a session book tries to begin with them.

#include "fuzz/choices.h"
#include "fuzz/people.h"
#include "fuzz/targets.h"

namespace homing::fuzz {

void fuzz_prekey_bundle(ByteView bytes) {
  const Result<PrekeyBundle> bundle = decode_bundle(bytes);
  if (!bundle) return;
  HOMING_ASSERT(equal(encode_bundle(*bundle), bytes));
  const bool genuine = verify(*bundle, bob().address).ok();
  SessionBook book = load(alice().stored, bob().address);
  FixedRandom random(3);
  const Result<void> begun = book.begin(bob().address, *bundle, kNowMs, random);
  HOMING_ASSERT(genuine || !begun.ok());
  HOMING_ASSERT(begun.ok() == book.can_seal(bob().address, kNowMs));
}

}  // namespace homing::fuzz
