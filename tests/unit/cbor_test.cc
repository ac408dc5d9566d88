// Goal: exactly homing's profile of CBOR is accepted, and hostile bytes get a typed error.
// Method: known answers from other projects, both sides of every limit, every truncation, and
// random bytes compared with the encoder.

#include "wire/cbor.h"

#include <doctest/doctest.h>

#include "homing/limits.h"
#include "support/seeded_random.h"
#include "unit/session_vectors.h"
#include "wire/utf8.h"

namespace homing::test {
namespace {

/// The error, or none when the bytes are accepted.
std::optional<Error> refusal(const Bytes& bytes) {
  const Result<Json> value = decode_cbor(bytes);
  return value ? std::nullopt : std::optional(value.error());
}

bool in_profile(const nlohmann::json& example) {
  const auto major = from_hex(example["hex"].get<std::string>())[0] >> 5;
  const bool canonical = example["roundtrip"].get<bool>();
  if (!canonical) return false;
  if (major == 7)
    return example.contains("decoded") && !example["decoded"].is_number_float() &&
           !example["decoded"].is_string();
  return major == 0 || major == 2 || major == 3 || major == 4;
}

bool holds_only_profile(const nlohmann::json& value) {
  if (value.is_array()) {
    return std::all_of(value.begin(), value.end(), holds_only_profile);
  }
  return !value.is_object() && !value.is_number_float() &&
         (!value.is_number_integer() || value.is_number_unsigned());
}

TEST_CASE("cbor: of RFC 8949's examples exactly those within the profile are accepted") {
  const nlohmann::json examples = load_vectors("cbor/appendix_a.json");
  size_t accepted = 0;
  size_t refused = 0;
  for (const auto& example : examples) {
    const Bytes bytes = from_hex(example["hex"].get<std::string>());
    const bool wanted = in_profile(example) &&
                        (!example.contains("decoded") || holds_only_profile(example["decoded"]));
    CAPTURE(example["hex"].get<std::string>());
    CHECK(decode_cbor(bytes).ok() == wanted);
    if (wanted) {
      CHECK(encode_cbor(*decode_cbor(bytes)) == bytes);
    }
    ++(wanted ? accepted : refused);
  }
  check_count("cbor/appendix_a.json", accepted + refused, 41);
  CHECK(accepted >= 10);
}

TEST_CASE("cbor: everything that is not well-formed is refused") {
  const nlohmann::json cases = load_vectors("cbor/not_well_formed.json");
  size_t count = 0;
  for (const auto& item : cases) {
    CAPTURE(item.get<std::string>());
    CHECK(!decode_cbor(from_hex(item.get<std::string>())).ok());
    ++count;
  }
  check_count("cbor/not_well_formed.json", count, 61);
}

TEST_CASE("cbor: each rule has its error") {
  CHECK(refusal({}) == Error::kTruncated);
  CHECK(refusal({0x18, 0x17}) == Error::kNonCanonical);  // 23 in two bytes
  CHECK(refusal({0x19, 0x00, 0xff}) == Error::kNonCanonical);
  CHECK(refusal({0x1a, 0x00, 0x00, 0xff, 0xff}) == Error::kNonCanonical);
  CHECK(refusal({0x1b, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff}) == Error::kNonCanonical);
  CHECK(refusal({0x00, 0x00}) == Error::kNonCanonical);     // a second item
  CHECK(refusal({0x9f, 0xff}) == Error::kNonCanonical);     // indefinite length
  CHECK(refusal({0x20}) == Error::kMalformed);              // -1
  CHECK(refusal({0xa0}) == Error::kMalformed);              // a map
  CHECK(refusal({0xc0, 0x00}) == Error::kMalformed);        // a tag
  CHECK(refusal({0xf9, 0x3c, 0x00}) == Error::kMalformed);  // a float
  CHECK(refusal({0xf7}) == Error::kMalformed);              // undefined
  CHECK(refusal({0x61, 0xff}) == Error::kMalformed);        // not UTF-8
  CHECK(refusal({0x42, 0x00}) == Error::kTruncated);
  CHECK(refusal({0x9b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}) == Error::kTruncated);
}

TEST_CASE("cbor: nesting is accepted up to the limit, and depth costs no stack beyond it") {
  Bytes nested(limits::kCborDepthMax, 0x81);
  nested.push_back(0x00);
  CHECK(refusal(nested) == std::nullopt);
  nested.insert(nested.begin(), 0x81);
  CHECK(refusal(nested) == Error::kTooDeep);
  Bytes hostile(limits::kFrameBytesMax - 1, 0x81);
  hostile.push_back(0x00);
  CHECK(refusal(hostile) == Error::kTooDeep);
}

TEST_CASE("cbor: a frame's size is accepted up to the limit") {
  Bytes body(limits::kFrameBytesMax - 3, 0);  // a head of three bytes
  CHECK(refusal(encode_cbor(binary(body))) == std::nullopt);
  body.push_back(0);
  CHECK(refusal(encode_cbor(binary(body))) == Error::kTooLarge);
}

TEST_CASE("cbor: random bytes are refused or are exactly what the encoder writes") {
  SeededRandom random(21);
  size_t accepted = 0;
  for (int round = 0; round < 20'000; ++round) {
    Bytes bytes(1 + random.below(8));
    random.fill(bytes);
    const Result<Json> value = decode_cbor(bytes);
    if (!value) continue;
    ++accepted;
    CHECK(encode_cbor(*value) == bytes);
  }
  CHECK(accepted > 100);
}

TEST_CASE(
    "cbor: the encoder writes what nlohmann's writes, on both sides of every length of head") {
  Json all = array();
  for (const size_t edge : {size_t{24}, size_t{0x100}, size_t{0x1'0000}}) {
    for (const size_t size : {edge - 1, edge}) {
      all.push_back(size);
      all.push_back(binary(Bytes(size, 7)));
      all.push_back(std::string(size, 'x'));
      all.push_back(Json(size, nullptr));  // that many items
      all.push_back(static_cast<int64_t>(size));
    }
  }
  for (const uint64_t number : {uint64_t{0}, uint64_t{UINT32_MAX}, UINT32_MAX + uint64_t{1},
                                uint64_t{INT64_MAX} + 1, UINT64_MAX}) {
    all.push_back(number);
  }
  for (const bool flag : {false, true}) all.push_back(flag);
  CHECK(encode_cbor(all) == Json::to_cbor(all));
}

TEST_CASE("utf8: well-formed text is told from overlong forms, surrogates and stray bytes") {
  for (const char* good : {"", "plain", "\xc3\xa4", "\xe2\x82\xac", "\xf0\x9f\x8f\xa0",
                           "\xf4\x8f\xbf\xbf", "\xed\x9f\xbf", "\xee\x80\x80"}) {
    CAPTURE(good);
    CHECK(is_utf8(good));
  }
  for (const char* bad :
       {"\x80", "\xc0\xaf", "\xc1\xbf", "\xe0\x9f\xbf", "\xed\xa0\x80", "\xf0\x8f\xbf\xbf",
        "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xe2\x82", "\xc3", "a\xff", "\xe2\x28\xa1"}) {
    CAPTURE(bad);
    CHECK(!is_utf8(bad));
  }
}

}  // namespace
}  // namespace homing::test
