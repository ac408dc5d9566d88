#pragma once

#include <string>

#include "homing/result.h"
#include "session/identity.h"

namespace homing {

inline constexpr size_t kInviteMarkBytes = 16;
/// Random, and shown again by whoever accepts the invite, who is no stranger then.
using InviteMark = ByteArray<kInviteMarkBytes>;

/// What a link carries so that its holder can write to the one who made it: both identity keys with
/// their signature, a mark, and a name. Whoever carries it can keep it from arriving but not put
/// other keys into it without changing the address that people compare.
struct Invite {
  IdentityKeys identity;
  InviteMark mark{};
  std::string name;
};

/// base64url (RFC 4648 section 5) without padding of: version 1 (u8), IKs, IKd, signature, mark,
/// name.
std::string encode_invite(const Invite& invite);
/// Accepts surrounding white space. Errors: kMalformed, kUnsupported (version), kBadSignature,
/// kTooLarge (name).
Result<Invite> decode_invite(std::string_view text);

}  // namespace homing
