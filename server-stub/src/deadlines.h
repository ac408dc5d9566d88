#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <unordered_map>
#include <utility>

#include "effect.h"

namespace homing::relay {

/// One deadline per connection, earliest first; equal ones in the order of their connections.
class Deadlines {
 public:
  void set(ConnectionId connection, uint64_t at_ms) {
    clear(connection);
    at_[connection] = at_ms;
    order_.emplace(at_ms, connection);
  }
  void clear(ConnectionId connection) {
    const auto found = at_.find(connection);
    if (found == at_.end()) return;
    order_.erase({found->second, connection});
    at_.erase(found);
  }
  std::optional<uint64_t> next() const {
    if (order_.empty()) return std::nullopt;
    return order_.begin()->first;
  }
  /// Takes out one that has passed.
  std::optional<ConnectionId> take_due(uint64_t now_ms) {
    if (order_.empty() || order_.begin()->first > now_ms) return std::nullopt;
    const ConnectionId connection = order_.begin()->second;
    clear(connection);
    return connection;
  }

 private:
  std::set<std::pair<uint64_t, ConnectionId>> order_;
  std::unordered_map<ConnectionId, uint64_t> at_;
};

}  // namespace homing::relay
