#pragma once

#include <string_view>

#include "homing/bytes.h"
#include "homing/message.h"

namespace homing::fuzz {

/// Stores one input of a target.
using Write = void (*)(std::string_view target, std::string_view name, ByteView bytes);

/// The same id for the same number.
MessageId an_id(uint64_t number);

void write_value_seeds(Write write);    // seeds.cc
void write_refusal_seeds(Write write);  // seed_refusals.cc: well-formed, and yet none of ours
void write_store_seeds(Write write);    // seed_stores.cc: key files and backups
void write_script_seeds(Write write);   // seed_scripts.cc: targets whose bytes are actions

}  // namespace homing::fuzz
