#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

namespace homing::simulation {

/// Virtual time: what is to happen, by time, and at one time in the order in which it was planned.
class EventHeap {
 public:
  using Action = std::function<void()>;

  uint64_t now_ms() const { return now_ms_; }
  void at(uint64_t time_ms, Action action) {
    heap_.push_back({std::max(time_ms, now_ms_), ++planned_, std::move(action)});
    std::push_heap(heap_.begin(), heap_.end(), later);
  }
  void after(uint64_t pause_ms, Action action) { at(now_ms_ + pause_ms, std::move(action)); }

  /// Runs the next event that is due until then; false when there is none, and then it is then.
  bool step(uint64_t until_ms) {
    if (heap_.empty() || heap_.front().time_ms > until_ms) {
      now_ms_ = std::max(now_ms_, until_ms);
      return false;
    }
    std::pop_heap(heap_.begin(), heap_.end(), later);
    Planned next = std::move(heap_.back());
    heap_.pop_back();
    now_ms_ = next.time_ms;
    next.action();
    return true;
  }

 private:
  struct Planned {
    uint64_t time_ms = 0;
    uint64_t order = 0;
    Action action;
  };
  static bool later(const Planned& a, const Planned& b) {
    return a.time_ms != b.time_ms ? a.time_ms > b.time_ms : a.order > b.order;
  }

  uint64_t now_ms_ = 0;
  uint64_t planned_ = 0;
  std::vector<Planned> heap_;
};

}  // namespace homing::simulation
