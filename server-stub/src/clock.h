#pragma once

#include "homing/input.h"

namespace homing::relay {

/// Both clocks of this machine, now.
Time read_clock();

}  // namespace homing::relay
