#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>

#include "homing/message.h"

namespace homing {

/// The list entries that have changed and are still to be told. A conversation that changes ten
/// thousand times before a commit is told once after it, with what that commit made durable (I5);
/// and however fast it changes, it is told after every commit.
class ConversationNews {
 public:
  /// The conversation has changed in this turn.
  void changed(const Address& peer) { turn_.insert(peer); }

  /// `appended` is the last record of this turn, `started` the last one that a commit has begun to
  /// store. `describe` gives a peer's Conversation as it is now.
  template <typename Describe>
  void end_turn(uint64_t appended, uint64_t started, Describe&& describe) {
    for (const Address& peer : turn_) {
      Slot& slot = slots_[peer];
      News news{appended, describe(peer)};
      if (!slot.first) {
        queue_.push_back(peer);
        slot.first = std::move(news);
      } else if (slot.first->needs > started) {
        slot.first = std::move(news);  // both would be told after the same commit
      } else {
        slot.second = std::move(news);
      }
    }
    turn_.clear();
  }

  /// The next one that may be told when all records up to `durable` are stored.
  std::optional<Conversation> next(uint64_t durable) {
    if (queue_.empty()) return std::nullopt;
    const Address peer = queue_.front();
    const auto slot = slots_.find(peer);
    if (slot->second.first->needs > durable) return std::nullopt;
    Conversation told = std::move(slot->second.first->conversation);
    queue_.pop_front();
    if (slot->second.second) {
      slot->second.first = std::move(slot->second.second);
      slot->second.second.reset();
      queue_.push_back(peer);
    } else {
      slots_.erase(slot);
    }
    return told;
  }

  /// The conversation is gone: nothing that was to be told of it matters any more.
  void forget(const Address& peer) {
    turn_.erase(peer);
    if (slots_.erase(peer) != 0) std::erase(queue_, peer);
  }

  void clear() {
    turn_.clear();
    slots_.clear();
    queue_.clear();
  }

 private:
  struct News {
    uint64_t needs = 0;  // the record it depends on
    Conversation conversation;
  };
  struct Slot {
    std::optional<News> first;   // in the commit under way, if `second` is there
    std::optional<News> second;  // of a later one
  };

  std::set<Address> turn_;
  std::map<Address, Slot> slots_;
  std::deque<Address> queue_;  // one entry per slot
};

}  // namespace homing
