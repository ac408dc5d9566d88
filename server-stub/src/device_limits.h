#pragma once

#include <iterator>
#include <unordered_map>

#include "homing/address.h"
#include "options.h"

namespace homing::relay {

/// The token buckets of one device. They outlive its connections, or reconnecting would refill
/// them.
struct DeviceLimits {
  explicit DeviceLimits(const CoreOptions& options)
      : messages(options.messages),
        bytes(options.bytes),
        claims(options.claims),
        publishes(options.publishes),
        frames(options.frames) {}

  bool full(uint64_t now_ms) {
    return messages.full(now_ms) && bytes.full(now_ms) && claims.full(now_ms) &&
           publishes.full(now_ms) && frames.full(now_ms);
  }

  TokenBucket messages;
  TokenBucket bytes;
  TokenBucket claims;
  TokenBucket publishes;
  TokenBucket frames;
};

/// Those of all devices that have used something lately. Bounded: buckets fill up again within
/// minutes, and forget_idle() then drops them; only authenticated devices get any.
class DeviceLimitsTable {
 public:
  DeviceLimits& of(const Address& device, const CoreOptions& options) {
    return table_.try_emplace(device, options).first->second;
  }
  void forget_idle(uint64_t now_ms) {
    for (auto entry = table_.begin(); entry != table_.end();) {
      entry = entry->second.full(now_ms) ? table_.erase(entry) : std::next(entry);
    }
  }
  size_t size() const { return table_.size(); }

 private:
  std::unordered_map<Address, DeviceLimits, AddressHash> table_;
};

}  // namespace homing::relay
