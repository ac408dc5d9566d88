#include "crypto/needles.h"

#include <cstring>
#include <fstream>
#include <sstream>

namespace homing::crypto_test {
namespace {

uint64_t front_of(const uint8_t* bytes) {
  uint64_t front;
  std::memcpy(&front, bytes, sizeof(front));
  return ~front;
}

size_t slot(uint64_t front) { return static_cast<size_t>((front * 0x9e3779b97f4a7c15u) >> 42); }

std::string base64_of(ByteView bytes, std::string_view last_two) {
  const std::string alphabet =
      std::string("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789") +
      std::string(last_two);
  std::string out;
  for (size_t i = 0; i + 2 < bytes.size(); i += 3) {
    const uint32_t group = static_cast<uint32_t>(bytes[i] << 16 | bytes[i + 1] << 8 | bytes[i + 2]);
    for (int shift = 18; shift >= 0; shift -= 6) out.push_back(alphabet[group >> shift & 63]);
  }
  return out;
}

}  // namespace

void Needles::add(ByteView secret, const std::string& what) {
  for (size_t at = 0; at + kBytes <= secret.size(); at += kBytes) {
    add_needle(secret.subspan(at, kBytes), what);
  }
}

void Needles::add_texts(ByteView secret, const std::string& what) {
  add_needle(as_bytes(to_hex(secret)).first(kBytes), what + " in hex");
  for (const std::string_view last_two : {"+/", "-_"}) {
    add_needle(as_bytes(base64_of(secret, last_two)).first(kBytes), what + " in base64");
  }
}

void Needles::add_needle(ByteView bytes, const std::string& what) {
  Needle needle{{}, what};
  for (size_t i = 0; i < kBytes; ++i) needle.complement[i] = static_cast<uint8_t>(~bytes[i]);
  const uint64_t front = front_of(bytes.data());
  maybe_->set(slot(front));
  by_front_.emplace(front, std::move(needle));
}

std::vector<std::string> Needles::find_in(ByteView bytes) const {
  std::vector<std::string> found;
  for (size_t at = 0; at + kBytes <= bytes.size(); ++at) {
    const uint64_t front = front_of(bytes.data() + at);
    if (!maybe_->test(slot(front))) continue;
    const auto [first, last] = by_front_.equal_range(front);
    for (auto it = first; it != last; ++it) {
      bool same = true;
      for (size_t i = 0; i < kBytes; ++i) {
        same = same && bytes[at + i] == static_cast<uint8_t>(~it->second.complement[i]);
      }
      if (same) found.push_back(it->second.what);
    }
  }
  return found;
}

std::vector<std::string> Needles::find_in_memory() const {
  std::vector<std::string> found;
  std::ifstream maps("/proc/self/maps");
  std::string line;
  while (std::getline(maps, line)) {
    std::istringstream fields(line);
    std::string range;
    std::string rights;
    std::string ignored;
    std::string name;
    fields >> range >> rights >> ignored >> ignored >> ignored >> name;
    if (rights.substr(0, 2) != "rw") continue;
    const size_t begin = std::stoull(range, nullptr, 16);
    const size_t end = std::stoull(range.substr(range.find('-') + 1), nullptr, 16);
    const ByteView region(reinterpret_cast<const uint8_t*>(begin), end - begin);
    for (const std::string& what : find_in(region)) {
      found.push_back(what + " in " + (name.empty() ? "anonymous memory" : name));
    }
  }
  return found;
}

}  // namespace homing::crypto_test
