#pragma once

#include "homing/address.h"
#include "homing/message.h"
#include "wire/cbor.h"
#include "wire/frame.h"

/// Fields that more than one frame has.
namespace homing::wire {

inline Json field(const Address& address) { return binary(address.hash); }
inline Json field(const MessageId& id) { return binary(id.bytes); }
inline bool read(const Json& value, Address& out) { return read_bytes(value, out.hash); }
bool read(const Json& value, MessageId& out);
bool read(const Json& value, Error& out);
/// False beyond limits::kGenerationMax, too.
bool read_generation(const Json& value, uint64_t& out);

inline Json type_of(FrameType type) { return static_cast<unsigned>(type); }

/// The type of a decoded frame; kMalformed unless it is an array led by a small number.
Result<FrameType> frame_type(const Json& frame);

}  // namespace homing::wire
