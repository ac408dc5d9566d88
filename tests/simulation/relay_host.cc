#include "simulation/relay_host.h"

#include <algorithm>

namespace homing::simulation {

RelayHost::RelayHost(EventHeap& heap, const Plan& plan, Prng prng, Judge& judge, Ways ways)
    : heap_(heap),
      plan_(plan),
      prng_(prng),
      judge_(judge),
      ways_(std::move(ways)),
      entropy_(prng_.fork()) {
  lose_store();
  start();
}

Time RelayHost::now() const { return {heap_.now_ms(), kWallStartMs + heap_.now_ms()}; }

void RelayHost::lose_store() {
  const bool running = core_ != nullptr;
  if (running) end(500);
  relay::Quota quota;
  quota.messages = plan_.mailbox_max;
  store_ = std::make_unique<relay::MemoryStore>(entropy_, quota);
}

void RelayHost::start() {
  if (core_) return;
  ++life_;
  timer_at_ms_ = UINT64_MAX;
  core_ = std::make_unique<relay::RelayCore>(relay::CoreOptions{}, store_->store_id(), entropy_);
  plan_timer();
}

void RelayHost::end(uint64_t down_ms) {
  ++life_;
  core_.reset();
  under_way_.reset();
  ways_.died();
  heap_.after(down_ms, [this] { start(); });
}

void RelayHost::crash(uint64_t down_ms, bool commit_stored) {
  if (!core_) return;
  if (under_way_ && commit_stored) {
    const Result<relay::BatchOutcome> outcome = apply(*under_way_);
    HOMING_ASSERT(outcome.ok());
  }
  end(down_ms);
}

void RelayHost::fail_next_commit(bool but_stored) {
  fail_next_ = true;
  but_stored_ = but_stored;
}

void RelayHost::stop(uint64_t down_ms) {
  if (!core_) return;
  stop_down_ms_ = down_ms;
  core_->stop(now());
  drain();
}

void RelayHost::heal() {
  fail_next_ = false;
  stop_down_ms_ = 1'000;
  start();
}

void RelayHost::opened(uint64_t socket) {
  if (!core_) return;
  core_->on_connected(socket, now());
  drain();
}

void RelayHost::frame(uint64_t socket, ByteView bytes) {
  if (!core_) return;
  ++frames_;
  core_->on_frame(socket, bytes, now());
  drain();
}

void RelayHost::closed(uint64_t socket) {
  if (!core_) return;
  core_->on_closed(socket, now());
  drain();
}

void RelayHost::drain() {
  const uint64_t life = life_;
  while (core_ && life == life_) {
    std::optional<relay::Effect> effect = core_->poll_effect();
    if (!effect) break;
    carry_out(std::move(*effect));
  }
  if (core_ && life == life_) plan_timer();
}

void RelayHost::plan_timer() {
  const uint64_t due_ms = std::max(core_->next_timer_monotonic_ms(), heap_.now_ms() + 1);
  if (due_ms >= timer_at_ms_) return;
  timer_at_ms_ = due_ms;
  heap_.at(due_ms, [this, life = life_, due_ms] {
    if (life != life_ || !core_ || due_ms != timer_at_ms_) return;
    timer_at_ms_ = UINT64_MAX;
    core_->on_timer(now());
    drain();
  });
}

void RelayHost::carry_out(relay::Effect effect) {
  if (auto* sent = std::get_if<relay::effect::Send>(&effect)) {
    judge_.trace(heap_.now_ms(), 255, 1, sent->frame);
    ways_.send(sent->connection, std::move(sent->frame));
  } else if (auto* close = std::get_if<relay::effect::Close>(&effect)) {
    ways_.close(close->connection, static_cast<uint16_t>(close->code), std::move(close->reason));
  } else if (auto* wanted = std::get_if<relay::effect::Commit>(&effect)) {
    under_way_ = std::move(wanted->batch);
    heap_.after(prng_.below(plan_.relay_disk_ms_max + 1), [this, life = life_, t = wanted->ticket] {
      if (life != life_ || !core_) return;
      const relay::Batch batch = std::move(*under_way_);
      under_way_.reset();
      commit(t, batch);
    });
  } else if (auto* fetch = std::get_if<relay::effect::Fetch>(&effect)) {
    heap_.after(prng_.below(3), [this, life = life_, f = *fetch] {
      if (life != life_ || !core_) return;
      core_->on_fetched(f.ticket, store_->fetch(f.mailbox, f.after, f.limit), now());
      drain();
    });
  } else if (std::holds_alternative<relay::effect::Stopped>(effect)) {
    // The process ends after its last frames have gone; the sockets close by themselves.
    heap_.after(1, [this, life = life_] {
      if (life == life_) end(stop_down_ms_);
    });
  }
}

Result<relay::BatchOutcome> RelayHost::apply(const relay::Batch& batch) {
  Result<relay::BatchOutcome> outcome = relay::apply_batch(*store_, batch);
  if (outcome) ways_.stored(batch, *outcome);
  return outcome;
}

void RelayHost::commit(relay::Ticket ticket, const relay::Batch& batch) {
  if (std::exchange(fail_next_, false)) {
    if (but_stored_) {
      const Result<relay::BatchOutcome> stored = apply(batch);
      HOMING_ASSERT(stored.ok());
    }
    core_->on_committed(ticket, Error::kStorageFailed, now());
  } else {
    core_->on_committed(ticket, apply(batch), now());
  }
  drain();
}

}  // namespace homing::simulation
