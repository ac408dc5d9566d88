#pragma once

#include <deque>
#include <optional>
#include <unordered_map>

#include "connection_state.h"
#include "deadlines.h"
#include "device_limits.h"
#include "effect.h"
#include "homing/input.h"
#include "homing/random.h"
#include "options.h"
#include "pending_batch.h"

namespace homing::relay {

/// What the relay has done so far; counts only, nothing about anybody.
struct Counters {
  uint64_t authenticated = 0;
  uint64_t authentication_failures = 0;
  uint64_t accepted = 0;  // duplicates included
  uint64_t duplicates = 0;
  uint64_t refused = 0;
  uint64_t delivered = 0;
  uint64_t claims = 0;
  uint64_t commits = 0;
};

/// The relay without sockets, threads, clock or entropy of its own: feed one input, then take
/// effects until poll_effect() gives none, and carry them out in that order. The shell does so with
/// Beast and a writer thread, the simulator with neither.
///
/// Promises: `accepted` is sent only after the Commit that holds the message has succeeded. The
/// order of a mailbox is the order of commits. A device has one live connection. After a failed
/// Commit or Fetch nothing is acknowledged any more and Stopped{failed} follows.
class RelayCore {
 public:
  /// `random` must outlive the core.
  RelayCore(CoreOptions options, const ByteArray<16>& store_id, RandomSource& random);
  RelayCore(const RelayCore&) = delete;
  RelayCore& operator=(const RelayCore&) = delete;

  /// Ids are the caller's, never used twice.
  void on_connected(ConnectionId connection, Time now);
  void on_frame(ConnectionId connection, ByteView bytes, Time now);
  /// A part of a frame has come, which is a sign of life on a slow link.
  void on_heard(ConnectionId connection);
  /// The socket is gone, by whoever's wish. Due once for every connection.
  void on_closed(ConnectionId connection, Time now);
  /// The socket's own queue is full (true) or has drained (false). While it is full, nothing is
  /// fetched for it: the store keeps it better than memory does.
  void on_send_blocked(ConnectionId connection, bool blocked, Time now);

  void on_committed(Ticket ticket, const Result<BatchOutcome>& outcome, Time now);
  void on_fetched(Ticket ticket, const Result<Page>& page, Time now);
  void on_timer(Time now);

  /// Takes nothing new, finishes what is in flight, closes every connection with kRestart, then
  /// gives Stopped.
  void stop(Time now);

  std::optional<Effect> poll_effect();
  /// When on_timer() is due at the latest, by the monotonic clock.
  uint64_t next_timer_monotonic_ms() const;

  const Counters& counters() const { return counters_; }
  size_t connection_count() const { return connections_.size(); }

 private:
  // Frames (relay_core_frames.cc).
  void on_hello(ConnectionId id, ConnectionState& state, const wire::Hello& hello, Time now);
  void on_request(ConnectionId id, ConnectionState& state, wire::ClientFrame frame, Time now);
  void on_publish(ConnectionId id, ConnectionState& state, const wire::Publish& publish, Time now);
  void on_claim(ConnectionId id, ConnectionState& state, const wire::Claim& claim, Time now);
  void on_submit(ConnectionId id, ConnectionState& state, wire::Submit submit, Time now);
  void on_ack(ConnectionId id, ConnectionState& state, const wire::Ack& ack);
  std::optional<wire::RefusedItem> refuse(ConnectionState& state, const wire::SubmitItem& item,
                                          Time now);
  void raise_generation(ConnectionState& state, uint64_t generation);

  // Outcomes (relay_core_outcomes.cc).
  void tell_attached(const Waiters::Attacher& attacher, const Attached& attached, Time now);
  void tell_published(const Waiters::Publisher& publisher);
  void tell_claimed(const Waiters::Claimer& claimer, const Claimed& claimed);
  void tell_appended(const std::vector<Waiters::Sender>& senders,
                     const std::vector<AppendOutcome>& outcomes);
  void tell_prekeys_low(const Address& owner, const PrekeyCounts& left);
  void deliver(ConnectionId id, ConnectionState& state, const Page& page);
  void expire_a_step(Time now);

  // Life of a connection, and what moves things on (relay_core.cc).
  ConnectionState* find(ConnectionId id);
  ConnectionState* find_ready(ConnectionId id);
  void send(ConnectionId id, const wire::RelayFrame& frame);
  void close(ConnectionId id, ConnectionState& state, wire::CloseCode code, std::string reason);
  void close_with(ConnectionId id, ConnectionState& state, Error error, wire::CloseCode code);
  void forget_presence(ConnectionId id, ConnectionState& state);
  void on_deadline(ConnectionId id, Time now);
  void keep_house(Time now);
  void wake(const Address& mailbox);
  void pump_delivery(ConnectionId id, ConnectionState& state);
  void pump_commit(Time now);
  void finish_stop(bool failed);

  const CoreOptions options_;
  const ByteArray<16> store_id_;
  RandomSource& random_;

  std::unordered_map<ConnectionId, ConnectionState> connections_;
  std::unordered_map<Address, ConnectionId, AddressHash> device_connection_;
  DeviceLimitsTable limits_;
  Deadlines deadlines_;  // monotonic
  uint64_t next_housekeeping_ms_ = 0;

  PendingBatch pending_;
  std::optional<Ticket> commit_under_way_;
  Waiters waiters_;  // of the commit under way
  bool expiring_ = false;
  uint64_t expire_from_ = 0;
  std::unordered_map<Ticket, ConnectionId> fetches_;
  Ticket last_ticket_ = 0;

  bool stopping_ = false;
  bool stopped_ = false;
  std::deque<Effect> effects_;
  Counters counters_;
};

}  // namespace homing::relay
