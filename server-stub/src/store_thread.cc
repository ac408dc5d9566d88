#include "store_thread.h"

#include <utility>

namespace homing::relay {

StoreThread::StoreThread(Store& store, Callbacks callbacks)
    : store_(store), callbacks_(std::move(callbacks)), thread_([this] { run(); }) {}

StoreThread::~StoreThread() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

void StoreThread::push(effect::Commit commit) { enqueue(std::move(commit)); }
void StoreThread::push(effect::Fetch fetch) { enqueue(std::move(fetch)); }

void StoreThread::enqueue(Work work) {
  {
    const std::lock_guard lock(mutex_);
    queue_.push_back(std::move(work));
  }
  wake_.notify_one();
}

void StoreThread::run() {
  while (true) {
    std::deque<Work> taken;
    {
      std::unique_lock lock(mutex_);
      wake_.wait(lock, [this] { return ending_ || !queue_.empty(); });
      if (queue_.empty()) return;
      taken.swap(queue_);
    }
    for (const Work& work : taken) {
      std::visit([this](const auto& w) { carry_out(w); }, work);
    }
  }
}

void StoreThread::carry_out(const effect::Commit& commit) {
  callbacks_.committed(commit.ticket, apply_batch(store_, commit.batch));
}

void StoreThread::carry_out(const effect::Fetch& fetch) {
  callbacks_.fetched(fetch.ticket, store_.fetch(fetch.mailbox, fetch.after, fetch.limit));
}

}  // namespace homing::relay
