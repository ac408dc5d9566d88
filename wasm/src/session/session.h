#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>

#include "homing/bytes.h"
#include "homing/random.h"
#include "homing/result.h"
#include "session/envelope.h"
#include "session/handshake.h"
#include "session/ratchet.h"

namespace homing {

/// One handshake and the ratchet that grew from it.
class Session {
 public:
  /// kBadKey.
  static Result<Session> initiate(Initiation initiation, const PublicKey& signed_prekey,
                                  uint64_t now_ms, RandomSource& random);
  static Session respond(HandshakeSecrets secrets, const FirstFields& fields,
                         const SecretKey& signed_prekey, uint64_t now_ms);

  /// Pads, seals and encodes. The handshake's fields go along until the first reply was opened.
  /// kNoSession, kTooLarge.
  Result<Bytes> seal(ByteView content, uint64_t now_ms, RandomSource& random);
  /// Opens and removes the padding. kUndecryptable, and then nothing has changed.
  Result<SecretBytes> open(const SealedHeader& header, ByteView body, uint64_t now_ms);

  /// True when the session was made by a first message with exactly these fields.
  bool was_started_by(const FirstFields& fields) const;
  const PublicKey& base_key() const { return base_key_; }

  /// Too old or too much used to seal with (limits::kSessionAgeMsMax, kSessionMessagesMax).
  bool needs_fresh_handshake(uint64_t now_ms) const;
  /// We began it and have seen no message of the peer on it yet.
  bool is_unanswered() const { return pending_first_ != nullptr; }

  /// Never to be sealed with again: our copy may be an old one, or the peer prefers another.
  void retire() { retired_ = true; }
  bool is_retired() const { return retired_; }
  /// It is current up to now, however long ago its last message was: the peer may still seal on it.
  void keep(uint64_t now_ms) { used_ms_ = std::max(used_ms_, now_ms); }
  /// May be the current session of its peer.
  bool may_seal(uint64_t now_ms) const { return !retired_ && !needs_fresh_handshake(now_ms); }

  uint64_t created_ms() const { return created_ms_; }
  /// When it last sealed or opened a message.
  uint64_t used_ms() const { return used_ms_; }
  uint32_t messages() const { return messages_; }
  const Ratchet& ratchet() const { return ratchet_; }

  /// A version byte, then everything.
  void encode(SecretWriter& to) const;
  /// kTruncated, kMalformed, kUnsupported for a newer version.
  static Result<Session> decode(ByteReader& from);

 private:
  Session(Ratchet ratchet, Bytes associated_data, const PublicKey& base_key,
          const Digest& first_digest, uint64_t now_ms);

  Ratchet ratchet_;
  Bytes associated_data_;
  PublicKey base_key_{};
  Digest first_digest_{};  // of the first message's fields
  uint64_t created_ms_ = 0;
  uint64_t used_ms_ = 0;
  uint32_t messages_ = 0;  // sealed and opened
  bool retired_ = false;
  std::unique_ptr<FirstFields> pending_first_;  // sent along until the first reply
};

}  // namespace homing
