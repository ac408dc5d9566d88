#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "homing/engine.h"
#include "memory_store.h"
#include "relay_core.h"
#include "support/seeded_random.h"

/// A small world for tests of the engine: devices with the real engine, the real relay's logic on a
/// store in memory, and between them disks and links that do what the test says. Time stands still
/// until it is advanced, and one seed decides everything.
namespace homing::test {

class World;

/// One device: an engine, its disk, its socket, and a record of what it told its user.
class Device {
 public:
  Device(World& world, std::string name);

  // The user.
  /// Gives the id at once; whether it is saved shows in `replies`.
  MessageId send(const Address& to, std::string text);
  output::Reply run(decltype(Command::command) command);
  Address address() const { return *engine->address(); }
  std::vector<std::string> texts_with(const Address& peer) const;
  MessageStatus status(const Address& peer, const MessageId& id) const;

  // Life and death.
  void open();
  /// What is not on the disk is gone. Stays so until open().
  void crash();

  // The disk.
  /// Commits wait until release_commits().
  void hold_commits() { commits_held = true; }
  void release_commits();
  void fail_commits(std::optional<Error> error) { commit_error = error; }

  // The network.
  void cut();
  void restore();

  void feed(const Input& input);

  World& world;
  std::string name;
  SeededRandom random;
  std::unique_ptr<Engine> engine;  // null while crashed

  std::map<std::string, Bytes> files;  // on the disk
  std::optional<output::Commit> held_commit;
  bool commits_held = false;
  std::optional<Error> commit_error;
  size_t commits = 0;

  int64_t skew_ms = 0;  // of this device's wall clock against everybody else's

  bool link_up = true;
  std::optional<uint64_t> socket;  // the relay's name for the open connection
  uint64_t connection = 0;         // the engine's

  std::map<uint32_t, output::Reply> replies;
  std::vector<Event> events;
  std::vector<Bytes> transmitted;
  std::optional<uint64_t> timeout;
  uint32_t next_request = 1;

 private:
  void drain();
  void carry_out(Output output);
  void finish(const output::Commit& commit);
};

class World {
 public:
  explicit World(uint64_t seed);

  Device& add(std::string name);
  /// Lets everything that can happen without time passing happen.
  void settle();
  /// Moves time on, stopping at every deadline on the way.
  void advance(uint64_t ms);
  /// Alice and bob know each other and nothing is under way.
  void introduce(Device& alice, Device& bob);

  /// The relay's process dies; what it had committed is kept.
  void crash_relay();
  void start_relay();

  // For Device.
  void connect(Device& device, uint64_t connection);
  void disconnect(Device& device);
  void to_relay(Device& device, Bytes frame);

  Time now;
  SeededRandom random;
  relay::MemoryStore store;
  std::unique_ptr<relay::RelayCore> relay;  // null while it is down
  std::vector<Bytes> seen_by_relay;         // every frame that reached it
  std::deque<std::function<void()>> happenings;

 private:
  void drain_relay();

  std::vector<std::unique_ptr<Device>> devices_;
  std::map<uint64_t, Device*> sockets_;
  uint64_t next_socket_ = 1;
};

/// All events of one type that a device told.
template <typename T>
std::vector<T> events_of(const Device& device) {
  std::vector<T> found;
  for (const Event& event : device.events) {
    if (const T* wanted = std::get_if<T>(&event)) found.push_back(*wanted);
  }
  return found;
}

}  // namespace homing::test
