#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "homing/input.h"

/// Everything an Engine asks for or tells. Plain values that own what they hold.
namespace homing {

namespace output {

/// Store `put` and remove `remove` as one transaction: all of it or nothing. Answered by Committed
/// or CommitFailed with the same number; only one is under way at a time.
struct Commit {
  uint64_t number = 0;
  std::vector<StoredFile> put;
  std::vector<std::string> remove;
};

/// Open a socket to the relay. There is at most one; a former one has been disconnected.
struct Connect {
  uint64_t connection = 0;
};
struct Transmit {
  uint64_t connection = 0;
  Bytes frame;  // one binary WebSocket message
};
struct Disconnect {
  uint64_t connection = 0;
};

/// Answers the Command with the same request.
struct Reply {
  uint32_t request = 0;
  std::optional<Error> error;      // set: nothing was changed
  std::optional<Message> message;  // of Send and Edit
  std::optional<Address> peer;     // of AcceptInvite
};

/// Feed TimerFired when the monotonic clock reaches this; none: no deadline is set.
struct Timeout {
  std::optional<uint64_t> at_monotonic_ms;
};

}  // namespace output

namespace event {

/// The journal has been read; commands are accepted from now on.
struct Opened {
  Address address;
  size_t quarantined = 0;  // files that could not be read; kept under another name, nothing deleted
};
/// The engine has ended and takes no more commands: the store cannot be used (kStorageNewer,
/// kStorageCorrupt), or another writer owns it (kStorageFenced).
struct Stopped {
  Error error{};
};
/// New messages, and messages whose text changed.
struct MessagesChanged {
  std::vector<Message> messages;
};
struct StatusChanged {
  Address peer;
  MessageStatus status{};
  std::optional<Error> held_reason;
  std::vector<MessageId> ids;
};
struct ConversationChanged {
  Conversation conversation;
};
/// It and its messages are gone from this device.
struct ConversationDeleted {
  Address peer;
};

enum class ConnectionState : uint8_t {
  kOffline,         // the platform knows of no network
  kWaiting,         // until next_attempt_monotonic_ms
  kConnecting,      // a socket is being opened
  kAuthenticating,  // the relay has not said `ready` yet
  kOnline,          // the relay answers
  kStalled,         // it has answered, and what was sent since waits for long
};
struct ConnectionChanged {
  ConnectionState state{};
  std::optional<uint64_t> next_attempt_monotonic_ms;
  std::optional<Error> error;  // why the last connection ended; none while kOnline
};
/// Whether commits succeed. While they do not, nothing is given out that depends on them.
struct StorageChanged {
  std::optional<Error> error;  // none: all is well again
  size_t unsaved = 0;          // records waiting to be stored
};
/// Something arrived that could not be opened; it was not lost silently.
struct Unreadable {
  Address from;
  MessageId id;
  Error error{};
};

}  // namespace event

using Event =
    std::variant<event::Opened, event::Stopped, event::MessagesChanged, event::StatusChanged,
                 event::ConversationChanged, event::ConversationDeleted, event::ConnectionChanged,
                 event::StorageChanged, event::Unreadable>;

using Output = std::variant<output::Commit, output::Connect, output::Transmit, output::Disconnect,
                            output::Reply, Event, output::Timeout>;

std::string_view connection_state_name(event::ConnectionState state);

}  // namespace homing
