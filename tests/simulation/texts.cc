#include "simulation/texts.h"

#include <algorithm>
#include <charconv>

#include "simulation/fast_hash.h"

namespace homing::simulation {
namespace {

constexpr std::string_view kCanary = "hmgcanary";

std::string base64_middle(size_t offset) {
  static constexpr char kDigits[] =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  // Only what does not depend on the neighbours: whole groups of three bytes.
  const std::string_view inner = kCanary.substr(offset);
  std::string out;
  for (size_t i = 0; i + 3 <= inner.size(); i += 3) {
    const auto byte = [&](size_t k) { return uint32_t{static_cast<uint8_t>(inner[i + k])}; };
    const uint32_t group = byte(0) << 16 | byte(1) << 8 | byte(2);
    for (int shift = 18; shift >= 0; shift -= 6) out += kDigits[group >> shift & 63];
  }
  return out;
}

std::vector<std::string> shapes() {
  std::vector<std::string> out;
  out.emplace_back(kCanary);
  out.push_back(to_hex(as_bytes(kCanary)));
  for (size_t offset = 0; offset < 3; ++offset) out.push_back(base64_middle(offset));
  return out;
}

}  // namespace

std::string Texts::make(uint32_t from, const Address& to, size_t bytes) {
  std::string text = std::string(kCanary) + " " + std::to_string(origins_.size()) + " ";
  while (text.size() < bytes) text += kCanary;
  origins_.push_back({from, to, hash_of(as_bytes(text))});
  return text;
}

const Texts::Origin* Texts::origin_of(const std::string& text) const {
  if (!text.starts_with(kCanary) || text.size() <= kCanary.size()) return nullptr;
  size_t number = 0;
  std::from_chars(text.data() + kCanary.size() + 1, text.data() + text.size(), number);
  if (number >= origins_.size()) return nullptr;
  const Origin& origin = origins_[number];
  return origin.hash == hash_of(as_bytes(text)) ? &origin : nullptr;
}

bool Texts::leaks(ByteView bytes) {
  static const std::vector<std::string> kShapes = shapes();
  const std::string_view text = as_text(bytes);
  return std::any_of(kShapes.begin(), kShapes.end(), [text](const std::string& shape) {
    return text.find(shape) != std::string_view::npos;
  });
}

}  // namespace homing::simulation
