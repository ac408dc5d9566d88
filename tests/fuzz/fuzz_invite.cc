// Goal: every invite that is accepted has one text, apart from white space around it, and keys that
// its signature vouches for.
// Method: accepted text is encoded again and looked for in what came. So that other paths than the
// refusal of a signature are reached, input can also be a name that real keys are put in front of.

#include "fuzz/choices.h"
#include "fuzz/people.h"
#include "fuzz/targets.h"
#include "homing/limits.h"
#include "wire/invite.h"
#include "wire/utf8.h"

namespace homing::fuzz {

void fuzz_invite(ByteView bytes) {
  const Result<Invite> invite = decode_invite(as_text(bytes));
  if (invite) {
    HOMING_ASSERT(verify_identity(invite->identity).ok());
    const std::string again = encode_invite(*invite);
    const size_t at = as_text(bytes).find(again);
    HOMING_ASSERT(at != std::string_view::npos);
    const std::string around = std::string(as_text(bytes)).erase(at, again.size());
    HOMING_ASSERT(around.find_first_not_of(" \t\r\n") == std::string::npos);
  }
  const Invite named{alice().publication.identity, {}, std::string(as_text(bytes))};
  const Result<Invite> read = decode_invite(encode_invite(named));
  HOMING_ASSERT(read.ok() == (bytes.size() <= limits::kNameBytesMax && is_utf8(named.name)));
  if (read) HOMING_ASSERT(read->name == named.name && read->identity == named.identity);
}

}  // namespace homing::fuzz
