#include "support/world.h"

#include <algorithm>

namespace homing::test {

Device::Device(World& in_world, std::string with_name)
    : world(in_world), name(std::move(with_name)), random(in_world.random.u64()) {
  open();
}

void Device::open() {
  engine = std::make_unique<Engine>(EngineOptions{"127.0.0.1"}, random);
  input::StorageLoaded loaded;
  for (const auto& [file, bytes] : files) loaded.files.push_back({file, bytes});
  feed(loaded);
}

void Device::crash() {
  world.disconnect(*this);
  engine.reset();
  held_commit.reset();
  timeout.reset();
  replies.clear();
}

MessageId Device::send(const Address& to, std::string text) {
  const auto before = engine->messages(to, std::nullopt, 1);
  feed(Command{next_request++, command::Send{to, std::move(text)}});
  const auto after = engine->messages(to, std::nullopt, 1);
  HOMING_ASSERT(!after.empty() && (before.empty() || before[0].id != after[0].id));
  return after[0].id;
}

output::Reply Device::run(decltype(Command::command) command) {
  const uint32_t request = next_request++;
  feed(Command{request, std::move(command)});
  world.settle();
  HOMING_ASSERT(replies.contains(request));
  return replies.at(request);
}

std::vector<std::string> Device::texts_with(const Address& peer) const {
  std::vector<std::string> texts;
  for (const Message& message : engine->messages(peer, std::nullopt, SIZE_MAX)) {
    texts.push_back(message.text);
  }
  return texts;
}

MessageStatus Device::status(const Address& peer, const MessageId& id) const {
  return engine->message(peer, id).value().status;
}

void Device::release_commits() {
  commits_held = false;
  if (!held_commit) return;
  const output::Commit commit = std::move(*held_commit);
  held_commit.reset();
  world.happenings.push_back([this, commit] { finish(commit); });
}

void Device::cut() {
  link_up = false;
  world.disconnect(*this);
}

void Device::restore() {
  link_up = true;
  feed(input::ConnectivityHint{input::Hint::kOnline});
}

void Device::feed(const Input& input) {
  if (!engine) return;
  const uint64_t wall_ms = world.now.wall_ms + static_cast<uint64_t>(skew_ms);
  engine->handle(input, {world.now.monotonic_ms, wall_ms});
  drain();
}

void Device::drain() {
  while (engine) {
    Output output = engine->poll();
    if (const auto* until = std::get_if<output::Timeout>(&output)) {
      timeout = until->at_monotonic_ms;
      return;
    }
    carry_out(std::move(output));
  }
}

void Device::carry_out(Output output) {
  if (auto* commit = std::get_if<output::Commit>(&output)) {
    HOMING_ASSERT(!held_commit);
    if (commits_held) {
      held_commit = std::move(*commit);
    } else {
      world.happenings.push_back([this, c = std::move(*commit)] { finish(c); });
    }
  } else if (auto* connect = std::get_if<output::Connect>(&output)) {
    world.connect(*this, connect->connection);
  } else if (auto* transmit = std::get_if<output::Transmit>(&output)) {
    transmitted.push_back(transmit->frame);
    world.to_relay(*this, std::move(transmit->frame));
  } else if (std::holds_alternative<output::Disconnect>(output)) {
    world.disconnect(*this);
  } else if (auto* reply = std::get_if<output::Reply>(&output)) {
    replies[reply->request] = *reply;
  } else if (auto* event = std::get_if<Event>(&output)) {
    events.push_back(std::move(*event));
  }
}

void Device::finish(const output::Commit& commit) {
  if (!engine) return;
  if (commit_error) return feed(input::CommitFailed{commit.number, *commit_error});
  for (const StoredFile& file : commit.put) files[file.name] = file.bytes;
  for (const std::string& removed : commit.remove) files.erase(removed);
  ++commits;
  feed(input::Committed{commit.number});
}

World::World(uint64_t seed)
    : now{1'000'000, 1'800'000'000'000}, random(seed), store(random, relay::Quota{}) {
  start_relay();
}

Device& World::add(std::string name) {
  devices_.push_back(std::make_unique<Device>(*this, std::move(name)));
  settle();
  return *devices_.back();
}

void World::start_relay() {
  relay = std::make_unique<relay::RelayCore>(relay::CoreOptions{}, store.store_id(), random);
}

void World::crash_relay() {
  relay.reset();
  for (auto& device : devices_) disconnect(*device);
}

void World::connect(Device& device, uint64_t connection) {
  happenings.push_back([this, &device, connection] {
    if (!device.engine) return;
    if (!device.link_up || !relay) {
      device.feed(input::SocketClosed{connection, 1006, ""});
      return;
    }
    const uint64_t socket = next_socket_++;
    device.socket = socket;
    device.connection = connection;
    sockets_[socket] = &device;
    device.feed(input::SocketOpened{connection});
    relay->on_connected(socket, now);
    drain_relay();
  });
}

void World::disconnect(Device& device) {
  if (!device.socket) return;
  const uint64_t socket = *device.socket;
  device.socket.reset();
  sockets_.erase(socket);
  happenings.push_back([this, &device, socket, connection = device.connection] {
    device.feed(input::SocketClosed{connection, 1006, ""});
    if (!relay) return;
    relay->on_closed(socket, now);
    drain_relay();
  });
}

void World::to_relay(Device& device, Bytes frame) {
  if (!device.socket) return;
  happenings.push_back([this, socket = *device.socket, sent = std::move(frame)] {
    if (!relay || !sockets_.contains(socket)) return;
    seen_by_relay.push_back(sent);
    relay->on_frame(socket, sent, now);
    drain_relay();
  });
}

void World::drain_relay() {
  while (relay) {
    std::optional<relay::Effect> effect = relay->poll_effect();
    if (!effect) return;
    if (auto* sent = std::get_if<relay::effect::Send>(&*effect)) {
      happenings.push_back([this, socket = sent->connection, frame = std::move(sent->frame)] {
        const auto it = sockets_.find(socket);
        // What comes by an older socket concerns nobody any more.
        if (it == sockets_.end() || it->second->socket != socket) return;
        it->second->feed(input::FrameReceived{it->second->connection, frame});
      });
    } else if (auto* closed = std::get_if<relay::effect::Close>(&*effect)) {
      happenings.push_back([this, close = *closed] {
        const auto it = sockets_.find(close.connection);
        if (it == sockets_.end()) return;
        Device& device = *it->second;
        sockets_.erase(it);
        if (device.socket == close.connection) {
          device.socket.reset();
          device.feed(input::SocketClosed{device.connection, static_cast<uint16_t>(close.code),
                                          close.reason});
        }
        if (relay) relay->on_closed(close.connection, now);
        drain_relay();
      });
    } else if (auto* commit = std::get_if<relay::effect::Commit>(&*effect)) {
      happenings.push_back([this, ticket = commit->ticket, batch = std::move(commit->batch)] {
        if (!relay) return;
        relay->on_committed(ticket, relay::apply_batch(store, batch), now);
        drain_relay();
      });
    } else if (auto* fetch = std::get_if<relay::effect::Fetch>(&*effect)) {
      happenings.push_back([this, wanted = *fetch] {
        if (!relay) return;
        relay->on_fetched(wanted.ticket, store.fetch(wanted.mailbox, wanted.after, wanted.limit),
                          now);
        drain_relay();
      });
    }
  }
}

void World::settle() {
  while (!happenings.empty()) {
    const std::function<void()> next = std::move(happenings.front());
    happenings.pop_front();
    next();
  }
}

void World::advance(uint64_t ms) {
  const uint64_t until = now.monotonic_ms + ms;
  settle();
  while (true) {
    uint64_t next = until;
    for (const auto& device : devices_) {
      if (device->timeout) next = std::min(next, std::max(*device->timeout, now.monotonic_ms + 1));
    }
    if (relay)
      next = std::min(next, std::max(relay->next_timer_monotonic_ms(), now.monotonic_ms + 1));
    now.wall_ms += next - now.monotonic_ms;
    now.monotonic_ms = next;
    for (const auto& device : devices_) {
      if (device->timeout && *device->timeout <= now.monotonic_ms)
        device->feed(input::TimerFired{});
    }
    if (relay && relay->next_timer_monotonic_ms() <= now.monotonic_ms) {
      relay->on_timer(now);
      drain_relay();
    }
    settle();
    if (now.monotonic_ms >= until) return;
  }
}

void World::introduce(Device& alice, Device& bob) {
  bob.run(command::AcceptInvite{alice.engine->invite()});
  advance(2'000);
  HOMING_ASSERT(alice.engine->conversations().size() == 1);
  alice.run(command::AcceptInvite{bob.engine->invite()});
  advance(2'000);
  HOMING_ASSERT(alice.engine->pending() == 0 && bob.engine->pending() == 0);
}

}  // namespace homing::test
