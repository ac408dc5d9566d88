// Goal: between two people no schedule of losses, repeats, reordering, tampering, fresh handshakes,
// restarts and rolled-back stores opens a message to anything but what was sealed into it; a
// message opens once; one that was tampered with changes nothing; and one that is neither overtaken
// nor hit by a rollback does open.
// Method: each byte pair is an action (interaction.h) on two session books; the oracles know every
// text and judge every opening.

#include "fuzz/choices.h"
#include "fuzz/interaction.h"
#include "fuzz/targets.h"

namespace homing::fuzz {

void fuzz_session_interaction(ByteView bytes) {
  constexpr size_t kActionsMax = 400;
  Choices choices(bytes);
  Interaction interaction;
  for (size_t i = 0; i < kActionsMax && !choices.empty(); ++i) interaction.act(choices);
}

}  // namespace homing::fuzz
