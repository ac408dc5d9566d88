#pragma once

#include <nlohmann/json.hpp>

#include "homing/bytes.h"
#include "homing/result.h"

namespace homing {

using Json = nlohmann::json;

/// Accepts exactly the CBOR (RFC 8949) that homing writes: unsigned integers, byte strings, UTF-8
/// text, arrays, true, false and null, each in its shortest form with a definite length, one item
/// and nothing after it. Runs in O(n) without recursion, so hostile nesting costs nothing.
/// nlohmann's own decoder is not used: it recurses and accepts forms that two decoders could read
/// differently, and its texts for errors nobody sees would be 8 KB of what a browser loads. Nor is
/// its encoder, whose floating-point numbers and maps nobody here sends either.
/// Errors: kTruncated, kMalformed, kNonCanonical, kTooDeep, kTooLarge (more than kFrameBytesMax).
Result<Json> decode_cbor(ByteView bytes);

/// The bytes decode_cbor() accepts. `value` must hold only the kinds listed above.
Bytes encode_cbor(const Json& value);

// Building and taking apart arrays. A read gives false when the value has another type or length.
Json binary(ByteView bytes);
inline Json array() { return Json::array(); }

bool is_array(const Json& value, size_t size);
bool read_u64(const Json& value, uint64_t& out);
bool read_u32(const Json& value, uint32_t& out);
bool read_bool(const Json& value, bool& out);
bool read_text(const Json& value, std::string& out, size_t bytes_max);
bool read_bytes(const Json& value, Bytes& out, size_t bytes_max);
template <size_t kSize>
bool read_bytes(const Json& value, ByteArray<kSize>& out) {
  return value.is_binary() && copy_exact(out, value.get_binary());
}

}  // namespace homing
