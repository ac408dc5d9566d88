#include "outbox/outbox.h"

#include <algorithm>

#include "homing/limits.h"
#include "plant.h"

namespace homing {
namespace {

template <typename Entries>
auto find_number(Entries& entries, uint64_t number) {
  return std::lower_bound(
      entries.begin(), entries.end(), number,
      [](const OutboxEntry& entry, uint64_t wanted) { return entry.number() < wanted; });
}

}  // namespace

OutboxEntry* Lane::find(uint64_t number) {
  const auto it = find_number(entries, number);
  return it != entries.end() && it->number() == number ? &*it : nullptr;
}

OutboxEntry* Lane::next() {
  if (HOMING_PLANT(lane_order_lost)) {
    const auto last = std::find_if(entries.rbegin(), entries.rend(), [](const OutboxEntry& entry) {
      return !entry.held && !entry.in_flight;
    });
    return last == entries.rend() ? nullptr : &*last;
  }
  for (OutboxEntry& entry : entries) {
    if (!entry.held && !entry.in_flight) return &entry;
  }
  return nullptr;
}

void Outbox::apply(const record::Entry& record) {
  Lane& lane = lanes_[record.peer];
  next_number_ = std::max(next_number_, record.number + 1);
  if (OutboxEntry* known = lane.find(record.number)) {
    known->what = record;  // a receipt that has grown
    return;
  }
  OutboxEntry entry;
  entry.what = record;
  lane.entries.insert(find_number(lane.entries, record.number), std::move(entry));
  if (record.kind == record::EntryKind::kText) ++lane.texts;
  ++size_;
}

void Outbox::apply(const record::Sealed& record) {
  Lane* in = lane(record.peer);
  OutboxEntry* entry = in ? in->find(record.number) : nullptr;
  if (!entry) return;
  entry->envelope_id = record.envelope_id;
  entry->envelope = record.envelope;
}

void Outbox::apply(const record::Settled& record) {
  Lane* in = lane(record.peer);
  if (!in) return;
  for (const uint64_t number : record.numbers) {
    const auto it = find_number(in->entries, number);
    if (it == in->entries.end() || it->number() != number) continue;
    if (it->in_flight) take_in_flight(it->envelope_id);
    if (it->what.kind == record::EntryKind::kText) --in->texts;
    in->entries.erase(it);
    --size_;
  }
  if (in->entries.empty()) lanes_.erase(record.peer);
}

void Outbox::apply(const record::Held& record) {
  Lane* in = lane(record.peer);
  OutboxEntry* entry = in ? in->find(record.number) : nullptr;
  if (!entry) return;
  if (!HOMING_PLANT(held_sent_again)) entry->held = record.reason;
  if (record.discard_envelope) entry->envelope.clear();
}

Lane* Outbox::lane(const Address& peer) {
  const auto it = lanes_.find(peer);
  return it == lanes_.end() ? nullptr : &it->second;
}

const Lane* Outbox::lane(const Address& peer) const {
  const auto it = lanes_.find(peer);
  return it == lanes_.end() ? nullptr : &it->second;
}

const OutboxEntry* Outbox::find_message(const Address& peer, const MessageId& id) const {
  const Lane* in = lane(peer);
  if (!in) return nullptr;
  for (const OutboxEntry& entry : in->entries) {
    if (entry.what.kind == record::EntryKind::kText && entry.what.message == id) return &entry;
  }
  return nullptr;
}

OutboxEntry* Outbox::find_message(const Address& peer, const MessageId& id) {
  return const_cast<OutboxEntry*>(std::as_const(*this).find_message(peer, id));
}

bool Outbox::is_resending(const Address& peer, const MessageId& id) const {
  const Lane* in = lane(peer);
  return in && std::any_of(in->entries.begin(), in->entries.end(), [&](const OutboxEntry& entry) {
           return entry.what.kind == record::EntryKind::kResend && entry.what.message == id;
         });
}

const OutboxEntry* Outbox::open_receipt(const Address& peer, MessageStatus status) const {
  const Lane* in = lane(peer);
  if (!in || in->entries.empty()) return nullptr;
  const OutboxEntry& last = in->entries.back();
  const bool open = last.what.kind == record::EntryKind::kReceipt && !last.sealed() &&
                    last.what.receipt == status && last.what.ids.size() < limits::kReceiptIdsMax;
  return open ? &last : nullptr;
}

void Outbox::hand_out(const Address& peer, OutboxEntry& entry) {
  HOMING_ASSERT(entry.sealed() && !entry.in_flight && !entry.held);
  entry.in_flight = true;
  in_flight_[entry.envelope_id] = {peer, entry.number()};
  in_flight_bytes_ += entry.envelope.size();
}

std::optional<Outbox::InFlight> Outbox::take_in_flight(const MessageId& envelope_id) {
  const auto it = in_flight_.find(envelope_id);
  if (it == in_flight_.end()) return std::nullopt;
  const InFlight taken = it->second;
  in_flight_.erase(it);
  Lane* in = lane(taken.peer);
  OutboxEntry* entry = in ? in->find(taken.number) : nullptr;
  HOMING_ASSERT(entry && entry->in_flight);
  entry->in_flight = false;
  in_flight_bytes_ -= entry->envelope.size();
  return taken;
}

void Outbox::connection_lost() {
  in_flight_.clear();
  in_flight_bytes_ = 0;
  for (auto& [peer, lane] : lanes_) {
    for (OutboxEntry& entry : lane.entries) {
      if (entry.in_flight && HOMING_PLANT(retry_seals_again)) entry.envelope.clear();
      entry.in_flight = false;
    }
    lane.claiming = false;
  }
}

}  // namespace homing
