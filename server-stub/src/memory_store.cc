#include "memory_store.h"

#include <algorithm>
#include <utility>

#include "homing/limits.h"
#include "plant.h"

namespace homing::relay {

MemoryStore::MemoryStore(RandomSource& random, Quota quota)
    : quota_(quota), store_id_(random.array<16>()) {}

Result<void> MemoryStore::begin() {
  HOMING_ASSERT(!in_transaction_);
  in_transaction_ = true;
  return {};
}

Result<void> MemoryStore::commit() {
  HOMING_ASSERT(in_transaction_);
  in_transaction_ = false;
  undo_.clear();
  return {};
}

void MemoryStore::rollback() {
  while (!undo_.empty()) {
    undo_.back()();
    undo_.pop_back();
  }
  in_transaction_ = false;
}

MemoryStore::Mailbox& MemoryStore::open(const Address& address) {
  HOMING_ASSERT(in_transaction_);
  const auto [found, made] = mailboxes_.try_emplace(address);
  if (made) undo_with([this, address] { mailboxes_.erase(address); });
  return found->second;
}

AppendOutcome MemoryStore::append_one(const NewMessage& message, uint64_t now_ms) {
  const auto found = mailboxes_.find(message.to);
  if (found == mailboxes_.end() || !found->second.prekeys) return AppendOutcome::kUnknownAddress;
  Mailbox& mailbox = found->second;
  if (mailbox.ids.contains(message.id)) return AppendOutcome::kDuplicate;
  if (mailbox.places.size() >= quota_.messages ||
      mailbox.bytes + message.envelope.size() > quota_.bytes) {
    return AppendOutcome::kMailboxFull;
  }
  const uint64_t place = next_place_++;
  undo_with([this, &mailbox, place, before = mailbox.last_place] {
    const Row& row = log_.at(place);
    mailbox.ids.erase(row.message.id);
    mailbox.places.erase(place);
    mailbox.bytes -= row.message.envelope.size();
    mailbox.last_place = before;
    log_.erase(place);
    next_place_ = place;
  });
  mailbox.ids.insert(message.id);
  mailbox.places.insert(place);
  mailbox.bytes += message.envelope.size();
  mailbox.last_place = place;
  log_.emplace(place, Row{.mailbox = message.to,
                          .arrived_ms = now_ms,
                          .message = {.place = place,
                                      .from = message.from,
                                      .id = message.id,
                                      .envelope = message.envelope}});
  return AppendOutcome::kStored;
}

Result<std::vector<AppendOutcome>> MemoryStore::append(std::span<const NewMessage> messages,
                                                       uint64_t now_ms) {
  HOMING_ASSERT(in_transaction_);
  std::vector<AppendOutcome> out;
  out.reserve(messages.size());
  for (const NewMessage& message : messages) out.push_back(append_one(message, now_ms));
  return out;
}

Result<Page> MemoryStore::fetch(const Address& mailbox, uint64_t after, PageLimit limit) {
  Page page;
  const auto found = mailboxes_.find(mailbox);
  if (found == mailboxes_.end()) return page;
  const std::set<uint64_t>& places = found->second.places;
  size_t bytes = 0;
  for (auto place = places.upper_bound(after); place != places.end(); ++place) {
    const StoredMessage& message = log_.at(*place).message;
    bytes += message.envelope.size();
    if (page.messages.size() == limit.count || bytes > limit.bytes) {
      page.complete = false;
      break;
    }
    page.messages.push_back(message);
  }
  return page;
}

void MemoryStore::bury(Mailbox& mailbox, uint64_t place) {
  Row& row = log_.at(place);
  undo_with([this, &mailbox, place, envelope = row.message.envelope] {
    Row& back = log_.at(place);
    back.tombstone = false;
    back.message.envelope = envelope;
    mailbox.places.insert(place);
    mailbox.bytes += envelope.size();
  });
  mailbox.places.erase(place);
  mailbox.bytes -= row.message.envelope.size();
  row.tombstone = true;
  if (HOMING_PLANT(tombstone_dropped)) mailbox.ids.erase(row.message.id);
  row.message.envelope.clear();
}

Result<void> MemoryStore::ack(const Address& address, uint64_t up_to) {
  HOMING_ASSERT(in_transaction_);
  const auto found = mailboxes_.find(address);
  if (found == mailboxes_.end()) return {};
  Mailbox& mailbox = found->second;
  while (!mailbox.places.empty() && *mailbox.places.begin() <= up_to) {
    bury(mailbox, *mailbox.places.begin());
  }
  return {};
}

Result<Attached> MemoryStore::attach(const Address& address, RelayId relay, uint64_t generation) {
  Mailbox& mailbox = open(address);
  undo_with([&mailbox, generation_before = mailbox.generation, relay_before = mailbox.relay] {
    mailbox.generation = generation_before;
    mailbox.relay = relay_before;
    --mailbox.epoch;
  });
  const Attached out{.epoch = ++mailbox.epoch,
                     .generation = mailbox.generation,
                     .last_place = mailbox.last_place,
                     .prekeys = counts(mailbox)};
  mailbox.relay = relay;
  mailbox.generation = std::max(mailbox.generation, generation);
  return out;
}

Result<void> MemoryStore::detach(const Address& address, uint64_t epoch) {
  HOMING_ASSERT(in_transaction_);
  const auto found = mailboxes_.find(address);
  if (found == mailboxes_.end() || found->second.epoch != epoch) return {};
  Mailbox& mailbox = found->second;
  undo_with([&mailbox, before = mailbox.relay] { mailbox.relay = before; });
  mailbox.relay.reset();
  return {};
}

Result<std::vector<Address>> MemoryStore::sweep(RelayId relay) {
  std::vector<Address> out;
  for (const auto& [address, mailbox] : mailboxes_) {
    if (mailbox.relay == relay && !mailbox.places.empty()) out.push_back(address);
  }
  // The order of a hash table must not decide what a simulation does.
  std::sort(out.begin(), out.end());
  return out;
}

Result<void> MemoryStore::raise_generation(const Address& address, uint64_t generation) {
  Mailbox& mailbox = open(address);
  undo_with([&mailbox, before = mailbox.generation] { mailbox.generation = before; });
  mailbox.generation = std::max(mailbox.generation, generation);
  return {};
}

PrekeyCounts MemoryStore::counts(const Mailbox& mailbox) {
  if (!mailbox.prekeys) return {};
  return {.one_time = static_cast<uint32_t>(mailbox.prekeys->one_time.size()),
          .one_time_kem = static_cast<uint32_t>(mailbox.prekeys->one_time_kem.size()),
          .published = true};
}

Result<PrekeyCounts> MemoryStore::publish(const Address& address,
                                          const PrekeyPublication& publication) {
  Mailbox& mailbox = open(address);
  undo_with([&mailbox, before = mailbox.prekeys] { mailbox.prekeys = before; });
  if (!mailbox.prekeys) mailbox.prekeys = Prekeys{};
  Prekeys& prekeys = *mailbox.prekeys;
  if (prekeys.signed_prekey.id != publication.signed_prekey.id) {
    prekeys.one_time.clear();
    prekeys.one_time_kem.clear();
  }
  prekeys.identity = publication.identity;
  prekeys.signed_prekey = publication.signed_prekey;
  prekeys.last_resort = publication.last_resort;
  const auto add = [](auto& to, uint32_t& id_max, const auto& keys, size_t kept) {
    for (const auto& key : keys) {
      if (key.id <= id_max) continue;
      id_max = key.id;
      to.emplace(key.id, key);
    }
    while (to.size() > kept) to.erase(to.begin());
  };
  add(prekeys.one_time, prekeys.one_time_id_max, publication.one_time,
      kOneTimeSetsMax * limits::kOneTimePrekeys);
  add(prekeys.one_time_kem, prekeys.one_time_kem_id_max, publication.one_time_kem,
      kOneTimeSetsMax * limits::kOneTimeKemPrekeys);
  return counts(mailbox);
}

Result<Claimed> MemoryStore::claim(const Address& address) {
  HOMING_ASSERT(in_transaction_);
  const auto found = mailboxes_.find(address);
  if (found == mailboxes_.end() || !found->second.prekeys) return Claimed{};
  Mailbox& mailbox = found->second;
  undo_with([&mailbox, before = mailbox.prekeys] { mailbox.prekeys = before; });
  Prekeys& prekeys = *mailbox.prekeys;
  Claimed out;
  out.bundle.emplace();
  out.bundle->identity = prekeys.identity;
  out.bundle->signed_prekey = prekeys.signed_prekey;
  out.bundle->kem_prekey = prekeys.last_resort;
  if (!prekeys.one_time_kem.empty()) {
    out.bundle->kem_prekey = prekeys.one_time_kem.begin()->second;
    prekeys.one_time_kem.erase(prekeys.one_time_kem.begin());
  }
  if (!prekeys.one_time.empty()) {
    out.bundle->one_time_prekey = prekeys.one_time.begin()->second;
    prekeys.one_time.erase(prekeys.one_time.begin());
  }
  out.left = counts(mailbox);
  return out;
}

Result<ExpireStep> MemoryStore::expire(const ExpireLimits& limits, uint64_t from_place) {
  HOMING_ASSERT(in_transaction_);
  ExpireStep step;
  auto row = log_.lower_bound(from_place);
  for (size_t seen = 0; seen < limits.rows && row != log_.end(); ++seen) {
    const uint64_t before =
        row->second.tombstone ? limits.tombstone_before_ms : limits.arrived_before_ms;
    if (row->second.arrived_ms >= before) {
      ++row;
      continue;
    }
    Mailbox& mailbox = mailboxes_.at(row->second.mailbox);
    if (!row->second.tombstone) bury(mailbox, row->first);
    undo_with([this, &mailbox, place = row->first, kept = row->second] {
      mailbox.ids.insert(kept.message.id);
      log_.emplace(place, kept);
    });
    mailbox.ids.erase(row->second.message.id);
    row = log_.erase(row);
    ++step.removed;
  }
  if (row != log_.end()) step.next_place = row->first;
  return step;
}

}  // namespace homing::relay
