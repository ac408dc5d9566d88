// One target as libFuzzer wants it. HOMING_FUZZ_TARGET is the function's name (CMakeLists.txt).

#include "fuzz/targets.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  homing::fuzz::HOMING_FUZZ_TARGET({data, size});
  return 0;
}
