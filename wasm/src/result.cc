#include "homing/result.h"

#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <string>

#ifdef __EMSCRIPTEN__
#include <emscripten/console.h>
#endif

namespace homing {

std::string_view error_name(Error error) {
  // No default: a new code without a name is a warning, and warnings are errors.
  // clang-format off
  switch (error) {
    case Error::kTruncated: return "truncated";
    case Error::kMalformed: return "malformed";
    case Error::kNonCanonical: return "non_canonical";
    case Error::kTooDeep: return "too_deep";
    case Error::kTooLarge: return "too_large";
    case Error::kUnknownType: return "unknown_type";
    case Error::kUnsupported: return "unsupported";
    case Error::kUndecryptable: return "undecryptable";
    case Error::kBadSignature: return "bad_signature";
    case Error::kBadKey: return "bad_key";
    case Error::kBadAddress: return "bad_address";
    case Error::kNoSession: return "no_session";
    case Error::kClosed: return "closed";
    case Error::kNotReady: return "not_ready";
    case Error::kFull: return "full";
    case Error::kNotFound: return "not_found";
    case Error::kTooLate: return "too_late";
    case Error::kEmpty: return "empty";
    case Error::kSelf: return "self";
    case Error::kBlocked: return "blocked";
    case Error::kStorageFailed: return "storage_failed";
    case Error::kStorageFenced: return "storage_fenced";
    case Error::kStorageNewer: return "storage_newer";
    case Error::kStorageCorrupt: return "storage_corrupt";
    case Error::kStorageQuota: return "storage_quota";
    case Error::kLocked: return "locked";
    case Error::kWrongPassphrase: return "wrong_passphrase";
    case Error::kNotEmpty: return "not_empty";
    case Error::kBackupDamaged: return "backup_damaged";
    case Error::kStorageGone: return "storage_gone";
    case Error::kNotAuthenticated: return "not_authenticated";
    case Error::kAuthFailed: return "auth_failed";
    case Error::kRateLimited: return "rate_limited";
    case Error::kMailboxFull: return "mailbox_full";
    case Error::kUnknownAddress: return "unknown_address";
    case Error::kIdOutOfRange: return "id_out_of_range";
    case Error::kOverloaded: return "overloaded";
    case Error::kProtocol: return "protocol";
    case Error::kReplaced: return "replaced";
    case Error::kUnreachable: return "unreachable";
    case Error::kNoAnswer: return "no_answer";
  }
  // clang-format on
  // A number from the wire that is none of ours.
  return "unknown";
}

void assertion_failed(const char* what, const char* file, int line) {
  char number[16] = {};
  std::to_chars(number, number + sizeof number - 1, line);
  const std::string text =
      std::string("homing: broken invariant: ") + what + " at " + file + ":" + number;
#ifdef __EMSCRIPTEN__
  // The standard streams are some KB of what a browser loads, for this one line.
  emscripten_console_error(text.c_str());
#else
  std::fputs((text + "\n").c_str(), stderr);
#endif
  std::abort();
}

}  // namespace homing
