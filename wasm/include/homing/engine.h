#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "homing/input.h"
#include "homing/output.h"
#include "homing/random.h"

namespace homing {

struct EngineOptions {
  /// The relay's host name without port, as dialled; part of what authentication signs.
  std::string relay_host;
  /// There was a profile here: an empty store is kStorageGone then, not the place for a new one.
  bool must_exist = false;
};

/// The whole of homing's client without a socket, file, clock, thread or source of entropy: what
/// happens comes in as an Input, what is to be done comes out as Outputs.
///
/// The loop:
///   1. take one input and call handle() with the time;
///   2. call poll() and carry out what it returns, until it returns a Timeout;
///   3. wait for the next input or for that time, then go on with 1.
///
/// Output commit: an output that depends on stored records is returned by poll() only after the
/// Commit that holds them was answered by Committed. A crash at any moment therefore never shows,
/// sends or acknowledges what is not durable, and never seals twice with one message key.
///
/// Commits are self-clocking: while one is under way, everything that happens is gathered for the
/// next. Not thread-safe; queries may be called between inputs.
class Engine {
 public:
  /// `random` must outlive the engine.
  Engine(EngineOptions options, RandomSource& random);
  ~Engine();
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  void handle(const Input& input, Time now);

  /// The next output. Timeout ends a round; before any input it is the only one.
  Output poll();

  // Queries. They see what the user did at once, also what is not durable yet.

  /// Empty until Opened.
  std::optional<Address> address() const;
  /// A token for a link: whoever accepts it can write to this profile and is no stranger to it.
  /// Contains both identity keys, the name, and a mark that RenewInvite changes. "" until Opened.
  std::string invite() const;
  std::string name() const;
  bool read_receipts() const;
  bool delivered_receipts() const;
  /// Latest first, requests and blocked people among them. O(n log n).
  std::vector<Conversation> conversations() const;
  /// Up to `limit` messages before the given one (or the last ones), oldest first.
  std::vector<Message> messages(const Address& peer, std::optional<MessageId> before,
                                size_t limit) const;
  std::optional<Message> message(const Address& peer, const MessageId& id) const;
  /// Why a message has not been sent yet.
  Why why(const Address& peer, const MessageId& id) const;
  /// Of this profile and that address, whether there is a conversation or not. Hashes for some
  /// milliseconds. Empty until Opened.
  std::optional<SafetyNumber> safety_number(const Address& peer) const;
  /// Whether `code` is the one that the device of `peer` shows for this profile.
  bool matches_safety_code(const Address& peer, std::string_view code) const;
  /// Messages stored here that the relay does not have yet.
  size_t pending() const;
  event::ConnectionChanged connection() const;

 private:
  class Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace homing
