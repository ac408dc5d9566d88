#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

#include "effect.h"

namespace homing::relay {

/// Runs the store's work, one piece after the other, on a thread of its own, so that an fsync holds
/// up nobody who does not wait for it. The core hands over one Commit at a time, made of everything
/// that came in during the one before: that is the group commit.
class StoreThread {
 public:
  /// Called on the store's thread; must pass the result on to where the core lives.
  struct Callbacks {
    std::function<void(Ticket, Result<BatchOutcome>)> committed;
    std::function<void(Ticket, Result<Page>)> fetched;
  };

  /// `store` must outlive the thread and is used by nobody else meanwhile.
  StoreThread(Store& store, Callbacks callbacks);
  /// Finishes what was handed over.
  ~StoreThread();
  StoreThread(const StoreThread&) = delete;
  StoreThread& operator=(const StoreThread&) = delete;

  void push(effect::Commit commit);
  void push(effect::Fetch fetch);

 private:
  using Work = std::variant<effect::Commit, effect::Fetch>;

  void enqueue(Work work);
  void run();
  void carry_out(const effect::Commit& commit);
  void carry_out(const effect::Fetch& fetch);

  Store& store_;
  const Callbacks callbacks_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Work> queue_;  // guarded by mutex_
  bool ending_ = false;     // guarded by mutex_
  std::thread thread_;      // last, so that it starts when the rest is there
};

}  // namespace homing::relay
