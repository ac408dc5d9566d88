// What faults take away that no engine could keep. Each loss is accounted for message by message;
// whatever is not on the list must arrive.

#include <algorithm>

#include "simulation/oracle.h"

namespace homing::simulation {

void Oracle::excuse(Tracked& tracked, const char* why) {
  if (!tracked.excuse.empty()) return;
  tracked.excuse = why;
  ++judge_.statistics.excused;
}

void Oracle::on_store_changed(Client& client, const DurableModel& before) {
  PerClient& mine = of_[client.index()];
  const DurableModel& after = client.model();
  on_decisions_lost(client);
  for (const auto& [id, known] : before.messages()) {
    if (after.find(id)) continue;
    const Address& from = known.outgoing ? client.address() : known.peer;
    const Address& to = known.outgoing ? known.peer : client.address();
    Tracked& tracked = track(id, from, to);
    excuse(tracked,
           known.outgoing ? "its sender's store lost it" : "its recipient's store lost it");
    (known.outgoing ? tracked.lost_by_sender : tracked.lost_by_recipient) = true;
    mine.saved.erase(id);
    mine.told.erase(id);
    mine.shown.erase(id);
  }
  for (auto& [id, told] : mine.told) {
    const DurableModel::Known* known = after.find(id);
    const uint8_t status = known ? static_cast<uint8_t>(known->status) : 0;
    told = status > 3 ? uint8_t{0} : std::min(told, status);
  }
  // Also of conversations that were deleted, and are there again.
  for (auto& [id, tracked] : tracked_) {
    if (tracked.from_address != client.address()) continue;
    const DurableModel::Known* known = after.find(id);
    tracked.held = known && known->status == MessageStatus::kHeld;
  }
}

void Oracle::on_person_gone(Client& client, const Address& address) {
  gone_[address] = client.index();
  of_[client.index()] = {};
  for (auto& [id, tracked] : tracked_) {
    if (tracked.from_address == address) excuse(tracked, "its sender is gone");
    if (tracked.to_address == address) excuse(tracked, "its recipient is gone");
  }
}

void Oracle::on_relay_lost() {
  relay_lost_ = true;
  for (auto& [id, tracked] : tracked_) {
    if (tracked.at_relay && !tracked.stored_at_recipient) excuse(tracked, "the relay lost it");
  }
}

}  // namespace homing::simulation
