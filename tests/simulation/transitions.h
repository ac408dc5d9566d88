#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace homing::simulation {

/// One way from a state to another that the engine may take, as far as it can be seen from outside.
/// A way that is not here breaks a promise; one that is never taken is a hole in the schedules.
struct Transition {
  std::string_view machine;
  std::string_view from;
  std::string_view to;
};

// "-" is where everything begins, and where an engine that was started anew begins again.
inline constexpr auto kTransitions = std::to_array<Transition>({
    {"connection", "-", "connecting"},
    {"connection", "-", "offline"},
    {"connection", "waiting", "connecting"},
    {"connection", "waiting", "offline"},
    {"connection", "offline", "waiting"},
    {"connection", "offline", "connecting"},
    {"connection", "connecting", "authenticating"},
    {"connection", "connecting", "waiting"},
    {"connection", "connecting", "offline"},
    {"connection", "authenticating", "online"},
    {"connection", "authenticating", "waiting"},
    {"connection", "authenticating", "offline"},
    // Something has changed since the attempt began.
    {"connection", "authenticating", "connecting"},
    {"connection", "online", "proved"},
    {"connection", "online", "waiting"},
    {"connection", "online", "offline"},
    {"connection", "online", "stalled"},
    {"connection", "proved", "stalled"},
    {"connection", "stalled", "online"},
    {"connection", "stalled", "proved"},
    {"connection", "stalled", "waiting"},
    {"connection", "stalled", "offline"},
    {"connection", "stalled", "connecting"},
    {"connection", "proved", "waiting"},
    {"connection", "proved", "offline"},

    {"message", "-", "pending"},
    {"message", "-", "received"},
    {"message", "pending", "sent"},
    {"message", "pending", "delivered"},
    {"message", "pending", "read"},
    {"message", "pending", "held"},
    {"message", "pending", "cancelled"},
    {"message", "sent", "delivered"},
    {"message", "sent", "read"},
    {"message", "delivered", "read"},
    {"message", "held", "pending"},
    {"message", "held", "cancelled"},
    // A store that lost the sending let its user take back what was under way (oracle.cc).
    {"message", "cancelled", "delivered"},
    {"message", "cancelled", "read"},
    {"message", "held", "delivered"},
    {"message", "held", "read"},

    {"entry", "-", "queued"},
    {"entry", "queued", "sealed"},
    {"entry", "queued", "blocked"},
    {"entry", "queued", "settled"},
    {"entry", "sealed", "in flight"},
    {"entry", "sealed", "settled"},
    {"entry", "in flight", "sealed"},
    {"entry", "in flight", "blocked"},
    {"entry", "in flight", "held"},
    // Refused, and the link was lost before that was stored.
    {"entry", "sealed", "held"},
    {"entry", "sealed", "queued"},
    {"entry", "in flight", "settled"},
    {"entry", "blocked", "queued"},
    {"entry", "blocked", "sealed"},
    {"entry", "blocked", "in flight"},
    {"entry", "blocked", "settled"},
    {"entry", "held", "queued"},
    {"entry", "held", "sealed"},
    {"entry", "held", "settled"},

    {"store", "-", "well"},
    {"store", "-", "quarantined"},
    {"store", "-", "stopped"},
    // A new profile, of which nothing can be told before it is stored.
    {"store", "-", "fenced"},
    {"store", "-", "failing"},
    {"store", "-", "quota"},
    // What is told with Opened waits for a snapshot, which may fail first.
    {"store", "well", "quarantined"},
    {"store", "well", "failing"},
    {"store", "well", "quota"},
    {"store", "well", "fenced"},
    {"store", "failing", "well"},
    {"store", "failing", "quota"},
    {"store", "failing", "fenced"},
    {"store", "quota", "well"},
    {"store", "quota", "failing"},
    {"store", "quota", "fenced"},
    {"store", "quarantined", "failing"},
    {"store", "quarantined", "quota"},
    {"store", "quarantined", "fenced"},

    {"session", "-", "begun"},
    {"session", "-", "established"},
    // Several first messages at once, or begun and met by the other's within one commit.
    {"session", "-", "replaced"},
    // A first message that a lost state may have answered already.
    {"session", "-", "barred"},
    {"session", "begun", "established"},
    {"session", "begun", "begun anew"},
    {"session", "begun", "replaced"},
    {"session", "begun", "barred"},
    {"session", "established", "begun anew"},
    {"session", "established", "replaced"},
    {"session", "established", "barred"},
    {"session", "begun anew", "replaced"},
    {"session", "begun anew", "established"},
    {"session", "begun anew", "barred"},
    {"session", "replaced", "begun anew"},
    {"session", "replaced", "established"},
    {"session", "replaced", "barred"},
    // Sessions that were set aside are forgotten in time.
    {"session", "barred", "begun"},
    {"session", "barred", "established"},
    {"session", "barred", "begun anew"},
    {"session", "barred", "replaced"},
});

/// The row of the table. None: no way for this engine.
constexpr std::optional<size_t> find_transition(std::string_view machine, std::string_view from,
                                                std::string_view to) {
  for (size_t i = 0; i < kTransitions.size(); ++i) {
    const Transition& row = kTransitions[i];
    if (row.machine == machine && row.from == from && row.to == to) return i;
  }
  return std::nullopt;
}

}  // namespace homing::simulation
