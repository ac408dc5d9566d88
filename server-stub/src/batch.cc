#include "batch.h"

#include <utility>

namespace homing::relay {
namespace {

Result<void> change_presence(Store& store, const Batch& batch, BatchOutcome& outcome) {
  for (const GenerationOp& op : batch.generations) {
    const Result<void> done = store.raise_generation(op.mailbox, op.generation);
    if (!done) return done;
  }
  for (const DetachOp& op : batch.detaches) {
    const Result<void> done = store.detach(op.mailbox, op.epoch);
    if (!done) return done;
  }
  for (const AttachOp& op : batch.attaches) {
    const Result<Attached> done = store.attach(op.mailbox, batch.relay, op.generation);
    if (!done) return done.error();
    outcome.attached.push_back(*done);
  }
  return {};
}

Result<void> change_prekeys(Store& store, const Batch& batch, BatchOutcome& outcome) {
  for (const PublishOp& op : batch.publishes) {
    const Result<PrekeyCounts> done = store.publish(op.mailbox, op.publication);
    if (!done) return done.error();
    outcome.published.push_back(*done);
  }
  for (const Address& mailbox : batch.claims) {
    Result<Claimed> done = store.claim(mailbox);
    if (!done) return done.error();
    outcome.claimed.push_back(std::move(*done));
  }
  return {};
}

Result<void> change_messages(Store& store, const Batch& batch, BatchOutcome& outcome) {
  if (!batch.messages.empty()) {
    Result<std::vector<AppendOutcome>> done = store.append(batch.messages, batch.now_ms);
    if (!done) return done.error();
    outcome.appended = std::move(*done);
  }
  if (batch.sweep) {
    Result<std::vector<Address>> done = store.sweep(batch.relay);
    if (!done) return done.error();
    outcome.swept = std::move(*done);
  }
  if (batch.expire) {
    const Result<ExpireStep> done = store.expire(batch.expire->limits, batch.expire->from_place);
    if (!done) return done.error();
    outcome.expired = *done;
  }
  return {};
}

Result<void> run(Store& store, const Batch& batch, BatchOutcome& outcome) {
  Result<void> done = store.begin();
  if (done) done = change_presence(store, batch, outcome);
  for (const AckOp& op : batch.acks) {
    if (done) done = store.ack(op.mailbox, op.up_to);
  }
  if (done) done = change_prekeys(store, batch, outcome);
  if (done) done = change_messages(store, batch, outcome);
  if (done) done = store.commit();
  return done;
}

}  // namespace

Result<BatchOutcome> apply_batch(Store& store, const Batch& batch) {
  BatchOutcome outcome;
  const Result<void> done = run(store, batch, outcome);
  if (!done) {
    store.rollback();
    return done.error();
  }
  return outcome;
}

}  // namespace homing::relay
