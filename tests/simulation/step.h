#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace homing::simulation {

/// What users do and what goes wrong. `a` and `b` of a Step mean what stands beside each.
enum class StepKind : uint8_t {
  // Users.
  kSend,          // a: peer, b: bytes of text
  kBurst,         // a: peer, b: how many at once, nothing carried out in between
  kEdit,          // a: which of the user's messages
  kCancel,        // a: which
  kRetry,         // a: which
  kMarkRead,      // a: peer
  kAcceptInvite,  // a: peer
  kReadReceipts,  // a: on or off
  kAccept,        // a: peer
  kBlock,         // a: peer
  kDelete,        // a: peer, whose conversation
  kDelivered,     // receipts of delivery; a: on or off
  kTryNow,
  kClose,  // a: closed for this many ms; nothing of the store is lost
  // A device.
  kCrash,      // a: per mille of the file under way that is kept, b: closed for this many ms
  kLie,        // the same after flushes that lied: b % 4 commits that were reported are gone
  kTear,       // as kClose, and the newest journal file loses its end; a: per mille kept
  kSnapshot,   // a copy of the store is put aside
  kRollback,   // the copy comes back; a: closed for this many ms
  kWipe,       // the store is gone, and with it the person
  kFence,      // another tab takes the store over
  kDiskFails,  // a: for this many ms, b: odd: quota
  kClockJump,  // a: by this many seconds, b: odd: back
  kSleep,      // a: for this many ms, b: odd: the monotonic clock stands still
  // A network.
  kCut,       // a: after this many bytes, b: bit 0 direction, the rest when the relay hears of it
  kHalfOpen,  // frames vanish, and nobody says so; b: bit 0 up, bit 1 down
  kLinkDown,  // a: for this many ms; b: odd: the platform says so
  kHint,      // a % 3: online, offline and online again, wake
  // The relay.
  kRelayCrash,  // a: down for this many ms, b: odd: the commit under way was stored
  kRelayFails,  // the next commit gives an error; b: odd: and was stored
  kRelayStop,   // a: down for this many ms
  kRelayLoss,   // its store is gone
  kMalice,      // it becomes malicious; a: for this many ms
};
inline constexpr size_t kStepKinds = static_cast<size_t>(StepKind::kMalice) + 1;

const char* step_name(StepKind kind);

struct Step {
  uint64_t at_ms = 0;
  StepKind kind{};
  uint32_t who = 0;  // the client; of no meaning for the relay
  uint32_t a = 0;
  uint32_t b = 0;
};

/// What a malicious relay does; one at a time, so that each has its own oracle.
enum class Malice : uint8_t {
  kNone,
  // Nothing may be lost by these.
  kReplay,   // delivers again what was delivered, under new places
  kCorrupt,  // delivers a changed copy before the genuine one
  kDrain,    // claims one-time prekeys until there are none
  // These lose messages by their nature; all else must hold.
  kWithhold,   // delivers only some
  kSwap,       // delivers to others
  kLieAccept,  // says `accepted` and stores nothing
  kOldBundle,  // hands out one bundle again and again
};
inline constexpr size_t kMaliceKinds = static_cast<size_t>(Malice::kOldBundle) + 1;

const char* malice_name(Malice malice);
inline bool malice_loses(Malice malice) { return malice >= Malice::kWithhold; }

/// What a schedule is made of besides its steps.
struct Plan {
  uint64_t seed = 1;
  uint32_t clients = 2;
  uint64_t duration_ms = 60'000;
  uint32_t latency_ms_min = 5;
  uint32_t latency_ms_max = 50;
  uint32_t disk_ms_max = 5;
  uint32_t relay_disk_ms_max = 5;
  uint32_t skew_s_max = 0;        // of each client's wall clock
  uint32_t mailbox_max = 50'000;  // messages
  Malice malice = Malice::kNone;
};

struct Script {
  Plan plan;
  std::vector<Step> steps;  // by time
};

/// The schedule of a seed: how many clients, how long, and how often what goes wrong.
Script draw_script(uint64_t seed, bool malicious);
/// A short one without any fault, for crash points.
Script draw_calm_script(uint64_t seed);

/// How often each kind of step occurs, and the plan; one line.
std::string describe(const Script& script);
/// C++ that makes this script, to be pasted into tests/regression/.
std::string to_source(const Script& script);

}  // namespace homing::simulation
