#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>

#include "homing/bytes.h"
#include "simulation/event_heap.h"
#include "simulation/prng.h"
#include "simulation/step.h"

namespace homing::simulation {

/// The sockets between clients and the relay: frames arrive in order or not at all, later or never,
/// and either side may hear late, or never, that the other is gone.
class Network {
 public:
  /// Who is at the ends. All are called from the event heap.
  struct Ends {
    std::function<bool()> relay_listens;
    std::function<void(uint64_t socket)> relay_opened;
    std::function<void(uint64_t socket, Bytes frame)> relay_frame;
    std::function<void(uint64_t socket)> relay_closed;
    std::function<void(uint64_t instance, uint64_t connection, uint64_t socket)> client_opened;
    std::function<void(uint64_t instance, uint64_t connection, Bytes frame)> client_frame;
    std::function<void(uint64_t instance, uint64_t connection, uint16_t code, std::string reason)>
        client_closed;
  };
  Network(EventHeap& heap, const Plan& plan, Prng prng, Ends ends)
      : heap_(heap), plan_(plan), prng_(prng), ends_(std::move(ends)) {}

  void connect(uint32_t who, uint64_t instance, uint64_t connection);
  /// The client's wish. What it has sent still arrives; then the relay hears of it.
  void disconnect(uint64_t instance, uint64_t connection);
  void send_up(uint64_t instance, uint64_t connection, Bytes frame);
  void send_down(uint64_t socket, Bytes frame);
  /// The relay's wish.
  void close_down(uint64_t socket, uint16_t code, std::string reason);

  // Faults.
  /// After so many more bytes in one direction the connection breaks.
  void cut_after(uint32_t who, uint64_t bytes, bool up, uint64_t relay_hears_after_ms);
  void half_open(uint32_t who, bool up, bool down);
  void link_down(uint32_t who);
  void link_up(uint32_t who) { down_[who] = false; }
  void relay_died();
  void heal();
  /// A client's process ended.
  void client_died(uint64_t instance);

 private:
  struct Socket {
    uint32_t who = 0;
    uint64_t instance = 0;
    uint64_t connection = 0;
    bool client_open = true;
    bool relay_open = false;
    bool up_lost = false;  // frames vanish
    bool down_lost = false;
    std::optional<uint64_t> up_left;  // bytes until it breaks
    std::optional<uint64_t> down_left;
    uint64_t relay_hears_after_ms = 0;
    uint64_t up_ms = 0;  // when the last frame arrives
    uint64_t down_ms = 0;
  };
  uint64_t latency() { return prng_.between(plan_.latency_ms_min, plan_.latency_ms_max); }
  Socket* find(uint64_t id);
  uint64_t find_id(uint64_t instance, uint64_t connection) const;
  void break_off(uint64_t id, uint64_t relay_hears_after_ms);
  void tell_client_closed(uint64_t id, uint64_t at_ms, uint16_t code, std::string reason);
  void tell_relay_closed(uint64_t id, uint64_t at_ms);
  void forget_if_over(uint64_t id);

  EventHeap& heap_;
  const Plan& plan_;
  Prng prng_;
  Ends ends_;
  std::map<uint64_t, Socket> sockets_;
  std::map<uint32_t, bool> down_;
  uint64_t last_id_ = 0;
};

}  // namespace homing::simulation
