#pragma once

#include <deque>
#include <unordered_map>
#include <vector>

#include "effect.h"
#include "options.h"

namespace homing::relay {

/// Who waits for the outcomes of a Commit, in the order of its operations.
struct Waiters {
  struct Attacher {
    ConnectionId connection = 0;
    Address mailbox;
  };
  std::vector<Attacher> attachers;
  struct Publisher {
    ConnectionId connection = 0;
    uint64_t upload = 0;
  };
  std::vector<Publisher> publishers;
  struct Claimer {
    ConnectionId connection = 0;
    Address mailbox;
  };
  std::vector<Claimer> claimers;
  struct Sender {
    ConnectionId connection = 0;
    MessageId id;
    Address to;
    size_t bytes = 0;
  };
  std::vector<Sender> senders;
  bool expire = false;
};

/// Collects operations until the commit before them is done; then all of them, as far as one
/// transaction may be, become the next. A single message therefore goes at once, and under load
/// batches grow by themselves.
class PendingBatch {
 public:
  void attach(ConnectionId connection, AttachOp op);
  void detach(DetachOp op);
  /// Several for one mailbox become one.
  void raise_generation(GenerationOp op);
  void ack(AckOp op);
  void publish(ConnectionId connection, uint64_t upload, PublishOp op);
  void claim(ConnectionId connection, const Address& mailbox);
  void submit(ConnectionId connection, NewMessage message);
  void sweep() { rest_.sweep = true; }
  void expire(ExpireOp op) {
    rest_.expire = op;
    waiters_.expire = true;
  }

  bool empty() const;
  /// Bytes of envelopes that wait.
  size_t bytes() const { return bytes_; }

  struct Taken {
    Batch batch;
    Waiters waiters;
  };
  Taken take(const CoreOptions& options, uint64_t now_ms);

 private:
  using Index = std::unordered_map<Address, size_t, AddressHash>;

  Batch rest_;  // everything but messages
  Waiters waiters_;
  Index generation_at_;
  Index ack_at_;
  struct Submitted {
    ConnectionId connection = 0;
    NewMessage message;
  };
  std::deque<Submitted> messages_;
  size_t bytes_ = 0;
};

}  // namespace homing::relay
