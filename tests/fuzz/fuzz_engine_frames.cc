// Goal: no relay and no peer can stop an opened engine or make it break its contract, whatever they
// send and whenever.
// Method: bytes are steps of a device (engine_host.h) with a disk, a relay without rules and a
// peer without manners. Every turn ends with few outputs and a deadline that lies ahead; every
// frame decodes; every wish is answered at most once; ticks never go back; the disk opens again.

#include "fuzz/engine_host.h"
#include "fuzz/targets.h"

namespace homing::fuzz {

void fuzz_engine_frames(ByteView bytes) {
  constexpr size_t kStepsMax = 64;
  Choices choices(bytes);
  EngineHost host;
  for (size_t i = 0; i < kStepsMax && !choices.empty(); ++i) host.step(choices);
}

}  // namespace homing::fuzz
