#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>

#include "store.h"

namespace homing::relay {

/// What was delivered over one connection and not acknowledged yet, in order.
class DeliveryWindow {
 public:
  DeliveryWindow(size_t messages_max, size_t bytes_max)
      : messages_max_(messages_max), bytes_max_(bytes_max) {}

  void delivered(uint64_t place, size_t bytes) {
    waiting_.push_back({place, bytes});
    bytes_ += bytes;
    cursor_ = place;
  }
  void acknowledged(uint64_t up_to) {
    while (!waiting_.empty() && waiting_.front().place <= up_to) {
      bytes_ -= waiting_.front().bytes;
      waiting_.pop_front();
    }
  }

  /// What may still be delivered.
  PageLimit room() const {
    return {.count = messages_max_ - std::min(messages_max_, waiting_.size()),
            .bytes = bytes_max_ - std::min(bytes_max_, bytes_)};
  }
  /// Nothing is delivered and not acknowledged.
  bool empty() const { return waiting_.empty(); }
  /// The last place delivered; 0: none.
  uint64_t cursor() const { return cursor_; }

 private:
  struct Entry {
    uint64_t place = 0;
    size_t bytes = 0;
  };

  size_t messages_max_;
  size_t bytes_max_;
  std::deque<Entry> waiting_;
  size_t bytes_ = 0;
  uint64_t cursor_ = 0;
};

}  // namespace homing::relay
