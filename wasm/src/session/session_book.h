#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <vector>

#include "homing/address.h"
#include "homing/bytes.h"
#include "homing/random.h"
#include "homing/result.h"
#include "session/envelope.h"
#include "session/identity.h"
#include "session/prekey_bundle.h"
#include "session/prekey_store.h"
#include "session/session.h"

namespace homing {

/// All sessions of one profile with all its peers, and the keys they start from. Nothing here is
/// durable by itself: after each call the caller commits the peers of take_changed_peers() and, if
/// take_prekeys_changed(), the prekeys, in ONE commit with the envelope or content that the call
/// gave.
class SessionBook {
 public:
  SessionBook(Identity identity, PrekeyStore prekeys);

  const Identity& identity() const { return identity_; }
  const PrekeyStore& prekeys() const { return prekeys_; }
  /// As those of PrekeyStore; each counts as a change of the prekeys.
  void renew_prekeys(uint64_t now_ms, RandomSource& random);
  void refill_prekeys(size_t one_time, size_t one_time_kem, RandomSource& random);
  void mark_prekeys_published();

  /// Whether seal() would work: there is a current session that needs no fresh handshake yet.
  bool can_seal(const Address& peer, uint64_t now_ms) const;

  /// Makes a new current session from the peer's bundle; the former one is archived.
  /// kSelf, kBadAddress, kBadSignature, kBadKey; then nothing has changed.
  Result<void> begin(const Address& peer, const PrekeyBundle& bundle, uint64_t now_ms,
                     RandomSource& random);

  /// Pads and seals. Gives the envelope's bytes: what the relay gets, now and at every retry.
  /// kNoSession when !can_seal(), kTooLarge when the envelope would exceed kEnvelopeBytesMax.
  Result<Bytes> seal(const Address& peer, ByteView content, uint64_t now_ms, RandomSource& random);

  /// Opens an envelope that the relay says is from `peer`; gives the content without its padding.
  /// A first message makes a session and uses up our one-time keys. Any failure is kUndecryptable
  /// and changes nothing.
  Result<SecretBytes> open(const Address& peer, ByteView envelope, uint64_t now_ms);

  /// The base key of the current session, which names it on both sides. None without one.
  std::optional<PublicKey> current_session(const Address& peer) const;

  /// Moves the current session aside: it still opens what is on its way, and never seals again.
  void archive(const Address& peer);
  /// The same for every peer: after our store was rolled back, every ratchet state may be an old
  /// one, and sealing from it would use message keys twice. New prekeys get ids that the lost state
  /// cannot have used; the prekeys count as changed.
  void archive_all();
  /// Deletes everything about a peer. encode_peer() then gives no bytes.
  void forget(const Address& peer);

  /// One journal record: all sessions with a peer. Empty when there are none.
  SecretBytes encode_peer(const Address& peer) const;
  /// Replaces what is known of the peer; no bytes delete it. Does not count as a change.
  /// kTruncated, kMalformed, kUnsupported; then nothing has changed.
  Result<void> decode_peer(const Address& peer, ByteView record);

  /// The peers that changed since the last call, sorted.
  std::vector<Address> take_changed_peers();
  bool take_prekeys_changed();

  std::vector<Address> peers() const;
  /// For tests and diagnosis.
  size_t archived_count(const Address& peer) const;

 private:
  struct Peer {
    std::unique_ptr<Session> current;                // null: none to seal with
    std::vector<std::unique_ptr<Session>> archived;  // last used first
  };

  Result<SecretBytes> open_first(const Address& address, const Envelope& envelope, uint64_t now_ms);
  Result<SecretBytes> open_new(const Address& address, const Envelope& envelope, uint64_t now_ms);
  Result<SecretBytes> open_later(const Address& address, const Envelope& envelope, uint64_t now_ms);
  static void add_archived(Peer& peer, std::unique_ptr<Session> session);
  static void archive_current(Peer& peer);
  static std::unique_ptr<Session> take_archived(Peer& peer, size_t index);
  static void use(Peer& peer, std::unique_ptr<Session> session, uint64_t now_ms);
  static void trim(Peer& peer, uint64_t now_ms);

  Identity identity_;
  PrekeyStore prekeys_;
  // In order, so that what is written depends on no hash (I10).
  std::map<Address, Peer> peers_;
  std::set<Address> changed_;
  bool prekeys_changed_ = false;
};

}  // namespace homing
