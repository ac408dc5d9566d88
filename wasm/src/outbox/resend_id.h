#pragma once

#include "homing/bytes.h"
#include "homing/message.h"

namespace homing {

/// What the random part of an envelope id becomes when a message goes out once more than its own id
/// allows: made from that id, so that the envelope can be recognised as one of this message, and by
/// nobody who does not know the id.
ByteArray<10> resend_tail(const MessageId& message);

}  // namespace homing
