#pragma once

/// Bugs planted on purpose, to test the simulator: each `if (HOMING_PLANT(name))` is false and gone
/// in every build but the simulator's own, where one bug at a time can be switched on.
#ifdef HOMING_PLANTED_BUGS

#include <string_view>

namespace homing {
inline std::string_view planted_bug;  // "": none
}
#define HOMING_PLANT(name) (::homing::planted_bug == #name)

#else
#define HOMING_PLANT(name) (false)
#endif
