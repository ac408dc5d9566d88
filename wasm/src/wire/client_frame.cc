#include "homing/limits.h"
#include "wire/frame_fields.h"

namespace homing::wire {
namespace {

Json to_json(const Hello& f) {
  return {type_of(FrameType::kHello), f.version,
          field(f.address),           binary(f.signing_key),
          binary(f.identity_key),     binary(f.client_nonce),
          binary(f.signature),        f.generation};
}

Json to_json(const Publish& f) {
  return {type_of(FrameType::kPublish), f.upload, binary(f.publication)};
}

Json to_json(const Claim& f) { return {type_of(FrameType::kClaim), field(f.address)}; }

Json to_json(const Submit& f) {
  Json items = array();
  for (const SubmitItem& item : f.items) {
    items.push_back({field(item.id), field(item.to), binary(item.envelope)});
  }
  return {type_of(FrameType::kSubmit), f.generation, std::move(items)};
}

Json to_json(const Ack& f) { return {type_of(FrameType::kAck), f.up_to, f.generation}; }
Json to_json(const Ping& f) { return {type_of(FrameType::kPing), f.token}; }
Json to_json(const Pong& f) { return {type_of(FrameType::kPong), f.token}; }

Result<ClientFrame> read_hello(const Json& v) {
  Hello f;
  if (!is_array(v, 8) || !read_u32(v[1], f.version) || !read(v[2], f.address) ||
      !read_bytes(v[3], f.signing_key) || !read_bytes(v[4], f.identity_key) ||
      !read_bytes(v[5], f.client_nonce) || !read_bytes(v[6], f.signature) ||
      !read_generation(v[7], f.generation)) {
    return Error::kMalformed;
  }
  return ClientFrame(f);
}

Result<ClientFrame> read_publish(const Json& v) {
  Publish f;
  if (!is_array(v, 3) || !read_u64(v[1], f.upload) ||
      !read_bytes(v[2], f.publication, limits::kFrameBytesMax)) {
    return Error::kMalformed;
  }
  return ClientFrame(std::move(f));
}

Result<ClientFrame> read_claim(const Json& v) {
  Claim f;
  if (!is_array(v, 2) || !read(v[1], f.address)) return Error::kMalformed;
  return ClientFrame(f);
}

Result<ClientFrame> read_submit(const Json& v) {
  Submit f;
  if (!is_array(v, 3) || !read_generation(v[1], f.generation) || !v[2].is_array() || v[2].empty()) {
    return Error::kMalformed;
  }
  if (v[2].size() > limits::kBatchItemsMax) return Error::kTooLarge;
  f.items.resize(v[2].size());
  for (size_t i = 0; i < f.items.size(); ++i) {
    const Json& item = v[2][i];
    if (!is_array(item, 3) || !read(item[0], f.items[i].id) || !read(item[1], f.items[i].to) ||
        !item[2].is_binary()) {
      return Error::kMalformed;
    }
    if (!read_bytes(item[2], f.items[i].envelope, limits::kEnvelopeBytesMax)) {
      return Error::kTooLarge;
    }
  }
  return ClientFrame(std::move(f));
}

Result<ClientFrame> read_ack(const Json& v) {
  Ack f;
  if (!is_array(v, 3) || !read_u64(v[1], f.up_to) || !read_generation(v[2], f.generation)) {
    return Error::kMalformed;
  }
  return ClientFrame(f);
}

template <typename Frame>
Result<ClientFrame> read_token(const Json& v) {
  Frame f;
  if (!is_array(v, 2) || !read_u64(v[1], f.token)) return Error::kMalformed;
  return ClientFrame(f);
}

}  // namespace

Bytes encode(const ClientFrame& frame) {
  return encode_cbor(std::visit([](const auto& f) { return to_json(f); }, frame));
}

Result<ClientFrame> decode_client_frame(ByteView bytes) {
  const Result<Json> value = decode_cbor(bytes);
  if (!value) return value.error();
  const Result<FrameType> type = frame_type(*value);
  if (!type) return type.error();
  switch (*type) {
    case FrameType::kHello:
      return read_hello(*value);
    case FrameType::kPublish:
      return read_publish(*value);
    case FrameType::kClaim:
      return read_claim(*value);
    case FrameType::kSubmit:
      return read_submit(*value);
    case FrameType::kAck:
      return read_ack(*value);
    case FrameType::kPing:
      return read_token<Ping>(*value);
    case FrameType::kPong:
      return read_token<Pong>(*value);
    default:
      return Error::kUnknownType;
  }
}

}  // namespace homing::wire
