#include "page_headers.h"

#include <algorithm>

namespace homing::relay {
namespace {

/// The host ends up inside of a header of ours, where a space or semicolon would change the policy.
bool is_plain_host(std::string_view host) {
  const auto plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view(".-:[]_").find(c) != std::string_view::npos;
  };
  return !host.empty() && host.size() <= 255 && std::all_of(host.begin(), host.end(), plain);
}

/// On one's own machine the page and the relay often have different ports, as behind the proxy of
/// the browser tests. Nobody else can be reached by this.
bool is_loopback(std::string_view host) {
  const std::string_view name = host.substr(0, host.rfind(':'));
  return name == "127.0.0.1" || name == "localhost";
}

}  // namespace

std::vector<std::pair<std::string, std::string>> page_headers(std::string_view host) {
  std::string connect = "'self'";
  // Browsers differ in whether 'self' covers the WebSocket of the same host.
  if (is_plain_host(host)) {
    connect += " ws://" + std::string(host) + " wss://" + std::string(host);
  }
  if (is_loopback(host)) {
    connect += " ws://127.0.0.1:* ws://localhost:* http://127.0.0.1:* http://localhost:*";
  }
  const std::string policy =
      "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; "
      "connect-src " +
      connect +
      "; worker-src 'self'; img-src 'self' data: blob:; manifest-src 'self'; base-uri 'none'; "
      "object-src 'none'; form-action 'none'; frame-ancestors 'none'; "
      "require-trusted-types-for 'script'";
  return {{"Content-Security-Policy", policy},
          {"X-Content-Type-Options", "nosniff"},
          {"Referrer-Policy", "no-referrer"},
          {"Cross-Origin-Opener-Policy", "same-origin"},
          {"Cross-Origin-Resource-Policy", "same-origin"}};
}

bool origin_allowed(std::string_view origin, std::string_view host,
                    std::span<const std::string> allowed) {
  if (origin.empty()) return true;
  if (std::find(allowed.begin(), allowed.end(), origin) != allowed.end()) return true;
  if (host.empty()) return false;
  return origin == "http://" + std::string(host) || origin == "https://" + std::string(host);
}

}  // namespace homing::relay
