#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "homing/address.h"
#include "homing/bytes.h"
#include "homing/message.h"
#include "homing/result.h"
#include "session/prekey_bundle.h"

/// What the relay keeps: per device a mailbox of envelopes, tombstones of what was delivered, the
/// published prekeys, and the highest journal generation seen.
namespace homing::relay {

/// Which relay process a mailbox is attached to, when several share one store.
using RelayId = uint32_t;

struct NewMessage {
  Address to;
  Address from;
  MessageId id;
  Bytes envelope;
};

enum class AppendOutcome : uint8_t {
  kStored,
  kDuplicate,       // this id was stored before, delivered or not: a success for the sender
  kUnknownAddress,  // the recipient never published prekeys here
  kMailboxFull,
};

struct StoredMessage {
  uint64_t place = 0;
  Address from;
  MessageId id;
  Bytes envelope;
};

struct PageLimit {
  size_t count = 0;
  size_t bytes = 0;  // of envelopes
};
struct Page {
  std::vector<StoredMessage> messages;
  bool complete = true;  // nothing was left out because of the limit
};

/// How many prekeys are left for others to claim.
struct PrekeyCounts {
  uint32_t one_time = 0;
  uint32_t one_time_kem = 0;
  bool published = false;  // signed prekeys are there

  friend bool operator==(const PrekeyCounts&, const PrekeyCounts&) = default;
};

struct Attached {
  uint64_t epoch = 0;       // grows with every attach of the mailbox; detach() names it
  uint64_t generation = 0;  // the highest seen before this attach
  uint64_t last_place = 0;  // of the newest message the mailbox ever got; 0: none
  PrekeyCounts prekeys;
};

struct Claimed {
  std::optional<PrekeyBundle> bundle;  // none: never published here
  PrekeyCounts left;
};

/// What one mailbox may hold, unacknowledged.
struct Quota {
  uint64_t messages = 50'000;
  uint64_t bytes = 128ull * 1024 * 1024;
};

/// Where a walk through old messages goes on; 0 after the last one.
struct ExpireStep {
  uint64_t next_place = 0;
  uint64_t removed = 0;
};
struct ExpireLimits {
  uint64_t arrived_before_ms = 0;    // messages that arrived earlier are too old to keep
  uint64_t tombstone_before_ms = 0;  // tombstones whose message arrived earlier have served
  size_t rows = 0;                   // looked at in this step
};

/// One implementation per database, all held to the same contract test. Every change lies between
/// begin() and commit(): after a commit() that succeeded it survives a power cut, after a failure
/// of any call the caller must rollback() and nothing of it may be reported as done. Whether a
/// failed commit() left something behind is unknown; repeating it is harmless, because ids are
/// recognised. Used by one thread at a time. Any call may give kStorageFailed.
class Store {
 public:
  virtual ~Store() = default;

  /// 16 random bytes made with the database: a new one means that places start anew.
  virtual ByteArray<16> store_id() const = 0;

  virtual Result<void> begin() = 0;
  virtual Result<void> commit() = 0;
  virtual void rollback() = 0;

  /// Puts messages at the end of their mailboxes, in this order, and gives one outcome for each.
  /// `now_ms` is kept as the time of arrival.
  virtual Result<std::vector<AppendOutcome>> append(std::span<const NewMessage> messages,
                                                    uint64_t now_ms) = 0;

  /// The messages of a mailbox after a place, in order, as many as fit both limits. Needs no
  /// begin(). An unknown mailbox is an empty one.
  virtual Result<Page> fetch(const Address& mailbox, uint64_t after, PageLimit limit) = 0;

  /// Deletes up to and including a place and leaves tombstones, by which duplicates are known.
  virtual Result<void> ack(const Address& mailbox, uint64_t up_to) = 0;

  /// The device of this mailbox is connected to this relay now; makes the mailbox if need be.
  virtual Result<Attached> attach(const Address& mailbox, RelayId relay, uint64_t generation) = 0;
  /// No longer; nothing happens if it was attached again since (another epoch).
  virtual Result<void> detach(const Address& mailbox, uint64_t epoch) = 0;
  /// The attached mailboxes of a relay that hold messages: what a lost wake-up would leave lying.
  virtual Result<std::vector<Address>> sweep(RelayId relay) = 0;

  /// Remembers the highest generation; lower ones change nothing.
  virtual Result<void> raise_generation(const Address& mailbox, uint64_t generation) = 0;

  /// Replaces signed and last-resort prekeys and adds the one-time keys whose ids are higher than
  /// any uploaded before, so that the same publication again changes nothing. One-time keys of
  /// another signed prekey go: their owner may have lost the private halves with its store. Of more
  /// than kOneTimeSetsMax full sets the oldest are dropped.
  virtual Result<PrekeyCounts> publish(const Address& mailbox,
                                       const PrekeyPublication& publication) = 0;
  /// Takes out one one-time key of each kind, lowest id first. Without one of them, the bundle has
  /// the last-resort KEM prekey, or no one-time prekey.
  virtual Result<Claimed> claim(const Address& mailbox) = 0;

  /// One step of the retention walk, from a place on.
  virtual Result<ExpireStep> expire(const ExpireLimits& limits, uint64_t from_place) = 0;
};

/// Full sets of one-time prekeys that are kept per device.
inline constexpr size_t kOneTimeSetsMax = 2;

}  // namespace homing::relay
