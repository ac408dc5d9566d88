#pragma once

#include <span>
#include <string>

#include "homing/bytes.h"
#include "homing/result.h"
#include "wire/frame.h"

namespace homing::relay {

/// Whether a hello answers this nonce, for one of these host names, with the keys of the address it
/// claims. kUnsupported: protocol version. kAuthFailed: everything else, without saying what.
/// Cost: one signature check per host at most.
Result<void> check_hello(const wire::Hello& hello, const ByteArray<32>& nonce,
                         std::span<const std::string> hosts);

}  // namespace homing::relay
