#include "simulation/malicious_relay.h"

#include <algorithm>

namespace homing::simulation {

void MaliciousRelay::begin(RelayHost& relay, const std::vector<Address>& addresses) {
  active_ = malice_ != Malice::kNone;
  if (malice_ != Malice::kDrain) return;
  relay::MemoryStore& store = relay.store();
  HOMING_ASSERT(store.begin().ok());
  for (const Address& address : addresses) {
    for (int i = 0; i < 250; ++i) HOMING_ASSERT(store.claim(address).ok());
  }
  HOMING_ASSERT(store.commit().ok());
}

void MaliciousRelay::send(uint64_t socket, const wire::RelayFrame& frame) {
  ways_.to_client(socket, wire::encode(frame));
}

void MaliciousRelay::down(uint64_t socket, Bytes bytes) {
  if (malice_ == Malice::kNone) return ways_.to_client(socket, std::move(bytes));
  Result<wire::RelayFrame> frame = wire::decode_relay_frame(bytes);
  HOMING_ASSERT(frame.ok());
  if (auto* deliver_frame = std::get_if<wire::Deliver>(&*frame)) {
    return deliver(socket, std::move(*deliver_frame));
  }
  if (auto* bundle = std::get_if<wire::Bundle>(&*frame); bundle && bundle->bundle) {
    const Bytes& old = bundles_.try_emplace(bundle->address, *bundle->bundle).first->second;
    if (active_ && malice_ == Malice::kOldBundle) bundle->bundle = old;
    return send(socket, *frame);
  }
  ways_.to_client(socket, std::move(bytes));
}

void MaliciousRelay::deliver(uint64_t socket, wire::Deliver frame) {
  wire::Deliver out;
  std::vector<wire::DeliverItem>& old = delivered_[socket];
  for (wire::DeliverItem& item : frame.items) {
    if (stretches()) item.place *= kStretch;
    if (active_ && malice_ == Malice::kWithhold && prng_.chance(400)) continue;
    if (active_ && malice_ == Malice::kCorrupt && prng_.chance(700)) {
      wire::DeliverItem changed = item;
      --changed.place;
      const size_t back = prng_.chance(700) ? 1 : 1 + prng_.index(changed.envelope.size());
      changed.envelope[changed.envelope.size() - back] ^= 1;
      out.items.push_back(std::move(changed));
    }
    if (active_ && malice_ == Malice::kSwap && prng_.chance(300)) {
      // Nothing tells the sockets of one person from those of others; some go to the right one.
      const uint64_t other = sockets_[prng_.index(sockets_.size())];
      send(other, wire::Deliver{{item}});
    }
    old.push_back(item);
    out.items.push_back(std::move(item));
    if (active_ && malice_ == Malice::kReplay) {
      for (uint64_t i = 1; i < kStretch; ++i) {
        wire::DeliverItem again = old[prng_.index(old.size())];
        again.place = out.items.back().place + 1;  // below the next genuine one
        out.items.push_back(std::move(again));
      }
    }
    if (out.items.size() > 50) send(socket, std::exchange(out, {}));
  }
  if (!out.items.empty()) send(socket, std::move(out));
}

void MaliciousRelay::up(uint64_t socket, Bytes bytes) {
  if (malice_ == Malice::kNone) return ways_.to_relay(socket, std::move(bytes));
  Result<wire::ClientFrame> frame = wire::decode_client_frame(bytes);
  if (!frame) return ways_.to_relay(socket, std::move(bytes));
  if (auto* ack = std::get_if<wire::Ack>(&*frame); ack && stretches()) {
    ack->up_to /= kStretch;
    return ways_.to_relay(socket, wire::encode(*frame));
  }
  if (const auto* submit = std::get_if<wire::Submit>(&*frame);
      submit && active_ && malice_ == Malice::kLieAccept && prng_.chance(500)) {
    wire::Accepted lie;
    for (const wire::SubmitItem& item : submit->items) lie.ids.push_back(item.id);
    return send(socket, std::move(lie));
  }
  ways_.to_relay(socket, std::move(bytes));
}

}  // namespace homing::simulation
