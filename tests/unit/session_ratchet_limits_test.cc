// Goal: the ratchet's limits hold, and not one message earlier than they say.
// Method: each limit of limits.h is tried on both sides.

#include <algorithm>
#include <vector>

#include "homing/limits.h"
#include "unit/session_ratchets.h"

namespace homing::test {

TEST_CASE("ratchet: a jump of the limit opens, one more does not") {
  for (const uint32_t more : {0u, 1u}) {
    Ratchets r(66);
    REQUIRE(r.tell(r.alice, r.bob, "first"));
    for (uint32_t i = 0; i < limits::kRatchetJumpMax + more; ++i) r.seal(r.alice, "lost");
    CHECK(r.tell(r.alice, r.bob, "far ahead") == (more == 0));
  }
}

TEST_CASE("ratchet: the jump limit holds for the rest of an ended chain, too") {
  for (const uint32_t more : {0u, 1u}) {
    Ratchets r(67);
    REQUIRE(r.tell(r.alice, r.bob, "first"));
    for (uint32_t i = 0; i < limits::kRatchetJumpMax + more; ++i) r.seal(r.alice, "lost");
    REQUIRE(r.tell(r.bob, r.alice, "a turn"));
    CHECK(r.tell(r.alice, r.bob, "on a new chain") == (more == 0));
  }
}

TEST_CASE("ratchet: skipped keys are kept up to their limit, the oldest dropped first") {
  Ratchets r(68);
  std::vector<Sealed> lost;
  const auto lose = [&](size_t count) {
    for (size_t i = 0; i < count; ++i) lost.push_back(r.seal(r.alice, "lost"));
  };
  lose(limits::kSkippedKeysMax);
  REQUIRE(r.tell(r.alice, r.bob, "all kept"));
  CHECK(r.bob->skipped_count() == limits::kSkippedKeysMax);
  r.reload(r.bob);
  REQUIRE(r.tell(r.bob, r.alice, "a turn"));
  lose(3);
  REQUIRE(r.tell(r.alice, r.bob, "three too many"));
  CHECK(r.bob->skipped_count() == limits::kSkippedKeysMax);
  for (size_t i = 0; i < 3; ++i) CHECK(r.open(r.bob, lost[i]) == "undecryptable");
  CHECK(r.open(r.bob, lost[3]) == "lost");
  CHECK(r.open(r.bob, lost.back()) == "lost");
}

TEST_CASE("ratchet: a skipped key serves until its age limit and not longer") {
  for (const uint64_t more : {0u, 1u}) {
    Ratchets r(69);
    const Sealed lost = r.seal(r.alice, "lost");
    REQUIRE(r.tell(r.alice, r.bob, "later"));
    r.now_ms += limits::kSkippedKeyAgeMsMax + more;
    CHECK((r.open(r.bob, lost) == "lost") == (more == 0));
    // The next message that opens takes the expired key away.
    REQUIRE(r.tell(r.alice, r.bob, "much later"));
    CHECK(r.bob->skipped_count() == 0);
  }
}

TEST_CASE("ratchet: a clock that was set back does not make skipped keys expire") {
  Ratchets r(70);
  const Sealed lost = r.seal(r.alice, "lost");
  REQUIRE(r.tell(r.alice, r.bob, "later"));
  r.now_ms = 5;
  CHECK(r.open(r.bob, lost) == "lost");
}

TEST_CASE("ratchet: a chain's skipped keys go with the fifth step after it, not before") {
  for (const uint32_t more : {0u, 1u}) {
    Ratchets r(71);
    const Sealed lost = r.seal(r.alice, "lost");
    REQUIRE(r.tell(r.alice, r.bob, "later"));
    for (uint32_t i = 0; i < limits::kSkippedKeyStepsMax - 1 + more; ++i) r.exchange();
    CHECK((r.open(r.bob, lost) == "lost") == (more == 0));
  }
}

TEST_CASE("ratchet: at most five receiving chains are held") {
  Ratchets r(72);
  REQUIRE(r.tell(r.alice, r.bob, "first"));
  size_t chains_max = 0;
  for (int i = 0; i < 12; ++i) {
    REQUIRE(r.tell(r.bob, r.alice, "a turn"));
    r.seal(r.alice, "lost");
    REQUIRE(r.tell(r.alice, r.bob, "kept"));
    chains_max = std::max(chains_max, r.bob->receiving_chain_count());
    r.reload(r.bob);
  }
  CHECK(chains_max == limits::kSkippedKeyStepsMax);
}

}  // namespace homing::test
