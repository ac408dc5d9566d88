#pragma once

#include <cstdint>
#include <deque>
#include <optional>

#include "homing/bytes.h"
#include "homing/random.h"
#include "homing/result.h"
#include "session/chain_key.h"
#include "session/envelope.h"
#include "session/handshake.h"
#include "session/primitives.h"
#include "session/receiving_chain.h"
#include "session/root_key.h"

namespace homing {

/// The Double Ratchet with header encryption (Signal's specification, section 4). Forward secrecy:
/// keys are wiped after use. Healing: every reply brings a fresh DH key. The relay sees neither
/// ratchet keys nor counters.
///
/// The sending half of a DH step is made by the next seal() and not by open(): opening then needs
/// no entropy, and a fresh key lies about unused for a shorter time.
class Ratchet {
 public:
  /// The initiator can seal at once. kBadKey for a peer key of low order.
  static Result<Ratchet> initiator(const HandshakeSecrets& secrets, const PublicKey& signed_prekey,
                                   RandomSource& random);
  /// The responder's signed prekey is its first ratchet key; it can seal after the first open().
  static Ratchet responder(const HandshakeSecrets& secrets, const SecretKey& signed_prekey);

  /// Pads, and seals with a key that is used this once. Appends to `body`. Before the first open()
  /// of a responder: kNoSession.
  Result<SealedHeader> seal(ByteView associated_data, ByteView content, RandomSource& random,
                            Bytes& body);

  /// Opens with a skipped key, the current chain or a new one, and removes the padding. On
  /// kUndecryptable, the only error, nothing has changed. Cost: one AEAD per header key tried, one
  /// HMAC pair per message jumped.
  Result<SecretBytes> open(ByteView associated_data, const SealedHeader& header, ByteView body,
                           uint64_t now_ms);

  size_t skipped_count() const;
  size_t receiving_chain_count() const { return receiving_.size(); }

  void encode(SecretWriter& to) const;
  static Result<Ratchet> decode(ByteReader& from);

 private:
  struct Sending {
    SecretKey header_key;
    ChainKey chain;
    uint32_t next = 0;
  };

  Ratchet(SecretKey root, SecretKey ratchet_secret, SecretKey next_sending_header_key,
          SecretKey next_receiving_header_key);

  Result<void> start_sending(RandomSource& random);
  Result<SecretBytes> open_on_chain(size_t index, const RatchetHeader& header,
                                    ByteView associated_data, ByteView body, uint64_t now_ms);
  Result<SecretBytes> open_on_step(const RatchetHeader& header, ByteView associated_data,
                                   ByteView body, uint64_t now_ms);
  void drop_old_keys(uint64_t now_ms);

  RootKey root_;
  SecretKey ratchet_secret_;                   // DHRs
  PublicKey ratchet_key_{};                    // its public half
  std::optional<PublicKey> peer_ratchet_key_;  // DHRr
  std::optional<Sending> sending_;             // none: the next seal() makes the DH step
  uint32_t previous_length_ = 0;               // PN
  SecretKey next_sending_header_key_;          // NHKs
  SecretKey next_receiving_header_key_;        // NHKr
  std::deque<ReceivingChain> receiving_;       // the newest last; only it may still move
  uint32_t step_ = 0;                          // receiving chains begun so far
};

}  // namespace homing
