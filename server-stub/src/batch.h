#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "store.h"

/// What one transaction of the relay does: everything that was waiting when it began.
namespace homing::relay {

struct AttachOp {
  Address mailbox;
  uint64_t generation = 0;
};
struct DetachOp {
  Address mailbox;
  uint64_t epoch = 0;
};
struct GenerationOp {
  Address mailbox;
  uint64_t generation = 0;
};
struct AckOp {
  Address mailbox;
  uint64_t up_to = 0;
};
struct PublishOp {
  Address mailbox;
  PrekeyPublication publication;
};
struct ExpireOp {
  ExpireLimits limits;
  uint64_t from_place = 0;
};

/// Carried out in the order of the members: a device that connects is told of the generations its
/// former connection has seen, acks make room before messages want it, and a first publication
/// makes the mailbox that the messages behind it go to.
struct Batch {
  // Braces, so that an initializer may name only what a batch has.
  RelayId relay = 0;
  uint64_t now_ms = 0;
  std::vector<GenerationOp> generations{};
  std::vector<DetachOp> detaches{};
  std::vector<AttachOp> attaches{};
  std::vector<AckOp> acks{};
  std::vector<PublishOp> publishes{};
  std::vector<Address> claims{};
  std::vector<NewMessage> messages{};
  bool sweep = false;
  std::optional<ExpireOp> expire{};
};

/// One entry per operation of the same name, in the same order.
struct BatchOutcome {
  std::vector<Attached> attached;
  std::vector<PrekeyCounts> published;
  std::vector<Claimed> claimed;
  std::vector<AppendOutcome> appended;
  std::vector<Address> swept;
  ExpireStep expired;
};

/// Runs a batch as one transaction. After an error nothing of it may be acknowledged. The only
/// error is kStorageFailed.
Result<BatchOutcome> apply_batch(Store& store, const Batch& batch);

}  // namespace homing::relay
