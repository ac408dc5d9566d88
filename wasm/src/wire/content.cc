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

Json ids_to_json(const std::vector<MessageId>& ids) {
  Json out = array();
  for (const MessageId& id : ids) out.push_back(field(id));
  return out;
}

Json to_json(const Receipt& c) {
  return {kind_of(Kind::kReceipt), static_cast<unsigned>(c.status), ids_to_json(c.ids)};
}

Json to_json(const Introduction& c) {
  return {kind_of(Kind::kIntroduction), binary(c.mark), c.name};
}

Json to_json(const RetryRequest& c) {
  Json out = array();
  out.push_back(kind_of(Kind::kRetryRequest));
  out.push_back(ids_to_json(c.envelopes));
  return out;
}

/// kMalformed when there is none, kTooLarge when there are more than `max`.
Result<std::vector<MessageId>> read_ids(const Json& v, size_t max) {
  if (!v.is_array() || v.empty()) return Error::kMalformed;
  if (v.size() > max) return Error::kTooLarge;
  std::vector<MessageId> ids(v.size());
  for (size_t i = 0; i < ids.size(); ++i) {
    if (!wire::read(v[i], ids[i])) return Error::kMalformed;
  }
  return ids;
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
  if (!is_array(v, 3) || !read_u32(v[1], status)) return Error::kMalformed;
  c.status = static_cast<MessageStatus>(status);
  if (c.status != MessageStatus::kDelivered && c.status != MessageStatus::kRead) {
    return Error::kMalformed;
  }
  Result<std::vector<MessageId>> ids = read_ids(v[2], limits::kReceiptIdsMax);
  if (!ids) return ids.error();
  c.ids = std::move(*ids);
  return Content(std::move(c));
}

Result<Content> read_introduction(const Json& v) {
  Introduction c;
  if (!is_array(v, 3) || !read_bytes(v[1], c.mark) || !v[2].is_string()) return Error::kMalformed;
  if (!read_text(v[2], c.name, limits::kNameBytesMax)) return Error::kTooLarge;
  return Content(std::move(c));
}

Result<Content> read_retry_request(const Json& v) {
  if (!is_array(v, 2)) return Error::kMalformed;
  Result<std::vector<MessageId>> ids = read_ids(v[1], limits::kRetryIdsMax);
  if (!ids) return ids.error();
  return Content(RetryRequest{std::move(*ids)});
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
    case static_cast<uint32_t>(Kind::kRetryRequest):
      return read_retry_request(*value);
    default:
      return Error::kUnknownType;
  }
}

}  // namespace homing::content
