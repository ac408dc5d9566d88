// Goal: decode_cbor() accepts exactly homing's profile of CBOR, and reads what others read.
// Method: what it accepts is encoded again, and read by nlohmann's decoder, which shares no code
// with it. In the other direction: what nlohmann reads, writes back the same, and holds nothing but
// the profile's kinds, must be accepted.

#include "fuzz/choices.h"
#include "fuzz/targets.h"
#include "homing/limits.h"
#include "wire/cbor.h"
#include "wire/utf8.h"

namespace homing::fuzz {
namespace {

/// nlohmann's decoder recurses, and stops the program, for want of exceptions, at an array that is
/// announced with more items than could be addressed. Neither is what this target is after.
bool safe_for_nlohmann(ByteView bytes) {
  constexpr size_t kNestingMax = 2048;
  size_t arrays = 0;
  for (size_t i = 0; i < bytes.size(); ++i) {
    const uint8_t major = bytes[i] >> 5;
    if (major >= 4 && major <= 6) ++arrays;
    const bool huge = bytes[i] == 0x9b || bytes[i] == 0xbb;
    if (huge && i + 1 < bytes.size() && bytes[i + 1] != 0) return false;
  }
  return arrays <= kNestingMax;
}

bool in_profile(const Json& value, size_t depth) {
  if (value.is_array()) {
    if (depth == limits::kCborDepthMax) return false;
    return std::all_of(value.begin(), value.end(),
                       [depth](const Json& item) { return in_profile(item, depth + 1); });
  }
  if (value.is_string()) return is_utf8(value.get_ref<const std::string&>());
  if (value.is_binary()) return !value.get_binary().has_subtype();
  return value.is_number_unsigned() || value.is_boolean() || value.is_null();
}

}  // namespace

void fuzz_cbor(ByteView bytes) {
  const Result<Json> ours = decode_cbor(bytes);
  if (ours) {
    HOMING_ASSERT(equal(encode_cbor(*ours), bytes));
    HOMING_ASSERT(in_profile(*ours, 0));
  }
  if (!ours && !safe_for_nlohmann(bytes)) return;
  const Json theirs = Json::from_cbor(bytes.begin(), bytes.end(), true, false);
  if (ours) {
    HOMING_ASSERT(!theirs.is_discarded() && theirs == *ours);
  } else if (!theirs.is_discarded() && bytes.size() <= limits::kFrameBytesMax &&
             in_profile(theirs, 0)) {
    HOMING_ASSERT(!equal(Json::to_cbor(theirs), bytes));
  }
}

}  // namespace homing::fuzz
