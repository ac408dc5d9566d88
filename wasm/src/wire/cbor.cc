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

/// The body of a byte or text string.
Result<ByteView> read_string(ByteReader& reader, const Head& head) {
  if (head.value > reader.left()) return Error::kTruncated;
  const ByteView body = reader.raw(static_cast<size_t>(head.value));
  if (head.major == kText && !is_utf8(as_text(body))) return Error::kMalformed;
  return body;
}

/// Reads one item of `head`'s kind; of an array only the head, as an empty array.
Result<Json> read_item(ByteReader& reader, const Head& head) {
  switch (head.major) {
    case kUnsigned:
      return Json(head.value);
    case kByteString:
    case kText: {
      const Result<ByteView> body = read_string(reader, head);
      if (!body) return body.error();
      return head.major == kText ? Json(std::string(as_text(*body))) : binary(*body);
    }
    case kArray:
      // Every item takes at least one byte, so a larger count can only be a lie.
      if (head.value > reader.left()) return Error::kTruncated;
      return array();
    case kSimple:
      if (head.info < kFalse || head.info > kNull) return Error::kMalformed;
      return head.info == kNull ? Json() : Json(head.info != kFalse);
    default:
      return Error::kMalformed;  // negative integers, maps, tags
  }
}

void write_head(ByteWriter& out, Major major, uint64_t value) {
  const auto first = [&](uint64_t info) {
    out.u8(static_cast<uint8_t>(static_cast<uint64_t>(major) << 5 | info));
  };
  if (value < 24) {
    first(value);
  } else if (value <= UINT8_MAX) {
    first(24);
    out.u8(static_cast<uint8_t>(value));
  } else if (value <= UINT16_MAX) {
    first(25);
    out.u16(static_cast<uint16_t>(value));
  } else if (value <= UINT32_MAX) {
    first(26);
    out.u32(static_cast<uint32_t>(value));
  } else {
    first(27);
    out.u64(value);
  }
}

void write_string(ByteWriter& out, Major major, ByteView body) {
  write_head(out, major, body.size());
  out.raw(body);
}

/// Recursive, because nothing is encoded that has not been built here.
void write_item(ByteWriter& out, const Json& value) {
  switch (value.type()) {
    case Json::value_t::number_integer:
      HOMING_ASSERT(value.get<int64_t>() >= 0);
      [[fallthrough]];
    case Json::value_t::number_unsigned:
      return write_head(out, kUnsigned, value.get<uint64_t>());
    case Json::value_t::binary:
      return write_string(out, kByteString, value.get_binary());
    case Json::value_t::string:
      return write_string(out, kText, as_bytes(value.get_ref<const std::string&>()));
    case Json::value_t::array:
      write_head(out, kArray, value.size());
      for (const Json& item : value) write_item(out, item);
      return;
    case Json::value_t::boolean:
      return write_head(out, kSimple, value.get<bool>() ? kFalse + 1 : kFalse);
    default:
      HOMING_ASSERT(value.is_null());
      return write_head(out, kSimple, kNull);
  }
}

}  // namespace

Result<Json> decode_cbor(ByteView bytes) {
  if (bytes.size() > limits::kFrameBytesMax) return Error::kTooLarge;
  ByteReader reader(bytes);
  Json whole = array();
  // The arrays that are open and how many items each still wants; [0] holds the one item.
  struct Open {
    Json* items;
    uint64_t wanted;
  };
  Open open[limits::kCborDepthMax + 1] = {{&whole, 1}};
  size_t depth = 0;
  while (true) {
    while (open[depth].wanted == 0) {
      if (depth == 0) {
        if (!reader.finished()) return Error::kNonCanonical;
        return std::move(whole[0]);
      }
      --depth;
    }
    --open[depth].wanted;
    const Result<Head> head = read_head(reader);
    if (!head) return head.error();
    Result<Json> item = read_item(reader, *head);
    if (!item) return item.error();
    Json& stored = open[depth].items->emplace_back(std::move(*item));
    if (head->major == kArray) {
      if (depth == limits::kCborDepthMax) return Error::kTooDeep;
      open[++depth] = {&stored, head->value};
    }
  }
}

Bytes encode_cbor(const Json& value) {
  ByteWriter out;
  write_item(out, value);
  return out.take();
}

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
