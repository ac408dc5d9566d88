#pragma once

#include <deque>
#include <optional>
#include <utility>
#include <vector>

#include "homing/output.h"

namespace homing {

/// Where outputs wait for the records they depend on (I5). Outputs of one turn are released
/// together, in order, once everything appended up to the end of that turn is durable.
class OutputQueue {
 public:
  /// Depends on every record appended up to the end of this turn.
  void add(Output output) { turn_.push_back(std::move(output)); }
  /// Depends on nothing: signs of life, connection and storage news.
  void add_now(Output output) { ready_.push_back(std::move(output)); }

  /// `appended`: the number of the last record of the turn.
  void end_turn(uint64_t appended) {
    for (Output& output : turn_) waiting_.push_back({appended, std::move(output)});
    turn_.clear();
  }

  /// The next output that may go out when all records up to `durable` are stored.
  std::optional<Output> next(uint64_t durable) {
    if (!ready_.empty()) return take(ready_);
    if (waiting_.empty() || waiting_.front().needs > durable) return std::nullopt;
    Output output = std::move(waiting_.front().output);
    waiting_.pop_front();
    return output;
  }

  /// Takes out everything that still waits, when the store will never be written again.
  std::vector<Output> drain() {
    std::vector<Output> outputs;
    for (Waiting& waiting : waiting_) outputs.push_back(std::move(waiting.output));
    waiting_.clear();
    std::move(turn_.begin(), turn_.end(), std::back_inserter(outputs));
    turn_.clear();
    return outputs;
  }

 private:
  struct Waiting {
    uint64_t needs;
    Output output;
  };

  static Output take(std::deque<Output>& from) {
    Output output = std::move(from.front());
    from.pop_front();
    return output;
  }

  std::deque<Output> ready_;
  std::deque<Output> turn_;
  std::deque<Waiting> waiting_;
};

}  // namespace homing
