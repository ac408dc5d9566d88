#include "pending_batch.h"

#include <algorithm>
#include <utility>

namespace homing::relay {

void PendingBatch::attach(ConnectionId connection, AttachOp op) {
  waiters_.attachers.push_back({connection, op.mailbox});
  rest_.attaches.push_back(std::move(op));
}

void PendingBatch::detach(DetachOp op) { rest_.detaches.push_back(std::move(op)); }

void PendingBatch::raise_generation(GenerationOp op) {
  const auto [at, first] = generation_at_.try_emplace(op.mailbox, rest_.generations.size());
  if (first) {
    rest_.generations.push_back(std::move(op));
  } else {
    uint64_t& known = rest_.generations[at->second].generation;
    known = std::max(known, op.generation);
  }
}

void PendingBatch::ack(AckOp op) {
  const auto [at, first] = ack_at_.try_emplace(op.mailbox, rest_.acks.size());
  if (first) {
    rest_.acks.push_back(std::move(op));
  } else {
    uint64_t& known = rest_.acks[at->second].up_to;
    known = std::max(known, op.up_to);
  }
}

void PendingBatch::publish(ConnectionId connection, uint64_t upload, PublishOp op) {
  rest_.publishes.push_back(std::move(op));
  waiters_.publishers.push_back({connection, upload});
}

void PendingBatch::claim(ConnectionId connection, const Address& mailbox) {
  rest_.claims.push_back(mailbox);
  waiters_.claimers.push_back({connection, mailbox});
}

void PendingBatch::submit(ConnectionId connection, NewMessage message) {
  bytes_ += message.envelope.size();
  messages_.push_back({connection, std::move(message)});
}

bool PendingBatch::empty() const {
  return messages_.empty() && rest_.generations.empty() && rest_.detaches.empty() &&
         rest_.attaches.empty() && rest_.acks.empty() && rest_.publishes.empty() &&
         rest_.claims.empty() && !rest_.sweep && !rest_.expire;
}

PendingBatch::Taken PendingBatch::take(const CoreOptions& options, uint64_t now_ms) {
  Taken out{std::exchange(rest_, Batch{}), std::exchange(waiters_, Waiters{})};
  generation_at_.clear();
  ack_at_.clear();
  out.batch.relay = options.relay_id;
  out.batch.now_ms = now_ms;
  size_t bytes = 0;
  while (!messages_.empty() && out.batch.messages.size() < options.batch_messages_max) {
    Submitted& next = messages_.front();
    const size_t size = next.message.envelope.size();
    if (bytes > 0 && bytes + size > options.batch_bytes_max) break;
    bytes += size;
    out.waiters.senders.push_back({next.connection, next.message.id, next.message.to, size});
    out.batch.messages.push_back(std::move(next.message));
    messages_.pop_front();
  }
  bytes_ -= bytes;
  return out;
}

}  // namespace homing::relay
