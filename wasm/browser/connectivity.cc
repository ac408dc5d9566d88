#include "browser/connectivity.h"

#include <string>
#include <utility>

namespace homing {

using emscripten::val;

void ConnectivityListener::handle_event(val event) const {
  const bool is_online = event["type"].as<std::string>() == "online";
  on_hint_(is_online ? input::Hint::kOnline : input::Hint::kOffline);
}

Connectivity::Connectivity(std::function<void(input::Hint)> on_hint)
    : scope_(val::global("globalThis")),
      listener_(std::make_shared<ConnectivityListener>(std::move(on_hint))) {
  scope_.call<void>("addEventListener", std::string("online"), listener_);
  scope_.call<void>("addEventListener", std::string("offline"), listener_);
}

Connectivity::~Connectivity() {
  scope_.call<void>("removeEventListener", std::string("online"), listener_);
  scope_.call<void>("removeEventListener", std::string("offline"), listener_);
  // The handle in JavaScript shares the listener; without this it would never be freed.
  listener_.call<void>("delete");
}

bool Connectivity::may_be_online() {
  const val navigator = val::global("navigator");
  // Strictly false: a scope without a navigator knows nothing, which is not the same as offline.
  return navigator.isUndefined() || !navigator["onLine"].isFalse();
}

}  // namespace homing
