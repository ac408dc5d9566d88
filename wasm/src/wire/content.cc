#include "wire/content.h"

#include "homing/limits.h"
#include "wire/cbor.h"
#include "wire/frame_fields.h"

namespace homing::content {
namespace {

using wire::field;

Json kind_of(Kind kind) { return static_cast<unsigned>(kind); }

Json to_json(const Text& c) {
  return {kind_of(Kind::kText), field(c.id), c.sequence, c.time_ms, c.text};
}

Json to_json(const Receipt& c) {
  Json ids = array();
  for (const MessageId& id : c.ids) ids.push_back(field(id));
  return {kind_of(Kind::kReceipt), static_cast<unsigned>(c.status), std::move(ids)};
}

Json to_json(const Introduction& c) {
  return {kind_of(Kind::kIntroduction), binary(c.mark), c.name};
}

Result<Content> read_text_content(const Json& v) {
  Text c;
  if (!is_array(v, 5) || !wire::read(v[1], c.id) || !read_u64(v[2], c.sequence) ||
      !read_u64(v[3], c.time_ms) || !v[4].is_string() || c.sequence == 0) {
    return Error::kMalformed;
  }
  if (!read_text(v[4], c.text, limits::kTextBytesMax)) return Error::kTooLarge;
  return Content(std::move(c));
}

Result<Content> read_receipt(const Json& v) {
  Receipt c;
  uint32_t status = 0;
  if (!is_array(v, 3) || !read_u32(v[1], status) || !v[2].is_array() || v[2].empty()) {
    return Error::kMalformed;
  }
  c.status = static_cast<MessageStatus>(status);
  if (c.status != MessageStatus::kDelivered && c.status != MessageStatus::kRead) {
    return Error::kMalformed;
  }
  if (v[2].size() > limits::kReceiptIdsMax) return Error::kTooLarge;
  c.ids.resize(v[2].size());
  for (size_t i = 0; i < c.ids.size(); ++i) {
    if (!wire::read(v[2][i], c.ids[i])) return Error::kMalformed;
  }
  return Content(std::move(c));
}

Result<Content> read_introduction(const Json& v) {
  Introduction c;
  if (!is_array(v, 3) || !read_bytes(v[1], c.mark) || !v[2].is_string()) return Error::kMalformed;
  if (!read_text(v[2], c.name, limits::kNameBytesMax)) return Error::kTooLarge;
  return Content(std::move(c));
}

}  // namespace

Bytes encode(const Content& content) {
  return encode_cbor(std::visit([](const auto& c) { return to_json(c); }, content));
}

Result<Content> decode(ByteView bytes) {
  const Result<Json> value = decode_cbor(bytes);
  if (!value) return value.error();
  uint32_t kind = 0;
  if (!value->is_array() || value->empty() || !read_u32((*value)[0], kind)) {
    return Error::kMalformed;
  }
  switch (kind) {
    case static_cast<uint32_t>(Kind::kText):
      return read_text_content(*value);
    case static_cast<uint32_t>(Kind::kReceipt):
      return read_receipt(*value);
    case static_cast<uint32_t>(Kind::kIntroduction):
      return read_introduction(*value);
    default:
      return Error::kUnknownType;
  }
}

}  // namespace homing::content
