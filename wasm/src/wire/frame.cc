#include "wire/frame.h"

#include "homing/limits.h"
#include "wire/frame_fields.h"

namespace homing::wire {

bool read(const Json& value, MessageId& out) {
  if (!value.is_binary()) return false;
  const Result<MessageId> id = MessageId::from_bytes(value.get_binary());
  if (!id) return false;
  out = *id;
  return true;
}

bool read(const Json& value, Error& out) {
  uint32_t code = 0;
  if (!read_u32(value, code) || code == 0 || code > UINT8_MAX) return false;
  // A newer relay may know more codes; error_name() calls them "unknown".
  out = static_cast<Error>(code);
  return true;
}

bool read_generation(const Json& value, uint64_t& out) {
  return read_u64(value, out) && out <= limits::kGenerationMax;
}

Result<FrameType> frame_type(const Json& frame) {
  uint32_t type = 0;
  if (!frame.is_array() || frame.empty() || !read_u32(frame[0], type)) return Error::kMalformed;
  if (type > static_cast<uint32_t>(FrameType::kError)) return Error::kUnknownType;
  return static_cast<FrameType>(type);
}

size_t item_bytes_max(size_t envelope_bytes) {
  // Array head 1, place 9, address 2 + 32, id 1 + 16, envelope head 5.
  return envelope_bytes + 66;
}

Bytes auth_message(std::string_view host, const ByteArray<32>& nonce, const Hello& hello) {
  ByteWriter out;
  out.raw(as_bytes("homing-auth-v1"));
  out.sized(as_bytes(host));
  out.raw(nonce);
  out.raw(hello.client_nonce);
  out.raw(hello.address.hash);
  out.u32(hello.version);
  return out.take();
}

}  // namespace homing::wire
