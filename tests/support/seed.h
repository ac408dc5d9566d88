#pragma once

#include <cstdint>

namespace homing::test {

/// The seed of this run: `--seed N`, else the environment variable HOMING_SEED, else 1. "random"
/// in either place picks a fresh one. The program prints it first, so that any run can be repeated.
uint64_t seed();

}  // namespace homing::test
