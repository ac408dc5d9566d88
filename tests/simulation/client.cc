#include "simulation/client.h"

#include <algorithm>

#include "homing/limits.h"
#include "simulation/narrate.h"
#include "simulation/oracle.h"
#include "simulation/relay_host.h"

namespace homing::simulation {

Client::Client(uint32_t index, EventHeap& heap, const Plan& plan, Prng prng, Judge& judge,
               Oracle& oracle, Ways ways)
    : index_(index),
      heap_(heap),
      plan_(plan),
      prng_(prng),
      judge_(judge),
      oracle_(oracle),
      watch_(judge),
      ways_(std::move(ways)) {
  const auto skew = static_cast<int64_t>(plan.skew_s_max) * 1000;
  if (skew > 0) {
    skew_ms_ = static_cast<int64_t>(prng_.below(static_cast<uint64_t>(2 * skew))) - skew;
  }
}

Client::Instance* Client::find(uint64_t serial) {
  const auto found = instances_.find(serial);
  return found == instances_.end() ? nullptr : found->second.get();
}

Engine* Client::engine() {
  Instance* instance = find(main_);
  const bool usable = instance && !instance->stopped && instance->engine->address();
  return usable ? instance->engine.get() : nullptr;
}

bool Client::takes_commands() {
  const Instance* instance = find(main_);
  return engine() && instance->opened && awake();
}

const DurableModel& Client::model_of(uint64_t instance) const {
  const auto found = instances_.find(instance);
  const bool deposed = found != instances_.end() && found->second->deposed_with;
  return deposed ? *found->second->deposed_with : model_;
}

Time Client::now() const {
  return {heap_.now_ms() - monotonic_lost_ms_,
          static_cast<uint64_t>(static_cast<int64_t>(kWallStartMs + heap_.now_ms()) + skew_ms_)};
}

void Client::open() {
  if (main_ != 0) return;
  ++closed_;
  main_ = (uint64_t{index_} + 1) * 1'000'000 + ++born_;
  auto instance = std::make_unique<Instance>(main_, prng_.fork());
  instance->engine = std::make_unique<Engine>(EngineOptions{"127.0.0.1"}, instance->random);
  instances_[main_] = std::move(instance);
  model_.read(disk_, watch_);
  watch_.started();
  feed(main_, input::StorageLoaded{disk_.load()});
}

void Client::end(uint64_t serial) {
  if (instances_.erase(serial) == 0) return;
  if (serial == main_) main_ = 0;
  ways_.died(serial);
}

void Client::reopen_after(uint64_t for_ms) {
  heap_.after(for_ms, [this, closed = ++closed_] {
    if (closed == closed_) open();
  });
}

void Client::close(uint64_t for_ms) {
  if (main_ == 0) return;
  end(main_);
  reopen_after(for_ms);
}

void Client::crash(uint32_t kept_per_mille, uint64_t for_ms) {
  Instance* instance = find(main_);
  if (!instance) return;
  if (instance->under_way && !instance->deposed_with) {
    disk_.tear(*instance->under_way, kept_per_mille);
  }
  power_off(for_ms);
}

/// The whole device stops, with every tab on it.
void Client::power_off(uint64_t for_ms) {
  const bool was_open = main_ != 0;
  while (!instances_.empty()) end(instances_.begin()->first);
  if (was_open) reopen_after(for_ms);
}

void Client::lie(uint32_t commits, uint32_t kept_per_mille, uint64_t for_ms) {
  crash(kept_per_mille, for_ms);
  if (disk_.undo(commits) == 0) return;
  has_lost_ = true;
  const DurableModel before = model_;
  model_.read(disk_, watch_);
  oracle_.on_store_changed(*this, before);
}

void Client::tear(uint32_t kept_per_mille, uint64_t for_ms) {
  power_off(for_ms);
  if (!disk_.damage_newest(kept_per_mille)) return;
  has_lost_ = true;
  const DurableModel before = model_;
  model_.read(disk_, watch_);
  oracle_.on_store_changed(*this, before);
}

void Client::roll_back(uint64_t for_ms) {
  if (!disk_.roll_back()) return;
  power_off(for_ms);
  has_lost_ = true;
  const DurableModel before = model_;
  model_.read(disk_, watch_);
  oracle_.on_store_changed(*this, before);
}

void Client::wipe() {
  power_off(1'000);
  disk_.wipe();
  has_lost_ = true;
  const DurableModel before = model_;
  model_.read(disk_, watch_);
  oracle_.on_store_changed(*this, before);
  oracle_.on_person_gone(*this, address_);
  address_ = {};
}

void Client::fence() {
  Instance* old = find(main_);
  if (!old || old->stopped) return;
  old->deposed_with = model_;
  watch_.deposed();
  // The tab that lost stays about until it notices, or is closed.
  heap_.after(30'000, [this, serial = main_] { end(serial); });
  main_ = 0;
  open();
}

void Client::jump_clock(int64_t by_ms) {
  skew_ms_ += by_ms;
  // Beyond this age keys of overtaken messages are dropped, and later sessions, as documented.
  if (by_ms > 0) jumped_ms_ += static_cast<uint64_t>(by_ms);
  if (jumped_ms_ >= limits::kSkippedKeyAgeMsMax) has_lost_ = true;
}

void Client::fail_disk(uint64_t for_ms, Error error) {
  disk_error_ = error;
  disk_error_until_ms_ = heap_.now_ms() + for_ms;
}

void Client::sleep(uint64_t for_ms, bool monotonic_stands) {
  if (!awake()) return;
  asleep_until_ms_ = heap_.now_ms() + for_ms;
  heap_.at(asleep_until_ms_, [this, for_ms, monotonic_stands] {
    if (monotonic_stands) monotonic_lost_ms_ += for_ms;
    hint(input::Hint::kWake);
  });
}

void Client::hint(input::Hint hint) {
  if (main_ != 0) feed(main_, input::ConnectivityHint{hint});
}

void Client::heal() {
  disk_error_.reset();
  open();
  hint(input::Hint::kOnline);
}

void Client::command(decltype(Command::command) command) {
  Instance* instance = find(main_);
  if (!instance || !awake()) return;
  const uint32_t request = ++last_request_;
  instance->asked[request] = command;
  const auto* deletion = std::get_if<command::DeleteConversation>(&command);
  if (deletion) model_.may_delete(deletion->peer);
  oracle_.on_command(*this, instance->asked[request]);
  feed(main_, Command{request, std::move(command)});
}

void Client::feed(uint64_t serial, const Input& input) {
  if (!find(serial)) return;
  if (!awake()) {
    heap_.at(asleep_until_ms_, [this, serial, input] { feed(serial, input); });
    return;
  }
  find(serial)->engine->handle(input, now());
  drain(serial);
}

void Client::drain(uint64_t serial) {
  while (Instance* instance = find(serial)) {
    Output output = instance->engine->poll();
    if (const auto* until = std::get_if<output::Timeout>(&output)) {
      plan_timer(*instance, until->at_monotonic_ms);
      if (instance->stopped && instance->deposed_with) end(serial);
      return;
    }
    trace(*instance, output);
    carry_out(*instance, std::move(output));
    ++outputs_;
    if (!crash_point_ || outputs_ != crash_point_->at_output) continue;
    if (crash_point_->lies > 0) {
      lie(crash_point_->lies, crash_point_->kept_per_mille, 500);
    } else {
      crash(crash_point_->kept_per_mille, 500);
    }
  }
}

void Client::plan_timer(Instance& instance, std::optional<uint64_t> at_monotonic_ms) {
  const uint64_t timer = ++instance.timer;
  if (!at_monotonic_ms) return;
  // It was fed at this time and has carried out what is due: asking for the past would be a loop.
  instance.late = *at_monotonic_ms <= now().monotonic_ms ? instance.late + 1 : 0;
  if (instance.late > 50) return judge_.violate("busy loop", "a deadline in the past, for ever");
  heap_.at(*at_monotonic_ms + monotonic_lost_ms_, [this, serial = instance.serial, timer] {
    const Instance* it = find(serial);
    if (it && it->timer == timer) feed(serial, input::TimerFired{});
  });
}

void Client::carry_out(Instance& instance, Output output) {
  if (auto* commit = std::get_if<output::Commit>(&output)) {
    begin_commit(instance, std::move(*commit));
  } else if (const auto* connect = std::get_if<output::Connect>(&output)) {
    ways_.connect(instance.serial, connect->connection);
  } else if (auto* transmit = std::get_if<output::Transmit>(&output)) {
    if (judge_.verbose) {
      judge_.tell(heap_.now_ms(), index_, "> " + narrate_client_frame(transmit->frame));
    }
    oracle_.on_transmit(*this, instance.serial, transmit->connection, transmit->frame);
    if (instance.stopped) judge_.violate("I8", "a stopped engine transmits");
    ++judge_.statistics.frames;
    ways_.send(instance.serial, transmit->connection, std::move(transmit->frame));
  } else if (const auto* disconnect = std::get_if<output::Disconnect>(&output)) {
    ways_.disconnect(instance.serial, disconnect->connection);
  } else if (const auto* reply = std::get_if<output::Reply>(&output)) {
    const auto asked = instance.asked.find(reply->request);
    if (asked == instance.asked.end()) {
      return judge_.violate("replies", "one that nobody waits for");
    }
    oracle_.on_reply(*this, asked->second, *reply);
    instance.asked.erase(asked);
  } else if (const auto* event = std::get_if<Event>(&output)) {
    on_event(instance, *event);
  }
}

void Client::on_event(Instance& instance, const Event& event) {
  if (judge_.verbose) judge_.tell(heap_.now_ms(), index_, "! " + narrate_event(event));
  if (instance.serial == main_) watch_.on_event(event);
  if (const auto* opened = std::get_if<event::Opened>(&event)) {
    instance.opened = true;
    address_ = opened->address;
    oracle_.on_opened(*this);
  } else if (const auto* stopped = std::get_if<event::Stopped>(&event)) {
    instance.stopped = true;
    if (stopped->error == Error::kStorageFenced && instance.deposed_with) {
      return watch_.deposed_stopped();
    }
    if (stopped->error == Error::kStorageCorrupt && has_lost_) {
      // Nothing is left that makes a profile; its user begins anew.
      heap_.after(1'000, [this] { wipe(); });
      return;
    }
    judge_.violate("stopped", std::string(error_name(stopped->error)));
  } else {
    oracle_.on_event(*this, event);
  }
}

void Client::begin_commit(Instance& instance, output::Commit commit) {
  if (instance.under_way) return judge_.violate("commits", "two are under way at a time");
  instance.under_way = std::move(commit);
  heap_.after(prng_.below(plan_.disk_ms_max + 1),
              [this, serial = instance.serial] { finish_commit(serial); });
}

void Client::finish_commit(uint64_t serial) {
  Instance* instance = find(serial);
  if (!instance) return;
  if (!awake()) {
    heap_.at(asleep_until_ms_, [this, serial] { finish_commit(serial); });
    return;
  }
  const output::Commit commit = std::move(*instance->under_way);
  instance->under_way.reset();
  if (instance->deposed_with) {
    feed(serial, input::CommitFailed{commit.number, Error::kStorageFenced});
    instance = find(serial);
    if (instance && !instance->stopped) judge_.violate("I8", "a deposed engine goes on");
    return;
  }
  if (disk_error_ && heap_.now_ms() < disk_error_until_ms_) {
    return feed(serial, input::CommitFailed{commit.number, *disk_error_});
  }
  disk_.apply(commit);
  ++judge_.statistics.commits;
  const std::vector<MessageId> arrived = model_.add(commit, disk_, watch_);
  oracle_.on_committed(*this, commit, arrived);
  feed(serial, input::Committed{commit.number});
}

void Client::trace(const Instance& instance, const Output& output) {
  ByteWriter what;
  what.u64(instance.serial);
  if (const auto* commit = std::get_if<output::Commit>(&output)) {
    for (const StoredFile& file : commit->put) {
      what.raw(as_bytes(file.name));
      what.raw(file.bytes);
    }
    what.u64(commit->remove.size());
  } else if (const auto* transmit = std::get_if<output::Transmit>(&output)) {
    what.raw(transmit->frame);
  } else if (const auto* reply = std::get_if<output::Reply>(&output)) {
    what.u32(reply->request);
    what.u8(reply->error ? static_cast<uint8_t>(*reply->error) : 0);
  } else if (const auto* event = std::get_if<Event>(&output)) {
    what.u64(event->index());
    if (const auto* news = std::get_if<event::StatusChanged>(event)) {
      what.u8(static_cast<uint8_t>(news->status));
      for (const MessageId& id : news->ids) what.raw(id.bytes);
    } else if (const auto* shown = std::get_if<event::MessagesChanged>(event)) {
      for (const Message& message : shown->messages) what.raw(message.id.bytes);
    }
  }
  judge_.trace(heap_.now_ms(), index_, 16 + output.index(), what.buffer());
}

}  // namespace homing::simulation
