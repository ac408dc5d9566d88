#pragma once

#include <string>

#include "homing/output.h"

namespace homing::simulation {

/// One line about a frame or an event, for people who read a trace.
std::string narrate_client_frame(ByteView bytes);
std::string narrate_relay_frame(ByteView bytes);
std::string narrate_event(const Event& event);

}  // namespace homing::simulation
