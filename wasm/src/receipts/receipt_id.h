#pragma once

#include "homing/message.h"
#include "journal/record.h"

namespace homing {

/// The envelope id of a receipt, made from what it says: sealing it again after a crash gives the
/// relay the same id, and it recognises the repeat.
MessageId receipt_id(const record::Entry& receipt, uint64_t now_ms);

}  // namespace homing
