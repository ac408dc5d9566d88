#pragma once

#include <emscripten/val.h>

#include <functional>
#include <memory>

#include "homing/input.h"

namespace homing {

/// What an `online` or `offline` event of the global scope is handled by; registered with embind as
/// an object with a method handleEvent, which is all that addEventListener() asks of a listener.
class ConnectivityListener {
 public:
  explicit ConnectivityListener(std::function<void(input::Hint)> on_hint)
      : on_hint_(std::move(on_hint)) {}

  void handle_event(emscripten::val event) const;

 private:
  std::function<void(input::Hint)> on_hint_;
};

/// Subscribes C++ to the browser's `online` and `offline` events, in a window or any worker. Not
/// every browser delivers them to workers, so pages forward theirs as well; hearing one twice is
/// harmless.
class Connectivity {
 public:
  /// `on_hint` is called on the event loop, until this object is gone.
  explicit Connectivity(std::function<void(input::Hint)> on_hint);
  ~Connectivity();
  Connectivity(const Connectivity&) = delete;
  Connectivity& operator=(const Connectivity&) = delete;

  /// False only when the browser knows that there is no network; true proves nothing.
  static bool may_be_online();

 private:
  emscripten::val scope_;
  emscripten::val listener_;
};

}  // namespace homing
