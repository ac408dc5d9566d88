#pragma once

#include <string>

#include "homing/address.h"

/// What two people compare, by reading digits aloud or by a camera, to know that each has the
/// other's true address. An address certifies its identity keys, so nothing else has to be compared
/// (docs/crypto.md, "Safety number").
namespace homing {

/// Twelve groups of five digits in one string, the same for both sides whichever is `own`. Some
/// milliseconds: the hash is repeated, so that looking for a similar number is expensive.
std::string safety_digits(const Address& own, const Address& peer);

/// For a QR code: whole addresses, so that a machine compares all of what people compare a part of.
/// The other side's has the two in the other order.
std::string safety_code(const Address& own, const Address& peer);

}  // namespace homing
