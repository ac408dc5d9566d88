#pragma once

#include <emscripten/val.h>

#include <functional>

#include "homing/input.h"

namespace homing {

/// Subscribes C++ to the browser's `online` and `offline` events, in a window or any worker. Not
/// every browser delivers them to workers, so pages forward theirs as well; hearing one twice is
/// harmless. Lives at one address: not copyable, not movable.
class Connectivity {
 public:
  /// `on_hint` is called on the event loop, until this object is gone.
  explicit Connectivity(std::function<void(input::Hint)> on_hint);
  ~Connectivity();
  Connectivity(const Connectivity&) = delete;
  Connectivity& operator=(const Connectivity&) = delete;

  /// False only when the browser knows that there is no network; true proves nothing.
  static bool may_be_online();

  /// Called by the listener only.
  void handle_event(const emscripten::val& event) const;

 private:
  std::function<void(input::Hint)> on_hint_;
  emscripten::val scope_;
  emscripten::val listener_;
};

}  // namespace homing
