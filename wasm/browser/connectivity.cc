#include "browser/connectivity.h"

#include <emscripten/bind.h>

#include <string>
#include <utility>

namespace homing {
namespace {

using emscripten::val;

// The listener of every Connectivity, bound to the address of the one it belongs to.
constexpr char kListener[] = "connectivityChanged";

void connectivity_changed(uintptr_t connectivity, const val& event) {
  reinterpret_cast<const Connectivity*>(connectivity)->handle_event(event);
}

}  // namespace

Connectivity::Connectivity(std::function<void(input::Hint)> on_hint)
    : on_hint_(std::move(on_hint)),
      scope_(val::global("globalThis")),
      listener_(val::module_property(kListener).call<val>("bind", val::null(),
                                                          reinterpret_cast<uintptr_t>(this))) {
  scope_.call<void>("addEventListener", std::string("online"), listener_);
  scope_.call<void>("addEventListener", std::string("offline"), listener_);
}

Connectivity::~Connectivity() {
  // After this nobody has the address any more.
  scope_.call<void>("removeEventListener", std::string("online"), listener_);
  scope_.call<void>("removeEventListener", std::string("offline"), listener_);
}

bool Connectivity::may_be_online() {
  const val navigator = val::global("navigator");
  // Strictly false: a scope without a navigator knows nothing, which is not the same as offline.
  return navigator.isUndefined() || !navigator["onLine"].isFalse();
}

void Connectivity::handle_event(const val& event) const {
  const bool is_online = event["type"].as<std::string>() == "online";
  on_hint_(is_online ? input::Hint::kOnline : input::Hint::kOffline);
}

}  // namespace homing

EMSCRIPTEN_BINDINGS(connectivity) {
  emscripten::function(homing::kListener, &homing::connectivity_changed);
}
