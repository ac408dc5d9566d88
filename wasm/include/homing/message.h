#pragma once

#include <cstdint>
#include <cstring>
#include <optional>
#include <string>

#include "homing/address.h"
#include "homing/bytes.h"
#include "homing/random.h"
#include "homing/result.h"

namespace homing {

/// Names one message for ever: 16 bytes in UUIDv7 layout (RFC 9562 section 5.7), chosen by the
/// sender at enqueue. A retry keeps it, so that both the relay and the recipient recognise repeats.
struct MessageId {
  ByteArray<16> bytes{};

  /// `random` gives the 74 bits that are not time.
  static MessageId create(uint64_t now_ms, RandomSource& random);
  /// For receipts: the same ids always give the same receipt id. `digest` replaces the randomness.
  static MessageId derive(uint64_t now_ms, const ByteArray<10>& digest);
  static Result<MessageId> from_bytes(ByteView bytes);
  /// 36 characters, lower-case hex with dashes.
  std::string to_text() const;
  /// Reads exactly what to_text() writes; anything else is kMalformed.
  static Result<MessageId> parse(std::string_view text);

  /// Milliseconds since 1970, the first 48 bits.
  uint64_t time_ms() const;

  friend bool operator==(const MessageId&, const MessageId&) = default;
  friend bool operator<(const MessageId& a, const MessageId& b) { return a.bytes < b.bytes; }
};

struct MessageIdHash {
  size_t operator()(const MessageId& id) const {
    // The tail is random; the head is a clock.
    size_t out;
    std::memcpy(&out, id.bytes.data() + id.bytes.size() - sizeof(out), sizeof(out));
    return out;
  }
};

/// How far a message has come. The first four only ever grow (I4); the values are stored in the
/// journal, do not renumber.
enum class MessageStatus : uint8_t {
  kPending = 0,     // stored on this device, waiting (clock)
  kSent = 1,        // the relay has stored it (one tick)
  kDelivered = 2,   // the recipient's device has stored it (two ticks)
  kRead = 3,        // the recipient has opened the conversation (two blue ticks)
  kHeld = 10,       // definitely refused: waits for its user to retry, edit or cancel
  kCancelled = 11,  // taken back before it left
  kReceived = 20,   // somebody else's message
};

std::string_view status_name(MessageStatus status);
/// Whether the number is one of the above.
bool is_known(MessageStatus status);

/// Merges news into a status: the further of the two along pending, sent, delivered, read. Late or
/// repeated receipts therefore never move a message back (I4). A receipt also settles a held
/// message: if the recipient has it, the refusal was wrong.
MessageStatus merge_status(MessageStatus now, MessageStatus news);

/// One message as a conversation shows it.
struct Message {
  MessageId id;
  Address peer;  // the other side of the conversation
  bool outgoing = false;
  uint64_t sequence = 0;  // the sender's place in this conversation, from 1
  uint64_t time_ms = 0;   // when the sender pressed Send, by the sender's clock
  MessageStatus status = MessageStatus::kPending;
  std::optional<Error> held_reason;  // set while kHeld
  std::string text;                  // UTF-8
};

/// Why a message has not been sent yet; what Engine::why() answers.
enum class WaitReason : uint8_t {
  kNone = 0,          // it does not wait
  kOffline = 1,       // no network
  kConnecting = 2,    // a connection is being tried or proved
  kNoPrekeys = 3,     // first contact: the recipient's prekey bundle has not come yet
  kBehindOthers = 4,  // earlier messages of its lane go first
  kInFlight = 5,      // handed to the relay, not yet acknowledged
  kRateLimited = 6,   // the relay asked to wait
  kStorage = 7,       // the device cannot store at the moment
  kHeld = 8,          // refused; held_reason says why
};

std::string_view wait_reason_name(WaitReason reason);

struct Why {
  WaitReason reason = WaitReason::kNone;
  size_t ahead = 0;                         // messages of the same lane before it
  std::optional<uint64_t> next_attempt_ms;  // by the monotonic clock, if one is planned
  std::optional<Error> error;               // of a refusal
};

/// What this device's user has decided about a person.
enum class ContactState : uint8_t {
  kRequested = 0,  // they have written first; receipts go out once the user accepts
  kAccepted = 1,   // written to, accepted, or come by this profile's invite
  kBlocked = 2,    // what they write is dropped; they are not told
};

std::string_view contact_state_name(ContactState state);

/// What two people compare to know that nobody stands between them.
struct SafetyNumber {
  std::string digits;  // 60 decimal digits, the same on both devices
  std::string code;    // for a QR code; Engine::matches_safety_code() of the other reads it
};

/// One line of the conversation list.
struct Conversation {
  Address peer;
  ContactState contact = ContactState::kRequested;
  bool verified = false;  // the user has compared safety numbers
  std::string name;       // given by the person themselves in an invite or introduction; may be ""
  size_t unread = 0;
  size_t pending = 0;  // outgoing, not yet at the relay
  uint64_t last_time_ms = 0;
  std::string last_text;
};

}  // namespace homing
