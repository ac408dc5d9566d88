#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "homing/engine.h"
#include "simulation/disk.h"
#include "simulation/durable_model.h"
#include "simulation/event_heap.h"
#include "simulation/judge.h"
#include "simulation/prng.h"
#include "simulation/step.h"

namespace homing::simulation {

class Oracle;

/// One person's device: the real engine, sometimes two of them when tabs fight, on one store, with
/// its own clocks.
class Client {
 public:
  struct Ways {
    std::function<void(uint64_t instance, uint64_t connection)> connect;
    std::function<void(uint64_t instance, uint64_t connection)> disconnect;
    std::function<void(uint64_t instance, uint64_t connection, Bytes frame)> send;
    std::function<void(uint64_t instance)> died;
  };
  Client(uint32_t index, EventHeap& heap, const Plan& plan, Prng prng, Judge& judge, Oracle& oracle,
         Ways ways);

  uint32_t index() const { return index_; }
  /// Null while closed, before its journal is read, or after it stopped.
  Engine* engine();
  /// Of the profile in the store, also while closed. Empty before the first commit.
  const Address& address() const { return address_; }
  const DurableModel& model() const { return model_; }
  /// What was stored for certain when this engine could last write: a tab that another has replaced
  /// knows no more, until it notices.
  const DurableModel& model_of(uint64_t instance) const;
  const Disk& disk() const { return disk_; }
  /// Null for an engine that another tab has replaced.
  Watch* watch(uint64_t instance) { return instance == main_ ? &watch_ : nullptr; }
  /// Whether its user may do anything: commands are accepted once Opened was told.
  bool takes_commands();
  bool awake() const { return heap_.now_ms() >= asleep_until_ms_; }
  /// Its store has lost something that had been reported.
  bool has_lost() const { return has_lost_; }

  void command(decltype(Command::command) command);
  void feed(uint64_t instance, const Input& input);

  // Life.
  void open();
  void close(uint64_t for_ms);
  void crash(uint32_t kept_per_mille, uint64_t for_ms);
  void fence();

  // Faults of the store and the clocks.
  void lie(uint32_t commits, uint32_t kept_per_mille, uint64_t for_ms);
  void tear(uint32_t kept_per_mille, uint64_t for_ms);
  void snapshot() { disk_.take_snapshot(); }
  void roll_back(uint64_t for_ms);
  void wipe();
  void fail_disk(uint64_t for_ms, Error error);
  void jump_clock(int64_t by_ms);
  void sleep(uint64_t for_ms, bool monotonic_stands);
  void hint(input::Hint hint);
  void heal();

  /// For exhaustive crash points: after so many outputs the device dies; `lies` as for lie().
  struct CrashPoint {
    uint64_t at_output = 0;
    uint32_t kept_per_mille = 0;
    uint32_t lies = 0;
  };
  void crash_at(CrashPoint point) { crash_point_ = point; }
  uint64_t outputs() const { return outputs_; }

 private:
  struct Instance {
    Instance(uint64_t id, Prng prng) : serial(id), random(prng) {}
    uint64_t serial;
    PrngSource random;
    std::unique_ptr<Engine> engine;
    bool opened = false;  // as its user was told
    /// What was stored when another tab took over; empty while this one has the store.
    std::optional<DurableModel> deposed_with;
    bool stopped = false;
    std::optional<output::Commit> under_way;
    uint64_t timer = 0;  // only the newest counts
    int late = 0;        // timeouts in a row that had passed already
    std::map<uint32_t, decltype(Command::command)> asked;
  };
  Instance* find(uint64_t serial);
  Time now() const;
  void drain(uint64_t serial);
  void carry_out(Instance& instance, Output output);
  void begin_commit(Instance& instance, output::Commit commit);
  void finish_commit(uint64_t serial);
  void on_event(Instance& instance, const Event& event);
  void plan_timer(Instance& instance, std::optional<uint64_t> at_monotonic_ms);
  void end(uint64_t serial);
  void reopen_after(uint64_t for_ms);
  void power_off(uint64_t for_ms);
  void trace(const Instance& instance, const Output& output);

  uint32_t index_;
  EventHeap& heap_;
  const Plan& plan_;
  Prng prng_;
  Judge& judge_;
  Oracle& oracle_;
  Watch watch_;
  Ways ways_;

  Disk disk_;
  DurableModel model_;
  Address address_;
  bool has_lost_ = false;
  std::optional<Error> disk_error_;
  uint64_t disk_error_until_ms_ = 0;

  int64_t skew_ms_ = 0;
  uint64_t jumped_ms_ = 0;  // forwards, in all
  uint64_t monotonic_lost_ms_ = 0;
  uint64_t asleep_until_ms_ = 0;

  std::map<uint64_t, std::unique_ptr<Instance>> instances_;
  uint64_t main_ = 0;  // 0: closed
  uint64_t born_ = 0;
  uint64_t closed_ = 0;  // counts, so that only the last plan to open again counts
  uint32_t last_request_ = 0;
  std::optional<CrashPoint> crash_point_;
  uint64_t outputs_ = 0;
};

}  // namespace homing::simulation
