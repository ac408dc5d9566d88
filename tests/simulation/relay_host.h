#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "memory_store.h"
#include "relay_core.h"
#include "simulation/event_heap.h"
#include "simulation/judge.h"
#include "simulation/prng.h"
#include "simulation/step.h"

namespace homing::simulation {

/// Runs the real relay's logic: a process that dies and comes back, over a store that keeps what
/// was committed, or does not.
class RelayHost {
 public:
  struct Ways {
    std::function<void(uint64_t socket, Bytes frame)> send;
    std::function<void(uint64_t socket, uint16_t code, std::string reason)> close;
    std::function<void()> died;
    /// A transaction has become durable.
    std::function<void(const relay::Batch&, const relay::BatchOutcome&)> stored;
  };
  RelayHost(EventHeap& heap, const Plan& plan, Prng prng, Judge& judge, Ways ways);

  bool listens() const { return core_ != nullptr; }
  void opened(uint64_t socket);
  void frame(uint64_t socket, ByteView bytes);
  void closed(uint64_t socket);

  // Faults.
  void crash(uint64_t down_ms, bool commit_stored);
  void fail_next_commit(bool but_stored);
  void stop(uint64_t down_ms);
  void lose_store();
  void heal();

  /// For a malicious relay: reads and changes the store behind the logic's back.
  relay::MemoryStore& store() { return *store_; }
  uint64_t frames_taken() const { return frames_; }

 private:
  Time now() const;
  void start();
  void end(uint64_t down_ms);
  void drain();
  void plan_timer();
  void carry_out(relay::Effect effect);
  void commit(relay::Ticket ticket, const relay::Batch& batch);
  Result<relay::BatchOutcome> apply(const relay::Batch& batch);

  EventHeap& heap_;
  const Plan& plan_;
  Prng prng_;
  Judge& judge_;
  Ways ways_;
  PrngSource entropy_;
  std::unique_ptr<relay::MemoryStore> store_;
  std::unique_ptr<relay::RelayCore> core_;
  uint64_t life_ = 0;  // events of an earlier process are void
  std::optional<relay::Batch> under_way_;
  bool fail_next_ = false;
  bool but_stored_ = false;
  uint64_t stop_down_ms_ = 1'000;
  uint64_t timer_at_ms_ = UINT64_MAX;
  uint64_t frames_ = 0;
};

/// 2027; every wall clock of a simulation starts here.
inline constexpr uint64_t kWallStartMs = 1'800'000'000'000;

}  // namespace homing::simulation
