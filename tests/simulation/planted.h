#pragma once

#include <cstdint>

namespace homing::simulation {

/// Switches on each planted bug in turn (wasm/src/plant.h) and runs seeds until one finds it.
/// Prints where and by which promise; gives how many were not found within `seeds_max`, and adds to
/// `bugs` how many there are.
uint64_t run_planted(uint64_t seeds_max, uint64_t& bugs);

}  // namespace homing::simulation
