// Goal: run every unit test from one seed that is printed, natively and as Wasm in node.
// Method: doctest's own main, plus `--seed N` and HOMING_SEED in front of it.

#define DOCTEST_CONFIG_IMPLEMENT
#include <doctest/doctest.h>

#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <random>
#include <string>
#include <string_view>

#include "support/seed.h"

#ifdef __EMSCRIPTEN__
#include <emscripten.h>
#endif

namespace homing::test {
namespace {

uint64_t current_seed = 1;

std::string seed_from_environment() {
#ifdef __EMSCRIPTEN__
  // Emscripten's getenv() knows nothing of the process node runs in.
  return emscripten_run_script_string("process.env.HOMING_SEED || ''");
#else
  const char* text = std::getenv("HOMING_SEED");
  return text == nullptr ? "" : text;
#endif
}

std::optional<uint64_t> parse_seed(std::string_view text) {
  if (text == "random") {
    std::random_device device;
    return (uint64_t{device()} << 32) | device();
  }
  uint64_t value = 0;
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc{} || rest != end) return std::nullopt;
  return value;
}

/// Returns false after saying what is wrong with the seed that was asked for.
bool choose_seed(int argc, char** argv) {
  std::string asked = seed_from_environment();
  for (int i = 1; i < argc; ++i) {
    if (std::string_view(argv[i]) != "--seed") continue;
    asked = i + 1 < argc ? argv[i + 1] : "(nothing)";
  }
  if (!asked.empty()) {
    const std::optional<uint64_t> parsed = parse_seed(asked);
    if (!parsed.has_value()) {
      std::fprintf(stderr, "--seed takes a number or \"random\", not %s\n", asked.c_str());
      return false;
    }
    current_seed = *parsed;
  }
  std::printf("seed: %llu (repeat with --seed or HOMING_SEED)\n",
              static_cast<unsigned long long>(current_seed));
  return true;
}

}  // namespace

uint64_t seed() { return current_seed; }

}  // namespace homing::test

int main(int argc, char** argv) {
  if (!homing::test::choose_seed(argc, argv)) return 2;
  doctest::Context context;
  context.applyCommandLine(argc, argv);
  return context.run();
}
