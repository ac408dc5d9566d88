#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>

#include "homing/bytes.h"
#include "homing/random.h"
#include "homing/result.h"
#include "session/identity.h"
#include "session/prekey_bundle.h"
#include "session/primitives.h"

namespace homing {

/// The private halves of our own prekeys. Ids count up and are never used twice, not even after a
/// key was used or dropped: a published key can never be confused with a later one.
class PrekeyStore {
 public:
  /// What renew() makes, in a store of its own. Cheap: public halves and signatures are made by
  /// publication().
  static PrekeyStore generate(uint64_t now_ms, RandomSource& random);

  /// A new signed prekey, a new last-resort KEM prekey, and a full set of one-time keys, to publish
  /// in place of everything before. First messages under the former two are answered for
  /// limits::kSignedPrekeyKeptMs more.
  void renew(uint64_t now_ms, RandomSource& random);
  /// Whether limits::kSignedPrekeyAgeMsMax has passed since the last renewal; also when the clock
  /// says that this is yet to come by as much, or a wrong clock would keep a key in use for ever.
  bool renewal_due(uint64_t now_ms) const;

  // Said aloud, because a map of keys that cannot be copied still claims that it can.
  PrekeyStore(const PrekeyStore&) = delete;
  PrekeyStore& operator=(const PrekeyStore&) = delete;
  PrekeyStore(PrekeyStore&&) noexcept = default;
  PrekeyStore& operator=(PrekeyStore&&) noexcept = default;
  ~PrekeyStore() = default;

  /// The signed and last-resort prekeys, and the one-time keys of the last generate() or refill():
  /// what the relay may not know yet. The same until the next refill, so a repeated upload is the
  /// same upload; keys that were used meanwhile are left out. Cost: about 120 signatures and 20
  /// X-Wing key pairs.
  PrekeyPublication publication(const Identity& identity) const;
  /// Whether the relay has answered for what publication() gives.
  bool published() const { return published_; }
  void mark_published() { published_ = true; }

  /// Makes this many new one-time keys, at most limits::kOneTimePrekeys and kOneTimeKemPrekeys.
  /// The private halves of the oldest are dropped above limits::kOneTimeKeysKeptFactor full sets.
  void refill(size_t one_time, size_t one_time_kem, RandomSource& random);

  /// After a rollback of our own store: leaves out the ids that the lost state may have published,
  /// so that none of them ever names two keys.
  void skip_ids() { next_id_ = (next_id_ / kIdsSkipped + 1) * kIdsSkipped; }
  /// Whether a first message under these keys may have been opened already, in a state that was
  /// lost: none of its one-time keys was made since the last skip_ids().
  bool may_be_spent(std::optional<uint32_t> one_time_id, uint32_t kem_id) const {
    return std::max(one_time_id.value_or(0), kem_id) / kIdsSkipped < next_id_ / kIdsSkipped;
  }

  /// The private halves that a first message names, borrowed until the next change of the store.
  /// kUndecryptable when one is unknown, used or dropped.
  struct PrivateKeys {
    const SecretKey* signed_prekey = nullptr;
    const SecretKey* one_time_prekey = nullptr;  // null when none was used
    const SecretKey* kem_seed = nullptr;
    bool last_resort = false;  // of the KEM prekey
  };
  Result<PrivateKeys> find(uint32_t signed_id, std::optional<uint32_t> one_time_id,
                           uint32_t kem_id) const;

  /// Deletes the one-time keys of a first message that was opened. If it named no one-time key at
  /// all, remembers it instead, so that it cannot be replayed after its session is gone.
  void consume(uint32_t signed_id, std::optional<uint32_t> one_time_id, uint32_t kem_id,
               const PublicKey& base_key);
  /// True for a first message remembered by consume().
  bool is_remembered(uint32_t signed_id, uint32_t kem_id, const PublicKey& base_key) const;

  size_t one_time_count() const { return one_time_.size(); }
  size_t one_time_kem_count() const { return one_time_kem_.size(); }

  void encode(SecretWriter& to) const;
  /// kTruncated, kMalformed, kUnsupported for a newer version.
  static Result<PrekeyStore> decode(ByteReader& from);

 private:
  /// A signed prekey that was replaced: first messages under it may still be on their way.
  struct LongLived {
    uint32_t id = 0;
    SecretKey secret;       // X25519 secret or X-Wing seed
    uint64_t since_ms = 0;  // in use: when it was made; else when it was replaced
  };
  struct Remembered {
    uint32_t signed_id = 0;
    uint32_t kem_id = 0;
    PublicKey base_key{};
    friend bool operator==(const Remembered&, const Remembered&) = default;
  };

  /// More than a store between two commits can use up, and room for thousands of rollbacks.
  static constexpr uint32_t kIdsSkipped = 1u << 20;

  PrekeyStore() = default;
  static void replace(std::deque<LongLived>& keys, LongLived by);
  static const SecretKey* find_in(const std::deque<LongLived>& keys, uint32_t id);

  std::deque<LongLived> signed_;       // the last is in use
  std::deque<LongLived> last_resort_;  // the last is in use
  std::map<uint32_t, SecretKey> one_time_;
  std::map<uint32_t, SecretKey> one_time_kem_;
  std::deque<Remembered> remembered_;  // oldest first
  uint32_t next_id_ = 1;               // one counter for all kinds
  uint32_t publish_from_ = 1;          // publication() holds one-time keys from this id on
  bool published_ = false;
};

}  // namespace homing
