#include "homing/limits.h"
#include "wire/frame_fields.h"

namespace homing::wire {
namespace {

Json to_json(const Challenge& f) {
  return {type_of(FrameType::kChallenge), f.version, binary(f.nonce)};
}

Json to_json(const Ready& f) {
  return {type_of(FrameType::kReady), f.now_ms,       f.generation,
          binary(f.store_id),         f.retention_ms, f.one_time_prekeys,
          f.one_time_kem_prekeys,     f.has_prekeys};
}

Json to_json(const Published& f) { return {type_of(FrameType::kPublished), f.upload}; }

Json to_json(const Bundle& f) {
  return {type_of(FrameType::kBundle), field(f.address), f.bundle ? binary(*f.bundle) : Json()};
}

Json to_json(const Accepted& f) {
  Json ids = array();
  for (const MessageId& id : f.ids) ids.push_back(field(id));
  return {type_of(FrameType::kAccepted), std::move(ids)};
}

Json to_json(const Refused& f) {
  Json items = array();
  for (const RefusedItem& item : f.items) {
    items.push_back({field(item.id), static_cast<unsigned>(item.error), item.retry_after_ms});
  }
  return {type_of(FrameType::kRefused), std::move(items)};
}

Json to_json(const Deliver& f) {
  Json items = array();
  for (const DeliverItem& item : f.items) {
    items.push_back({item.place, field(item.from), field(item.id), binary(item.envelope)});
  }
  return {type_of(FrameType::kDeliver), std::move(items)};
}

Json to_json(const Drained&) { return Json::array({type_of(FrameType::kDrained)}); }

Json to_json(const PrekeysLow& f) {
  return {type_of(FrameType::kPrekeysLow), f.one_time_prekeys, f.one_time_kem_prekeys};
}

Json to_json(const RelayPing& f) { return {type_of(FrameType::kRelayPing), f.token}; }
Json to_json(const RelayPong& f) { return {type_of(FrameType::kRelayPong), f.token}; }

Json to_json(const ErrorFrame& f) {
  return {type_of(FrameType::kError), static_cast<unsigned>(f.error), f.retry_after_ms,
          type_of(f.regarding)};
}

Result<RelayFrame> read_challenge(const Json& v) {
  Challenge f;
  if (!is_array(v, 3) || !read_u32(v[1], f.version) || !read_bytes(v[2], f.nonce)) {
    return Error::kMalformed;
  }
  return RelayFrame(f);
}

Result<RelayFrame> read_ready(const Json& v) {
  Ready f;
  if (!is_array(v, 8) || !read_u64(v[1], f.now_ms) || !read_generation(v[2], f.generation) ||
      !read_bytes(v[3], f.store_id) || !read_u64(v[4], f.retention_ms) ||
      !read_u32(v[5], f.one_time_prekeys) || !read_u32(v[6], f.one_time_kem_prekeys) ||
      !read_bool(v[7], f.has_prekeys)) {
    return Error::kMalformed;
  }
  return RelayFrame(f);
}

Result<RelayFrame> read_published(const Json& v) {
  Published f;
  if (!is_array(v, 2) || !read_u64(v[1], f.upload)) return Error::kMalformed;
  return RelayFrame(f);
}

Result<RelayFrame> read_bundle(const Json& v) {
  Bundle f;
  if (!is_array(v, 3) || !read(v[1], f.address)) return Error::kMalformed;
  if (!v[2].is_null()) {
    Bytes bundle;
    if (!read_bytes(v[2], bundle, limits::kFrameBytesMax)) return Error::kMalformed;
    f.bundle = std::move(bundle);
  }
  return RelayFrame(std::move(f));
}

/// The items of a batch frame [type, items]; null if it is none or has too many.
const Json* batch(const Json& v) {
  if (!is_array(v, 2) || !v[1].is_array() || v[1].empty()) return nullptr;
  return v[1].size() > limits::kBatchItemsMax ? nullptr : &v[1];
}

Result<RelayFrame> read_accepted(const Json& v) {
  const Json* ids = batch(v);
  if (ids == nullptr) return Error::kMalformed;
  Accepted f;
  f.ids.resize(ids->size());
  for (size_t i = 0; i < f.ids.size(); ++i) {
    if (!read((*ids)[i], f.ids[i])) return Error::kMalformed;
  }
  return RelayFrame(std::move(f));
}

Result<RelayFrame> read_refused(const Json& v) {
  const Json* items = batch(v);
  if (items == nullptr) return Error::kMalformed;
  Refused f;
  f.items.resize(items->size());
  for (size_t i = 0; i < f.items.size(); ++i) {
    const Json& item = (*items)[i];
    if (!is_array(item, 3) || !read(item[0], f.items[i].id) || !read(item[1], f.items[i].error) ||
        !read_u64(item[2], f.items[i].retry_after_ms)) {
      return Error::kMalformed;
    }
  }
  return RelayFrame(std::move(f));
}

Result<RelayFrame> read_deliver(const Json& v) {
  const Json* items = batch(v);
  if (items == nullptr) return Error::kMalformed;
  Deliver f;
  f.items.resize(items->size());
  for (size_t i = 0; i < f.items.size(); ++i) {
    const Json& item = (*items)[i];
    DeliverItem& out = f.items[i];
    if (!is_array(item, 4) || !read_u64(item[0], out.place) || !read(item[1], out.from) ||
        !read(item[2], out.id) || !read_bytes(item[3], out.envelope, limits::kEnvelopeBytesMax)) {
      return Error::kMalformed;
    }
  }
  return RelayFrame(std::move(f));
}

Result<RelayFrame> read_drained(const Json& v) {
  if (!is_array(v, 1)) return Error::kMalformed;
  return RelayFrame(Drained{});
}

Result<RelayFrame> read_prekeys_low(const Json& v) {
  PrekeysLow f;
  if (!is_array(v, 3) || !read_u32(v[1], f.one_time_prekeys) ||
      !read_u32(v[2], f.one_time_kem_prekeys)) {
    return Error::kMalformed;
  }
  return RelayFrame(f);
}

template <typename Frame>
Result<RelayFrame> read_token(const Json& v) {
  Frame f;
  if (!is_array(v, 2) || !read_u64(v[1], f.token)) return Error::kMalformed;
  return RelayFrame(f);
}

Result<RelayFrame> read_error(const Json& v) {
  ErrorFrame f;
  uint32_t regarding = 0;
  if (!is_array(v, 4) || !read(v[1], f.error) || !read_u64(v[2], f.retry_after_ms) ||
      !read_u32(v[3], regarding) || regarding > static_cast<uint32_t>(FrameType::kError)) {
    return Error::kMalformed;
  }
  f.regarding = static_cast<FrameType>(regarding);
  return RelayFrame(f);
}

}  // namespace

Bytes encode(const RelayFrame& frame) {
  return encode_cbor(std::visit([](const auto& f) { return to_json(f); }, frame));
}

Result<RelayFrame> decode_relay_frame(ByteView bytes) {
  const Result<Json> value = decode_cbor(bytes);
  if (!value) return value.error();
  const Result<FrameType> type = frame_type(*value);
  if (!type) return type.error();
  switch (*type) {
    case FrameType::kChallenge:
      return read_challenge(*value);
    case FrameType::kReady:
      return read_ready(*value);
    case FrameType::kPublished:
      return read_published(*value);
    case FrameType::kBundle:
      return read_bundle(*value);
    case FrameType::kAccepted:
      return read_accepted(*value);
    case FrameType::kRefused:
      return read_refused(*value);
    case FrameType::kDeliver:
      return read_deliver(*value);
    case FrameType::kDrained:
      return read_drained(*value);
    case FrameType::kPrekeysLow:
      return read_prekeys_low(*value);
    case FrameType::kRelayPing:
      return read_token<RelayPing>(*value);
    case FrameType::kRelayPong:
      return read_token<RelayPong>(*value);
    case FrameType::kError:
      return read_error(*value);
    default:
      return Error::kUnknownType;
  }
}

}  // namespace homing::wire
