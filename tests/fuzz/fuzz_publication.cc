// Goal: every prekey publication that is accepted has one encoding, and ids that ascend.
// Method: accepted bytes are encoded again and compared, and their signatures are verified.

#include "fuzz/choices.h"
#include "fuzz/people.h"
#include "fuzz/targets.h"

namespace homing::fuzz {
namespace {

template <typename Prekey>
bool ascends(const std::vector<Prekey>& prekeys) {
  return std::is_sorted(prekeys.begin(), prekeys.end(),
                        [](const Prekey& a, const Prekey& b) { return a.id <= b.id; });
}

}  // namespace

void fuzz_publication(ByteView bytes) {
  const Result<PrekeyPublication> publication = decode_publication(bytes);
  if (!publication) return;
  HOMING_ASSERT(equal(encode_publication(*publication), bytes));
  HOMING_ASSERT(ascends(publication->one_time) && ascends(publication->one_time_kem));
  // Whatever it says, it must not stop the relay that checks it.
  const Result<void> verified = verify(*publication, bob().address);
  HOMING_ASSERT(!verified.ok() || publication->identity == bob().publication.identity);
}

}  // namespace homing::fuzz
