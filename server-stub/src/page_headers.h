#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace homing::relay {

/// The security headers of every answer. `host` is the request's Host: its WebSocket is what the
/// page may connect to, besides its own origin; on the loopback interface, every port. Anything but
/// a plain host and port is left out.
std::vector<std::pair<std::string, std::string>> page_headers(std::string_view host);

/// Whether a page of this origin may open the WebSocket. "": not a page at all, which is allowed,
/// because what an Origin protects is a browser's user.
bool origin_allowed(std::string_view origin, std::string_view host,
                    std::span<const std::string> allowed);

}  // namespace homing::relay
