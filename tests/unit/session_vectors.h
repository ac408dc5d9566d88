#pragma once

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>

#include "homing/bytes.h"
#include "session/primitives.h"

/// Reading the known answers of tests/vectors.
namespace homing::test {

/// The bytes of a hex string; a vector file with anything else fails the test.
inline Bytes from_hex(const std::string& text) {
  bool well_formed = text.size() % 2 == 0;
  const auto digit = [&well_formed](char letter) {
    const bool is_number = letter >= '0' && letter <= '9';
    well_formed = well_formed && (is_number || (letter >= 'a' && letter <= 'f'));
    return is_number ? letter - '0' : letter - 'a' + 10;
  };
  Bytes out;
  for (size_t i = 0; i + 1 < text.size(); i += 2) {
    out.push_back(static_cast<uint8_t>(16 * digit(text[i]) + digit(text[i + 1])));
  }
  REQUIRE(well_formed);
  return out;
}

inline Bytes hex_field(const nlohmann::json& item, const char* name) {
  REQUIRE(item.contains(name));
  return from_hex(item[name].get<std::string>());
}

template <size_t kSize>
ByteArray<kSize> array_field(const nlohmann::json& item, const char* name) {
  ByteArray<kSize> out{};
  const bool fits = copy_exact(out, hex_field(item, name));
  REQUIRE(fits);
  return out;
}

inline SecretKey secret_field(const nlohmann::json& item, const char* name) {
  return SecretKey(array_field<32>(item, name));
}

inline nlohmann::json load_vectors(const std::string& name) {
  std::ifstream file(std::string(HOMING_VECTORS_DIR) + "/" + name, std::ios::binary);
  REQUIRE(file.good());
  std::ostringstream text;
  text << file.rdbuf();
  nlohmann::json out = nlohmann::json::parse(text.str(), nullptr, false);
  REQUIRE(!out.is_discarded());
  return out;
}

/// That all cases of a file were judged, and how many that are.
inline void check_count(const char* file, size_t count, size_t wanted) {
  CHECK(count == wanted);
  std::printf("vectors: %-48s %4zu cases\n", file, count);
}

/// Calls `check` for every case of a Wycheproof file, of which there are `wanted`.
template <typename Check>
void for_each_case(const char* name, size_t wanted, Check check) {
  const nlohmann::json file = load_vectors(name);
  size_t count = 0;
  for (const auto& group : file["testGroups"]) {
    for (const auto& item : group["tests"]) {
      CAPTURE(item["tcId"].get<int>());
      check(group, item);
      ++count;
    }
  }
  CHECK(count == file["numberOfTests"].get<size_t>());
  check_count(name, count, wanted);
}

inline bool is_valid(const nlohmann::json& item) { return item["result"] == "valid"; }

inline bool same(ByteView a, ByteView b) {
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin());
}

}  // namespace homing::test
