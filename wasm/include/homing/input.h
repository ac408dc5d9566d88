#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "homing/address.h"
#include "homing/bytes.h"
#include "homing/message.h"
#include "homing/result.h"

/// Everything that can happen to an Engine. Plain values; the engine copies what it keeps.
namespace homing {

/// The two clocks of the device at the moment of an input. Deadlines are measured by the monotonic
/// one, message ids and shown times by the wall clock; when the two disagree about how much time
/// has passed, the machine has slept or its clock was set, and the engine proves its connection
/// anew.
struct Time {
  uint64_t monotonic_ms = 0;  // from any start; never goes back
  uint64_t wall_ms = 0;       // since 1970
};

/// One immutable file of the journal's folder.
struct StoredFile {
  std::string name;  // no slashes
  Bytes bytes;
};

namespace command {

/// Stores a text and puts it into its lane. Answered by the Message once it is durable.
/// Writing to somebody accepts them. Errors: kEmpty, kTooLarge, kMalformed (not UTF-8), kFull,
/// kSelf, kBlocked.
struct Send {
  Address to;
  std::string text;
  /// Chosen by whoever asks, so that they can ask again when they do not know what became of it: a
  /// message that is known by this id is answered with, and not sent again. Without it the engine
  /// chooses one.
  std::optional<MessageId> id = std::nullopt;
};
/// Changes the text of what has not been sealed yet, or was refused. Asking for the text it has is
/// never too late. Errors: kTooLate, kNotFound and those of Send.
struct Edit {
  Address peer;
  MessageId id;
  std::string text;
};
/// Takes back what has not been sealed yet, or was refused. Twice is as good as once. Errors:
/// kTooLate, kNotFound.
struct Cancel {
  Address peer;
  MessageId id;
};
/// Puts a held message back into its place. Errors: kNotFound.
struct Retry {
  Address peer;
  MessageId id;
};
/// The user has seen the conversation: nothing in it is unread now, and read receipts go out if the
/// profile sends them. Errors: kNotFound.
struct MarkRead {
  Address peer;
};
/// The user wants to hear from them: a request becomes a conversation and its messages are
/// confirmed to their sender; a blocked person can write again. Errors: kNotFound.
struct Accept {
  Address peer;
};
/// What they write from now on is dropped without a receipt, until Accept; it is not kept for
/// later. Errors: kNotFound.
struct Block {
  Address peer;
};
/// Removes a conversation with its messages from this device, and takes back what of it has not
/// left yet. Who writes again is a request again; who is blocked stays so. Errors: kNotFound.
struct DeleteConversation {
  Address peer;
};
/// The user has compared safety numbers, or doubts it. Errors: kNotFound.
struct SetVerified {
  Address peer;
  bool verified = true;
};
/// Opens a conversation from what Engine::invite() of somebody else gave, and introduces this
/// profile to them. Answered by the peer's address. Errors: kMalformed, kUnsupported, kBadAddress,
/// kBadSignature, kSelf, kFull.
struct AcceptInvite {
  std::string invite;
};
/// The name that invites and introductions carry from now on. Errors: kTooLarge, kMalformed.
struct SetName {
  std::string name;
};
/// Whether reading somebody's message tells them; read ticks are shown only to those who send them.
struct SetReadReceipts {
  bool enabled = true;
};
/// Whether storing somebody's message tells them. One-sided: others' ticks are shown all the same.
struct SetDeliveredReceipts {
  bool enabled = true;
};
/// Makes Engine::invite() another one: who comes by the former is a stranger from now on.
struct RenewInvite {};
/// Connect now, whatever the backoff says.
struct TryNow {};

}  // namespace command

/// A wish of the user. Each is answered by exactly one Reply with the same `request`, given out
/// after what it changed is durable.
struct Command {
  uint32_t request = 0;
  std::variant<command::Send, command::Edit, command::Cancel, command::Retry, command::MarkRead,
               command::Accept, command::Block, command::DeleteConversation, command::SetVerified,
               command::AcceptInvite, command::SetName, command::SetReadReceipts,
               command::SetDeliveredReceipts, command::RenewInvite, command::TryNow>
      command;
};

namespace input {

/// All files of the journal's folder, in any order; none for a new profile. The first input.
struct StorageLoaded {
  std::vector<StoredFile> files;
};
/// The Commit of this number is durable as a whole.
struct Committed {
  uint64_t number = 0;
};
/// Nothing of the Commit of this number is stored. kStorageFenced ends the engine; otherwise it
/// offers the same records again later.
struct CommitFailed {
  uint64_t number = 0;
  Error error{};
};

enum class Hint : uint8_t {
  kOnline,   // the platform believes that there is a network (weak)
  kOffline,  // the platform knows that there is none (strong)
  kWake,     // shown again, resumed, restored: prove the connection
};
struct ConnectivityHint {
  Hint hint{};
};

// What happens to the socket of the Connect with the same `connection` number; news of an older one
// is ignored.
struct SocketOpened {
  uint64_t connection = 0;
};
struct FrameReceived {
  uint64_t connection = 0;
  Bytes frame;
};
struct SocketClosed {
  uint64_t connection = 0;
  uint16_t code = 0;
  std::string reason;
};

/// The time of the last Timeout has come. Harmless when early or repeated.
struct TimerFired {};

}  // namespace input

using Input = std::variant<Command, input::StorageLoaded, input::Committed, input::CommitFailed,
                           input::ConnectivityHint, input::SocketOpened, input::FrameReceived,
                           input::SocketClosed, input::TimerFired>;

}  // namespace homing
