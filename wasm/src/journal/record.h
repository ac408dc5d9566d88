#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "homing/address.h"
#include "homing/bytes.h"
#include "homing/message.h"
#include "homing/result.h"
#include "session/identity.h"
#include "wire/invite.h"

/// What the journal holds: each record is one change of the profile's state, and applying all of
/// them in order gives the state back. Most replace what they name as a whole, so that a snapshot
/// is written with the same records.
namespace homing::record {

/// Frozen: stored. Do not renumber.
enum class Type : uint8_t {
  kProfile = 1,
  kPrekeys = 2,
  kSessions = 3,
  kConversation = 4,
  kMessage = 5,
  kStatus = 6,
  kEntry = 7,
  kSealed = 8,
  kSettled = 9,
  kHeld = 10,
  kReadMark = 11,
  kMailbox = 12,
  kContact = 13,
  kCleared = 14,
  kMissing = 15,
};

/// The person: both identity keys and the settings.
struct Profile {
  SecretBytes identity;  // Identity::encode()
  std::string name;
  bool read_receipts = true;
  bool delivered_receipts = true;
  InviteMark invite_mark{};     // who shows it has been invited
  uint64_t first_sequence = 1;  // of the outgoing messages of a conversation that begins
};

struct Prekeys {
  SecretBytes store;  // PrekeyStore::encode()
};

/// All sessions with one peer, as SessionBook::encode_peer() gives them.
struct Sessions {
  Address peer;
  SecretBytes sessions;
};

struct ConversationInfo {
  Address peer;
  std::optional<IdentityKeys> identity;  // known from an invite
  std::string name;
  uint64_t next_sequence = 1;  // of the next outgoing message
};

/// A message as a whole, new or changed.
struct MessageStored {
  Message message;
  bool unread = false;
};

/// News about outgoing messages of one conversation; merged by merge_status(), held and cancelled
/// taken as they are.
struct StatusStored {
  Address peer;
  MessageStatus status{};
  std::vector<MessageId> ids;
};

/// Frozen: stored.
enum class EntryKind : uint8_t {
  kText = 1,
  kReceipt = 2,
  kIntroduction = 3,
  kResend = 4,  // of a text that has left before
  kRetryRequest = 5,
};

/// Something to send, in its lane. `number` is its place: lanes are sorted by it.
struct Entry {
  Address peer;
  uint64_t number = 0;
  EntryKind kind{};
  MessageId message;           // of a text and a resend: the message whose text goes out
  MessageStatus receipt{};     // of a receipt
  std::vector<MessageId> ids;  // of a receipt: of messages; of a retry request: of envelopes
};

/// The entry's wire bytes, from now on the same at every attempt.
struct Sealed {
  Address peer;
  uint64_t number = 0;
  MessageId envelope_id;  // what the relay recognises repeats by
  Bytes envelope;
};

/// These entries have left the outbox: the relay has them, or they were taken back.
struct Settled {
  Address peer;
  std::vector<uint64_t> numbers;
};

/// The relay refused the entry for good (`reason`), or its user wants it tried again (none).
struct Held {
  Address peer;
  uint64_t number = 0;
  std::optional<Error> reason;
  bool discard_envelope = false;  // the text was changed, so that it has to be sealed anew
};

/// Nothing of the conversation is unread.
struct ReadMark {
  Address peer;
};

/// How far the mailbox at the relay with this store has been taken in, and the highest generation
/// the relay may have been told: if it knows a higher one, this store was rolled back.
struct Mailbox {
  ByteArray<16> store_id{};
  uint64_t place = 0;
  uint64_t told = 0;
};

/// What the user has decided about a person.
struct Contact {
  Address peer;
  bool accepted = false;
  bool blocked = false;
  bool verified = false;
  bool written = false;      // something was sent to them: the numbers of messages must go on
  InviteMark invite_mark{};  // of their invite, to show when we are introduced; zeroes: none
};

/// The messages with this person are gone from here, and so is its acceptance; `forget`: with all
/// that was known of them.
struct Cleared {
  Address peer;
  bool forget = false;
};

/// Envelopes from this peer that could not be opened and have not been asked for again yet.
struct Missing {
  Address peer;
  std::vector<MessageId> envelopes;
};

}  // namespace homing::record

namespace homing {

using Record =
    std::variant<record::Profile, record::Prekeys, record::Sessions, record::ConversationInfo,
                 record::MessageStored, record::StatusStored, record::Entry, record::Sealed,
                 record::Settled, record::Held, record::ReadMark, record::Mailbox, record::Contact,
                 record::Cleared, record::Missing>;

record::Type record_type(const Record& record);

/// The body that gets sealed. Fixed-width big-endian fields; docs/journal_format.md lists them.
SecretBytes encode_record(const Record& record);

/// Errors: kUnknownType, kMalformed.
Result<Record> decode_record(uint8_t type, ByteView body);

}  // namespace homing
