#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <csignal>
#include <cstdio>
#include <cstdlib>

#include "config.h"
#include "server.h"
#include "sqlite_store.h"
#include "static_files.h"
#include "system_random.h"

namespace homing::relay {
namespace {

namespace asio = boost::asio;

/// The first signal ends the relay in good order, the second at once.
void stop_on_signals(asio::signal_set& signals, Server& server) {
  signals.async_wait([&](boost::system::error_code error, int) {
    if (error) return;
    server.stop();
    signals.async_wait([](boost::system::error_code again, int) {
      if (!again) std::_Exit(EXIT_FAILURE);
    });
  });
}

void print_ready(const Config& config, uint16_t port) {
  const bool v6 = config.listen_host.find(':') != std::string::npos;
  // Standard output has this line and no other: scripts and tests wait for it.
  std::printf("homing-relay listening on http://%s%s%s:%u\n", v6 ? "[" : "",
              config.listen_host.c_str(), v6 ? "]" : "", static_cast<unsigned>(port));
  std::fflush(stdout);
}

int run(const Config& config) {
  // A file that may not grow any more is an error to be answered, not a reason to die.
  std::signal(SIGXFSZ, SIG_IGN);
  StaticFiles files;
  if (!config.www.empty()) {
    const std::string problem = files.load(config.www);
    if (!problem.empty()) {
      spdlog::critical("{}", problem);
      return EXIT_FAILURE;
    }
    spdlog::info("{} files in {}", files.size(), config.www);
  }
  SystemRandom random;
  std::string problem;
  const auto store = SqliteStore::open(config.store_path, config.quota, random, problem);
  if (!store) {
    spdlog::critical("cannot use {}: {}", config.store_path, problem);
    return EXIT_FAILURE;
  }
  asio::io_context io(1);
  Server server(io, config, files, **store, random);
  problem = server.listen();
  if (!problem.empty()) {
    spdlog::critical("cannot listen on {}: {}", config.listen_host, problem);
    return EXIT_FAILURE;
  }
  asio::signal_set signals(io, SIGTERM, SIGINT);
  stop_on_signals(signals, server);
  print_ready(config, server.port());
  io.run();
  return server.failed() ? EXIT_FAILURE : EXIT_SUCCESS;
}

}  // namespace
}  // namespace homing::relay

int main(int argc, char** argv) {
  const homing::relay::ConfigResult config = homing::relay::read_config(argc, argv);
  if (!config.config) return config.exit_code;
  spdlog::set_default_logger(spdlog::stderr_color_mt("homing-relay"));
  spdlog::set_level(spdlog::level::from_str(config.config->log_level));
  return homing::relay::run(*config.config);
}
