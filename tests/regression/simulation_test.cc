// Goal: what the simulator has found once never comes back.
// Method: each script is what a failing seed was reduced to (homing_simulation run --shrink).

#include "simulation/simulation.h"

#include <doctest/doctest.h>

#include "plant.h"
#include "regression/schedule.h"

namespace homing::simulation {
namespace {

/// Whether the script still finds the bug it was reduced from, put back in for one run.
bool finds(std::string_view bug, const Script& script) {
  planted_bug = bug;
  const Outcome outcome = run(script);
  planted_bug = "";
  return outcome.violation != "";
}

TEST_CASE("regression: a commit that is tried again does not keep the engine spinning") {
  // Seed 9: the deadline of the retry stayed in the past until the store answered.
  Script script;
  script.plan = {.seed = 9, .clients = 2, .duration_ms = 20'000, .disk_ms_max = 500};
  script.steps = {
      {1'000, StepKind::kDiskFails, 0, 5'000, 0},
      {1'100, StepKind::kSend, 0, 1, 20},
  };
  CHECK(finds("busy_deadline", script));
  CHECK(run(script).violation == "");
}

TEST_CASE("regression: a message refused long ago can still be opened when it is tried again") {
  // Seed 13: the recipient had gone on by more than five ratchet steps and forgotten its key.
  Script script;
  script.plan = {.seed = 13,
                 .clients = 2,
                 .duration_ms = 333641,
                 .latency_ms_min = 16,
                 .latency_ms_max = 16,
                 .disk_ms_max = 11,
                 .relay_disk_ms_max = 25,
                 .skew_s_max = 0,
                 .mailbox_max = 1,
                 .malice = Malice::kNone};
  script.steps = {
      {200000, StepKind::kAcceptInvite, 1, 0, 0}, {252936, StepKind::kBurst, 1, 0, 12},
      {298332, StepKind::kSend, 1, 0, 1},         {303142, StepKind::kSend, 1, 0, 7},
      {324892, StepKind::kSend, 1, 0, 2},         {331717, StepKind::kEdit, 1, 6088, 2},
      {332641, StepKind::kSend, 1, 0, 4},
  };
  CHECK(finds("retry_keeps_bytes", script));
  CHECK(run(script).violation == "");
}

TEST_CASE("regression: a receipt refused long ago can still be opened") {
  // Seed 111: the same, of what no user could try again.
  Script script;
  script.plan = {.seed = 111,
                 .clients = 2,
                 .duration_ms = 9365,
                 .latency_ms_min = 19,
                 .latency_ms_max = 313,
                 .disk_ms_max = 13,
                 .relay_disk_ms_max = 2,
                 .skew_s_max = 0,
                 .mailbox_max = 1,
                 .malice = Malice::kNone};
  script.steps = {
      {142, StepKind::kSend, 1, 0, 2},  {258, StepKind::kSend, 0, 1, 3},
      {2857, StepKind::kSend, 0, 1, 3}, {5194, StepKind::kSend, 0, 1, 7},
      {5659, StepKind::kSend, 0, 1, 4}, {6452, StepKind::kSend, 0, 1, 3},
      {7000, StepKind::kSend, 0, 1, 1}, {9171, StepKind::kSend, 1, 0, 1},
  };
  CHECK(run(script).violation == "");
}

TEST_CASE("regression: a snapshot torn within its first bytes does not take its successor along") {
  // Seed 1522: the new file had the damaged one's name and was removed with it.
  Script script;
  script.plan = {.seed = 1522,
                 .clients = 3,
                 .duration_ms = 9264,
                 .latency_ms_min = 8,
                 .latency_ms_max = 162,
                 .disk_ms_max = 2000,
                 .relay_disk_ms_max = 25,
                 .skew_s_max = 1028};
  script.steps = {
      {3723, StepKind::kCrash, 3, 3, 3},
      {3841, StepKind::kCrash, 3, 1, 2},
      {8264, StepKind::kClose, 3, 3, 2},
  };
  CHECK(finds("new_file_removed", script));
  CHECK(run(script).violation == "");
}

TEST_CASE("regression: a clock set far ahead does not drop a session the peer still uses") {
  // Seeds 2561 and 3450: an archived session counted as unused since its last message.
  Script script;
  script.plan = {.seed = 2561, .clients = 2, .duration_ms = 60'000};
  script.steps = {
      {1'000, StepKind::kAcceptInvite, 1, 0, 0},
      {10'000, StepKind::kClockJump, 0, 38 * 86'400, 0},
      {20'000, StepKind::kSend, 0, 1, 10},
      {20'001, StepKind::kSend, 1, 0, 10},
  };
  CHECK(run(script).violation == "");
  CHECK(run(read_schedule(2561)).violation == "");
}

TEST_CASE("regression: what was done offline does not hide that the store was rolled back") {
  // Seed 2970: the device's own count had passed the relay's before the two were compared.
  CHECK(run(read_schedule(2970)).violation == "");
  // Seed 38217: the same, and the device was restarted before it was online again.
  CHECK(run(read_schedule(38217)).violation == "");
}

TEST_CASE("regression: a journal file cut between two records is not taken for a whole one") {
  // Seed 19600: a message was there and its place in the outbox was not.
  Script script;
  script.plan = {.seed = 19600,
                 .clients = 2,
                 .duration_ms = 259931,
                 .latency_ms_min = 11,
                 .latency_ms_max = 12,
                 .disk_ms_max = 7};
  script.steps = {
      {222830, StepKind::kSend, 1, 0, 1},
      {238785, StepKind::kRelayStop, 2, 1, 1},
      {256422, StepKind::kSend, 1, 0, 28},
  };
  for (uint32_t kept = 0; kept < 1'000; kept += 5) {
    Script torn = script;
    torn.steps.push_back({258931, StepKind::kTear, 1, kept, 1});
    CHECK(run(torn).violation == "");
  }
}

TEST_CASE("regression: what its recipient has can no longer be edited, after a rollback either") {
  // Seeds 125640 and 146009: the status of a delivered message went back to pending.
  CHECK(run(read_schedule(125640)).violation == "");
  CHECK(run(read_schedule(146009)).violation == "");
}

TEST_CASE(
    "regression: a first message that comes again after a rollback does not fork its session") {
  // Seed 252354: both the lost state and the restored one had answered it, and from then on neither
  // side could read the other.
  CHECK(run(read_schedule(252354)).violation == "");
}

TEST_CASE("regression: trying again many times does not run a session out of its jump") {
  // Seeds 125485 and 129997: each attempt was sealed anew, and 2,000 of them are too many to skip.
  CHECK(run(read_schedule(125485)).violation == "");
  CHECK(run(read_schedule(129997)).violation == "");
}

TEST_CASE(
    "regression: after two rollbacks to one state a clock set back does not mix up the order") {
  // Seed 27551: message numbers went on by the clock, which had been set back in between.
  Script script;
  script.plan = {.seed = 27551,
                 .clients = 2,
                 .duration_ms = 17326,
                 .latency_ms_min = 5,
                 .latency_ms_max = 388,
                 .disk_ms_max = 10,
                 .relay_disk_ms_max = 18,
                 .mailbox_max = 50'000};
  script.steps = {
      {3293, StepKind::kSnapshot, 1, 1, 1},  {4243, StepKind::kSend, 0, 1, 4},
      {5185, StepKind::kRollback, 1, 4, 2},  {9922, StepKind::kSend, 1, 0, 2},
      {11471, StepKind::kRollback, 1, 3, 1}, {11857, StepKind::kSend, 1, 0, 3},
      {12431, StepKind::kClose, 1, 3971, 2}, {16326, StepKind::kClockJump, 1, 71, 85},
  };
  CHECK(run(script).violation == "");
}

TEST_CASE("regression: a tab that was replaced publishes the prekeys that it knows") {
  // Seed 36155: the oracle compared them with what its successor had stored meanwhile.
  Script script;
  script.plan = {.seed = 36155,
                 .clients = 5,
                 .duration_ms = 2275,
                 .latency_ms_min = 15,
                 .latency_ms_max = 242,
                 .disk_ms_max = 22,
                 .relay_disk_ms_max = 1'000,
                 .skew_s_max = 2016,
                 .mailbox_max = 50'000};
  script.steps = {
      {574, StepKind::kAcceptInvite, 1, 0, 0}, {720, StepKind::kAcceptInvite, 2, 1, 0},
      {825, StepKind::kSend, 1, 4, 4},         {858, StepKind::kSend, 3, 0, 3},
      {1275, StepKind::kFence, 1, 1, 2},
  };
  CHECK(run(script).violation == "");
}

TEST_CASE(
    "regression: acknowledgements that overtake a fetch do not leave the rest in its mailbox") {
  // Seed 255806: the fetch found no room, and took the window for full that was empty by then.
  Script script;
  script.plan = {.seed = 255806,
                 .clients = 2,
                 .duration_ms = 8889,
                 .latency_ms_min = 16,
                 .latency_ms_max = 16,
                 .disk_ms_max = 20,
                 .relay_disk_ms_max = 29,
                 .mailbox_max = 50'000};
  script.steps = {
      {2215, StepKind::kDiskFails, 1, 6223, 1},
      {6468, StepKind::kSend, 2, 1, 3},
      {7889, StepKind::kBurst, 2, 1, 40},
  };
  CHECK(run(script).violation == "");
}

TEST_CASE("regression: nobody deletes a conversation before the profile has opened") {
  // Seed 8482: Opened waited for a snapshot that failed, and the oracle missed what was deleted.
  Script script;
  script.plan = {.seed = 8482,
                 .clients = 2,
                 .duration_ms = 4341,
                 .latency_ms_min = 4,
                 .latency_ms_max = 4,
                 .disk_ms_max = 2,
                 .relay_disk_ms_max = 4,
                 .mailbox_max = 50'000};
  script.steps = {
      {514, StepKind::kSend, 1, 0, 3},
      {1587, StepKind::kDiskFails, 1, 1626, 2},
      {2957, StepKind::kTear, 1, 0, 5},
      {3341, StepKind::kDelete, 1, 0, 2},
  };
  CHECK(run(script).violation == "");
}

TEST_CASE("regression: two losses that end in one state do not begin at one number of messages") {
  // Seed 7455: the second went on where the first had, and their messages stood as one.
  Script script;
  script.plan = {.seed = 7455,
                 .clients = 4,
                 .duration_ms = 462'495,
                 .latency_ms_min = 1,
                 .latency_ms_max = 1,
                 .disk_ms_max = 2'000,
                 .relay_disk_ms_max = 1'000,
                 .mailbox_max = 50'000};
  script.steps = {
      {219'100, StepKind::kTear, 3, 5, 1},     {387'560, StepKind::kSnapshot, 3, 3, 4},
      {389'320, StepKind::kTear, 3, 2, 1},     {445'667, StepKind::kSend, 3, 0, 4},
      {453'178, StepKind::kRollback, 3, 6, 2}, {454'680, StepKind::kSend, 3, 0, 2},
  };
  CHECK(run(script).violation == "");
}

}  // namespace
}  // namespace homing::simulation
