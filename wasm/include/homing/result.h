#pragma once

#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string_view>
#include <utility>
#include <variant>

namespace homing {

/// Every way in which a call of the core can fail. The values travel on the wire (relay errors) and
/// across the JavaScript boundary (as the names error_name() gives), so they are frozen: add new
/// ones at the end of their block, never renumber.
enum class Error : uint8_t {
  // Bytes from outside that do not follow the format.
  kTruncated = 1,     // ends before the value does
  kMalformed = 2,     // not the expected shape or type
  kNonCanonical = 3,  // a longer encoding than needed, or trailing bytes
  kTooDeep = 4,       // nested further than limits::kCborDepthMax
  kTooLarge = 5,      // longer than its limit
  kUnknownType = 6,   // a frame, envelope, content or record type this version does not know
  kUnsupported = 7,   // a format or protocol version newer than this code

  // Encryption. One code for every failed opening, so that nothing can be learned from the reason.
  kUndecryptable = 20,
  kBadSignature = 21,
  kBadKey = 22,      // a public key that yields an all-zero secret, or is not on the curve
  kBadAddress = 23,  // an address that does not match its identity keys
  kNoSession = 24,   // nothing to seal with: the peer's prekey bundle is needed first

  // Commands that cannot be carried out.
  kClosed = 40,
  kNotReady = 41,  // the journal has not been loaded yet
  kFull = 42,      // a queue or table is at its bound
  kNotFound = 43,
  kTooLate = 44,  // edit or cancel of a message that has left its lane
  kEmpty = 45,    // a message without text
  kSelf = 46,     // a conversation with oneself
  kBlocked = 47,  // the user has blocked this person

  // Storage.
  kStorageFailed = 60,   // a commit failed; nothing of it is stored
  kStorageFenced = 61,   // another writer owns the store now
  kStorageNewer = 62,    // the journal was written by a newer version
  kStorageCorrupt = 63,  // a record could not be read back
  kStorageQuota = 64,    // the browser has no room left for this origin
  kLocked = 65,          // the journal key is wrapped, and nobody has unwrapped it
  kWrongPassphrase = 66,
  kNotEmpty = 67,       // there is a profile already, where a backup would go
  kBackupDamaged = 68,  // a backup that is not whole, or was changed
  kStorageGone = 69,    // nothing is left of a profile that was here

  // What the relay answers.
  kNotAuthenticated = 80,
  kAuthFailed = 81,
  kRateLimited = 82,
  kMailboxFull = 83,
  kUnknownAddress = 84,  // no such mailbox: that device never published prekeys here
  kIdOutOfRange = 85,    // the message id's time is outside of the relay's window
  kOverloaded = 86,
  kProtocol = 87,  // a frame that is not allowed in this state
  kReplaced = 88,  // the same device connected again elsewhere

  // Of the connection itself.
  kUnreachable = 100,  // no socket could be opened; a browser does not say why
  kNoAnswer = 101,     // it was open, and what had to be answered was not, in time
};

/// A stable, lower-case name, the `code` of a HomingError in JavaScript.
std::string_view error_name(Error error);

/// Reports a bug of our own and stops. Never reached by bytes from outside.
[[noreturn]] void assertion_failed(const char* what, const char* file, int line);

/// Kept in release builds: a broken invariant must not go on to write a journal.
#define HOMING_ASSERT(condition) \
  ((condition) ? (void)0 : ::homing::assertion_failed(#condition, __FILE__, __LINE__))

/// A value or an Error. The core is built without exceptions; every call that can fail returns one.
template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}  // NOLINT: implicit
  Result(Error error) : state_(std::in_place_index<1>, error) {}         // NOLINT: implicit

  bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }

  /// Only after ok(); asserts otherwise.
  T& value() {
    HOMING_ASSERT(ok());
    return *std::get_if<0>(&state_);
  }
  const T& value() const {
    HOMING_ASSERT(ok());
    return *std::get_if<0>(&state_);
  }
  T& operator*() { return value(); }
  const T& operator*() const { return value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  /// Only after !ok(); asserts otherwise.
  Error error() const {
    HOMING_ASSERT(!ok());
    return *std::get_if<1>(&state_);
  }

 private:
  std::variant<T, Error> state_;
};

/// A call that returns nothing but may fail.
template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : error_(error) {}  // NOLINT: implicit

  bool ok() const { return !error_.has_value(); }
  explicit operator bool() const { return ok(); }
  Error error() const {
    HOMING_ASSERT(!ok());
    return *error_;
  }

 private:
  std::optional<Error> error_;
};

}  // namespace homing
