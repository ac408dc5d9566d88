#pragma once

#include "simulation/step.h"

namespace homing::simulation {

/// A shorter script that still breaks the same promise: steps are left out, in halves, quarters and
/// so on down to single ones (Zeller's delta debugging), then numbers are made small. Cost: some
/// hundred runs.
Script shrink(const Script& failing);

}  // namespace homing::simulation
