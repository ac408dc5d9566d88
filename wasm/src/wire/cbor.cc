#include "wire/cbor.h"

#include "homing/limits.h"
#include "wire/utf8.h"

namespace homing {
namespace {

enum Major : uint8_t { kUnsigned = 0, kByteString = 2, kText = 3, kArray = 4, kSimple = 7 };

constexpr uint8_t kFalse = 20;
constexpr uint8_t kNull = 22;

struct Head {
  uint8_t major = 0;
  uint8_t info = 0;
  uint64_t value = 0;
};

/// Reads one initial byte with its argument and refuses longer forms than needed (RFC 8949 4.2.1).
Result<Head> read_head(ByteReader& reader) {
  const uint8_t first = reader.u8();
  if (!reader.ok()) return Error::kTruncated;
  Head head{static_cast<uint8_t>(first >> 5), static_cast<uint8_t>(first & 31), 0};
  uint64_t shortest_from = 0;
  switch (head.info) {
    case 24:
      head.value = reader.u8();
      shortest_from = 24;
      break;
    case 25:
      head.value = reader.u16();
      shortest_from = 0x100;
      break;
    case 26:
      head.value = reader.u32();
      shortest_from = 0x1'0000;
      break;
    case 27:
      head.value = reader.u64();
      shortest_from = 0x1'0000'0000;
      break;
    case 31:
      return Error::kNonCanonical;  // indefinite length
    default:
      if (head.info > 24) return Error::kMalformed;  // 28 to 30 are reserved
      head.value = head.info;
  }
  if (!reader.ok()) return Error::kTruncated;
  if (head.major != kSimple && head.value < shortest_from) return Error::kNonCanonical;
  return head;
}

Result<void> check_string(ByteReader& reader, const Head& head) {
  if (head.value > reader.left()) return Error::kTruncated;
  const ByteView body = reader.raw(static_cast<size_t>(head.value));
  if (head.major == kText && !is_utf8(as_text(body))) return Error::kMalformed;
  return {};
}

}  // namespace

Result<void> check_cbor(ByteView bytes) {
  if (bytes.size() > limits::kFrameBytesMax) return Error::kTooLarge;
  ByteReader reader(bytes);
  // How many items each open array still wants; [0] is the one item of the whole.
  uint64_t wanted[limits::kCborDepthMax + 1] = {1};
  size_t depth = 0;
  while (true) {
    while (wanted[depth] == 0) {
      if (depth == 0) return reader.finished() ? Result<void>() : Error::kNonCanonical;
      --depth;
    }
    --wanted[depth];
    const Result<Head> head = read_head(reader);
    if (!head) return head.error();
    switch (head->major) {
      case kUnsigned:
        break;
      case kByteString:
      case kText: {
        const Result<void> checked = check_string(reader, *head);
        if (!checked) return checked;
        break;
      }
      case kArray:
        // Every item takes at least one byte, so a larger count can only be a lie.
        if (head->value > reader.left()) return Error::kTruncated;
        if (depth == limits::kCborDepthMax) return Error::kTooDeep;
        wanted[++depth] = head->value;
        break;
      case kSimple:
        if (head->info < kFalse || head->info > kNull) return Error::kMalformed;
        break;
      default:
        return Error::kMalformed;  // negative integers, maps, tags
    }
  }
}

Result<Json> decode_cbor(ByteView bytes) {
  const Result<void> checked = check_cbor(bytes);
  if (!checked) return checked.error();
  Json value = Json::from_cbor(bytes.begin(), bytes.end(), true, false);
  if (value.is_discarded()) return Error::kMalformed;
  return value;
}

Bytes encode_cbor(const Json& value) { return Json::to_cbor(value); }

Json binary(ByteView bytes) { return Json::binary(Bytes(bytes.begin(), bytes.end())); }

bool is_array(const Json& value, size_t size) { return value.is_array() && value.size() == size; }

bool read_u64(const Json& value, uint64_t& out) {
  if (!value.is_number_unsigned()) return false;
  out = value.get<uint64_t>();
  return true;
}

bool read_u32(const Json& value, uint32_t& out) {
  uint64_t wide = 0;
  if (!read_u64(value, wide) || wide > UINT32_MAX) return false;
  out = static_cast<uint32_t>(wide);
  return true;
}

bool read_bool(const Json& value, bool& out) {
  if (!value.is_boolean()) return false;
  out = value.get<bool>();
  return true;
}

bool read_text(const Json& value, std::string& out, size_t bytes_max) {
  if (!value.is_string()) return false;
  const auto& text = value.get_ref<const std::string&>();
  if (text.size() > bytes_max) return false;
  out = text;
  return true;
}

bool read_bytes(const Json& value, Bytes& out, size_t bytes_max) {
  if (!value.is_binary()) return false;
  const auto& bytes = value.get_binary();
  if (bytes.size() > bytes_max) return false;
  out.assign(bytes.begin(), bytes.end());
  return true;
}

}  // namespace homing
