#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <unordered_map>
#include <vector>

#include "homing/address.h"
#include "homing/bytes.h"
#include "homing/message.h"
#include "journal/record.h"

namespace homing {

/// Something that has to reach the relay, and what has become of it.
struct OutboxEntry {
  record::Entry what;
  MessageId envelope_id;      // once sealed
  Bytes envelope;             // once sealed: the same bytes at every attempt; empty before
  std::optional<Error> held;  // refused for good: waits for its user
  uint64_t sealed_at = 0;     // ConversationLog::opened then; 0: before the start. Not stored
  bool in_flight = false;     // handed to the present connection; not stored

  uint64_t number() const { return what.number; }
  bool sealed() const { return !envelope.empty(); }
  /// Of a message: only as long as that is there it can be sealed.
  bool has_text() const {
    return what.kind == record::EntryKind::kText || what.kind == record::EntryKind::kResend;
  }
};

/// One conversation's queue: entry n+1 is never handed out before entry n, unless n is held.
struct Lane {
  std::deque<OutboxEntry> entries;  // by number
  size_t texts = 0;                 // of them messages that have not left before

  // Of the present connection; not stored.
  uint64_t blocked_until_ms = 0;
  WaitReason blocked_reason = WaitReason::kNone;
  std::optional<Error> blocked_error;
  bool claiming = false;  // a prekey bundle has been asked for

  /// nullptr when there is none. O(log n).
  OutboxEntry* find(uint64_t number);
  /// The entry that goes next: the first that is neither held nor in flight.
  OutboxEntry* next();
  bool blocked(uint64_t now_ms) const { return claiming || blocked_until_ms > now_ms; }
};

/// Everything that waits to be sent, one lane per conversation. Its durable state changes through
/// apply() alone, live and at replay, so that a restart finds what a crash left.
class Outbox {
 public:
  void apply(const record::Entry& record);
  void apply(const record::Sealed& record);
  void apply(const record::Settled& record);
  void apply(const record::Held& record);

  /// Calls `write` with the records that give this outbox back.
  template <typename Write>
  void snapshot(Write&& write) const;

  /// The number for a new entry; higher than all so far.
  uint64_t next_number() const { return next_number_; }
  /// nullptr when the conversation has nothing waiting.
  Lane* lane(const Address& peer);
  const Lane* lane(const Address& peer) const;
  std::map<Address, Lane>& lanes() { return lanes_; }
  const std::map<Address, Lane>& lanes() const { return lanes_; }
  /// The waiting entry of a message; nullptr when it has left. O(lane).
  OutboxEntry* find_message(const Address& peer, const MessageId& id);
  const OutboxEntry* find_message(const Address& peer, const MessageId& id) const;
  /// Whether this message waits to go out once more. O(lane).
  bool is_resending(const Address& peer, const MessageId& id) const;
  /// The last entry of the lane, if it is a receipt of this kind with room for more ids.
  const OutboxEntry* open_receipt(const Address& peer, MessageStatus status) const;

  size_t size() const { return size_; }

  // In flight.
  void hand_out(const Address& peer, OutboxEntry& entry);
  struct InFlight {
    Address peer;
    uint64_t number = 0;
  };
  /// Takes an envelope out of flight when the relay has answered for it.
  std::optional<InFlight> take_in_flight(const MessageId& envelope_id);
  size_t in_flight() const { return in_flight_.size(); }
  size_t in_flight_bytes() const { return in_flight_bytes_; }
  /// The connection is gone: whatever was in flight goes again, in order, with the same bytes.
  void connection_lost();

 private:
  std::map<Address, Lane> lanes_;
  std::unordered_map<MessageId, InFlight, MessageIdHash> in_flight_;
  size_t in_flight_bytes_ = 0;
  size_t size_ = 0;
  uint64_t next_number_ = 1;
};

template <typename Write>
void Outbox::snapshot(Write&& write) const {
  for (const auto& [peer, lane] : lanes_) {
    for (const OutboxEntry& entry : lane.entries) {
      write(entry.what);
      if (entry.sealed()) {
        write(record::Sealed{peer, entry.number(), entry.envelope_id, entry.envelope});
      }
      if (entry.held) write(record::Held{peer, entry.number(), entry.held, false});
    }
  }
}

}  // namespace homing
