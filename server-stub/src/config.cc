#include "config.h"

#include <CLI/CLI.hpp>
#include <charconv>

namespace homing::relay {
namespace {

constexpr std::string_view kSqlitePrefix = "sqlite:";

/// "ADDRESS:PORT" or "[ADDRESS]:PORT". Returns what is wrong, or "".
std::string split_listen(const std::string& text, Config& config) {
  const size_t colon = text.rfind(':');
  if (colon == std::string::npos || colon == 0) return "expected ADDRESS:PORT";
  std::string host = text.substr(0, colon);
  if (host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data() + colon + 1, end, config.listen_port);
  if (error != std::errc{} || rest != end) return "the port is a number up to 65535";
  config.listen_host = host == "localhost" ? "127.0.0.1" : host;
  return "";
}

std::string split_store(const std::string& text, Config& config) {
  if (text.rfind(kSqlitePrefix, 0) != 0 || text.size() == kSqlitePrefix.size()) {
    return "expected sqlite:PATH";
  }
  config.store_path = text.substr(kSqlitePrefix.size());
  return "";
}

void add_limits(CLI::App& app, Config& config) {
  const std::string group = "Limits";
  app.add_option("--connections-max", config.connections_max, "Open sockets")
      ->group(group)
      ->capture_default_str();
  app.add_option("--connects-per-second", config.connects.per_second, "Upgrades per IP address")
      ->group(group)
      ->capture_default_str();
  app.add_option("--connects-burst", config.connects.burst, "The same, at once")
      ->group(group)
      ->capture_default_str();
  app.add_option("--messages-per-second", config.core.messages.per_second, "Submits per device")
      ->group(group)
      ->capture_default_str();
  app.add_option("--messages-burst", config.core.messages.burst, "The same, at once")
      ->group(group)
      ->capture_default_str();
  app.add_option("--claims-per-second", config.core.claims.per_second, "Claims per device")
      ->group(group)
      ->capture_default_str();
  app.add_option("--claims-burst", config.core.claims.burst, "The same, at once")
      ->group(group)
      ->capture_default_str();
  app.add_option("--mailbox-messages-max", config.quota.messages, "Waiting in one mailbox")
      ->group(group)
      ->capture_default_str();
  app.add_option("--mailbox-bytes-max", config.quota.bytes, "The same, in bytes")
      ->group(group)
      ->capture_default_str();
  app.add_option("--retention-ms", config.core.retention_ms, "How long a mailbox keeps a message")
      ->group(group)
      ->capture_default_str();
  app.add_option("--authenticate-ms-max", config.core.authenticate_ms_max, "Time for a hello")
      ->group(group)
      ->capture_default_str();
  app.add_option("--request-ms-max", config.request_ms_max, "Time for an HTTP request")
      ->group(group)
      ->capture_default_str();
  app.add_option("--heartbeat-ms", config.core.heartbeat_ms, "Between the relay's pings")
      ->group(group)
      ->capture_default_str();
  app.add_option("--restart-spread-s", config.core.restart_spread_s,
                 "Seconds over which clients come back after a restart")
      ->group(group)
      ->capture_default_str();
}

}  // namespace

ConfigResult read_config(int argc, const char* const* argv) {
  Config config;
  std::string listen = "127.0.0.1:8080";
  std::string store = "sqlite:homing.db";
  std::vector<std::string> hosts;
  CLI::App app("homing-relay: keeps encrypted messages until their recipients come for them");
  app.set_version_flag("--version", "homing-relay 0.1.0");
  app.add_option("--listen", listen, "ADDRESS:PORT; port 0 takes any free one")
      ->capture_default_str();
  app.add_option("--www", config.www, "Folder of the page to serve")->check(CLI::ExistingDirectory);
  app.add_option("--store", store, "sqlite:PATH")->capture_default_str();
  app.add_option("--host", hosts,
                 "Name under which clients dial the relay, without port; repeatable "
                 "(default: 127.0.0.1, localhost, [::1] and the listen address)");
  app.add_option("--origin", config.origins,
                 "Origin of other pages that may connect; repeatable (default: the own page only)");
  app.add_option("--log-level", config.log_level, "trace, debug, info, warn, error or off")
      ->check(CLI::IsMember({"trace", "debug", "info", "warn", "error", "off"}))
      ->capture_default_str();
  add_limits(app, config);
  try {
    app.parse(argc, argv);
    std::string problem = split_listen(listen, config);
    if (!problem.empty()) throw CLI::ValidationError("--listen", problem);
    problem = split_store(store, config);
    if (!problem.empty()) throw CLI::ValidationError("--store", problem);
  } catch (const CLI::ParseError& error) {
    return {.config = std::nullopt, .exit_code = app.exit(error)};
  }
  if (hosts.empty()) {
    const bool v6 = config.listen_host.find(':') != std::string::npos;
    config.core.hosts.push_back(v6 ? "[" + config.listen_host + "]" : config.listen_host);
  } else {
    config.core.hosts = std::move(hosts);
  }
  return {.config = std::move(config), .exit_code = 0};
}

}  // namespace homing::relay
