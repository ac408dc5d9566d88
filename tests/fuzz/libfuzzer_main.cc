// One target as libFuzzer wants it. HOMING_FUZZ_TARGET is the function's name (CMakeLists.txt).
// With the simulator's primitives its ledger sees every seal, and no nonce may seal two contents.

#include "fuzz/targets.h"
#include "homing/result.h"

#ifdef HOMING_FUZZ_WITH_TOYS
#include "simulation/ledger.h"
#endif

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
#ifdef HOMING_FUZZ_WITH_TOYS
  // Each run starts from the same randomness, so what another sealed is no misuse.
  homing::simulation::ledger().clear();
#endif
  homing::fuzz::HOMING_FUZZ_TARGET({data, size});
#ifdef HOMING_FUZZ_WITH_TOYS
  HOMING_ASSERT(homing::simulation::ledger().misuse().empty());
#endif
  return 0;
}
