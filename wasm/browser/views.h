#pragma once

#include <emscripten/val.h>

#include <vector>

#include "browser/host.h"

/// Turns the engine's values into the plain JavaScript objects of homing.d.ts. Like bindings.cc, a
/// place where snake_case becomes camelCase.
namespace homing {

emscripten::val to_view(const Message& message);
emscripten::val to_view(const Conversation& conversation);
emscripten::val to_view(const SafetyNumber& number);
/// Times of these are monotonic in the engine and since 1970 in JavaScript.
emscripten::val to_view(const Why& why, const Time& now);
emscripten::val to_view(const event::ConnectionChanged& connection, const Time& now);
emscripten::val to_view(const HostEvent& event, const Time& now);

template <typename T>
emscripten::val to_views(const std::vector<T>& values) {
  emscripten::val out = emscripten::val::array();
  for (size_t i = 0; i < values.size(); ++i) out.set(i, to_view(values[i]));
  return out;
}

}  // namespace homing
