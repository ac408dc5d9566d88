#pragma once

#include "simulation/step.h"

namespace homing::simulation {

/// The schedule of a seed as it was when it found something: tests/regression/schedules/SEED.txt.
/// What a seed draws changes with every kind of step that the simulator learns. Aborts when the
/// file is missing or cannot be read.
Script read_schedule(uint64_t seed);

}  // namespace homing::simulation
