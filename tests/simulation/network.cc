#include "simulation/network.h"

#include <algorithm>

namespace homing::simulation {

Network::Socket* Network::find(uint64_t id) {
  const auto found = sockets_.find(id);
  return found == sockets_.end() ? nullptr : &found->second;
}

uint64_t Network::find_id(uint64_t instance, uint64_t connection) const {
  for (auto it = sockets_.rbegin(); it != sockets_.rend(); ++it) {
    const Socket& socket = it->second;
    if (socket.instance == instance && socket.connection == connection && socket.client_open) {
      return it->first;
    }
  }
  return 0;
}

void Network::forget_if_over(uint64_t id) {
  const Socket* socket = find(id);
  if (socket && !socket->client_open && !socket->relay_open) sockets_.erase(id);
}

void Network::connect(uint32_t who, uint64_t instance, uint64_t connection) {
  const uint64_t id = ++last_id_;
  Socket& socket = sockets_[id];
  socket.who = who;
  socket.instance = instance;
  socket.connection = connection;
  heap_.after(latency(), [this, id] {
    Socket* it = find(id);
    if (!it || !it->client_open) return forget_if_over(id);
    if (down_[it->who] || !ends_.relay_listens()) {
      return tell_client_closed(id, heap_.now_ms(), 1006, "");
    }
    it->relay_open = true;
    it->up_ms = it->down_ms = heap_.now_ms();
    ends_.client_opened(it->instance, it->connection, id);
    if (find(id)) ends_.relay_opened(id);
  });
}

void Network::disconnect(uint64_t instance, uint64_t connection) {
  const uint64_t id = find_id(instance, connection);
  Socket* socket = find(id);
  if (!socket) return;
  socket->client_open = false;
  if (socket->relay_open) {
    tell_relay_closed(id, std::max(socket->up_ms, heap_.now_ms() + latency()));
  }
}

void Network::send_up(uint64_t instance, uint64_t connection, Bytes frame) {
  const uint64_t id = find_id(instance, connection);
  Socket* socket = find(id);
  if (!socket || !socket->relay_open || socket->up_lost) return;
  if (socket->up_left) {
    if (*socket->up_left < frame.size()) return break_off(id, socket->relay_hears_after_ms);
    *socket->up_left -= frame.size();
  }
  socket->up_ms = std::max(socket->up_ms, heap_.now_ms() + latency());
  heap_.at(socket->up_ms, [this, id, sent = std::move(frame)]() mutable {
    const Socket* it = find(id);
    if (it && it->relay_open && !it->up_lost) ends_.relay_frame(id, std::move(sent));
  });
}

void Network::send_down(uint64_t id, Bytes frame) {
  Socket* socket = find(id);
  if (!socket || !socket->relay_open || socket->down_lost) return;
  if (socket->down_left) {
    if (*socket->down_left < frame.size()) return break_off(id, socket->relay_hears_after_ms);
    *socket->down_left -= frame.size();
  }
  socket->down_ms = std::max(socket->down_ms, heap_.now_ms() + latency());
  heap_.at(socket->down_ms, [this, id, sent = std::move(frame)]() mutable {
    const Socket* it = find(id);
    if (it && it->client_open && !it->down_lost) {
      ends_.client_frame(it->instance, it->connection, std::move(sent));
    }
  });
}

void Network::close_down(uint64_t id, uint16_t code, std::string reason) {
  Socket* socket = find(id);
  if (!socket) return;
  const bool heard = !socket->down_lost;
  const uint64_t at_ms = std::max(socket->down_ms, heap_.now_ms() + latency());
  if (heard && socket->client_open) tell_client_closed(id, at_ms, code, std::move(reason));
  if (socket->relay_open) tell_relay_closed(id, at_ms + latency());
}

void Network::tell_client_closed(uint64_t id, uint64_t at_ms, uint16_t code, std::string reason) {
  heap_.at(at_ms, [this, id, code, why = std::move(reason)] {
    Socket* socket = find(id);
    if (!socket) return;
    const bool was_open = std::exchange(socket->client_open, false);
    const uint64_t instance = socket->instance;
    const uint64_t connection = socket->connection;
    forget_if_over(id);
    if (was_open) ends_.client_closed(instance, connection, code, why);
  });
}

void Network::tell_relay_closed(uint64_t id, uint64_t at_ms) {
  heap_.at(at_ms, [this, id] {
    Socket* socket = find(id);
    if (!socket) return;
    const bool was_open = std::exchange(socket->relay_open, false);
    forget_if_over(id);
    if (was_open) ends_.relay_closed(id);
  });
}

/// Both directions are dead from now on, and what was under way is lost.
void Network::break_off(uint64_t id, uint64_t relay_hears_after_ms) {
  Socket* socket = find(id);
  if (!socket) return;
  socket->up_lost = socket->down_lost = true;
  if (socket->client_open) tell_client_closed(id, heap_.now_ms() + latency(), 1006, "");
  if (socket->relay_open) tell_relay_closed(id, heap_.now_ms() + relay_hears_after_ms);
}

void Network::cut_after(uint32_t who, uint64_t bytes, bool up, uint64_t relay_hears_after_ms) {
  for (auto& [id, socket] : sockets_) {
    if (socket.who != who || !socket.client_open || !socket.relay_open) continue;
    (up ? socket.up_left : socket.down_left) = bytes;
    socket.relay_hears_after_ms = relay_hears_after_ms;
  }
}

void Network::half_open(uint32_t who, bool up, bool down) {
  for (auto& [id, socket] : sockets_) {
    if (socket.who != who || !socket.client_open) continue;
    if (up) socket.up_lost = true;
    if (down) socket.down_lost = true;
  }
}

void Network::link_down(uint32_t who) {
  down_[who] = true;
  for (auto& [id, socket] : sockets_) {
    if (socket.who == who && socket.relay_open && !socket.up_lost) break_off(id, 20'000);
  }
}

void Network::relay_died() {
  for (auto& [id, socket] : sockets_) {
    if (!socket.relay_open) continue;
    socket.relay_open = false;
    socket.up_lost = socket.down_lost = true;
    tell_client_closed(id, heap_.now_ms() + latency(), 1006, "");
  }
}

void Network::client_died(uint64_t instance) {
  for (auto& [id, socket] : sockets_) {
    if (socket.instance != instance || !socket.client_open) continue;
    socket.client_open = false;
    if (socket.relay_open) {
      tell_relay_closed(id, std::max(socket.up_ms, heap_.now_ms()) + latency());
    }
  }
}

void Network::heal() {
  down_.clear();
  for (auto& [id, socket] : sockets_) {
    // Nobody repairs a connection that has lost frames; it breaks for both to see.
    if (socket.up_lost || socket.down_lost) break_off(id, 0);
    socket.up_left.reset();
    socket.down_left.reset();
  }
}

}  // namespace homing::simulation
