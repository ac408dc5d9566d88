#pragma once

#include <functional>
#include <map>
#include <set>
#include <unordered_map>
#include <unordered_set>

#include "homing/random.h"
#include "store.h"

namespace homing::relay {

/// Keeps everything in memory: for tests, and for the simulator, which lets it live on when it
/// kills the relay. rollback() takes a transaction back as a database would.
class MemoryStore final : public Store {
 public:
  MemoryStore(RandomSource& random, Quota quota);

  ByteArray<16> store_id() const override { return store_id_; }
  Result<void> begin() override;
  Result<void> commit() override;
  void rollback() override;
  Result<std::vector<AppendOutcome>> append(std::span<const NewMessage> messages,
                                            uint64_t now_ms) override;
  Result<Page> fetch(const Address& mailbox, uint64_t after, PageLimit limit) override;
  Result<void> ack(const Address& mailbox, uint64_t up_to) override;
  Result<Attached> attach(const Address& mailbox, RelayId relay, uint64_t generation) override;
  Result<void> detach(const Address& mailbox, uint64_t epoch) override;
  Result<std::vector<Address>> sweep(RelayId relay) override;
  Result<void> raise_generation(const Address& mailbox, uint64_t generation) override;
  Result<PrekeyCounts> publish(const Address& mailbox,
                               const PrekeyPublication& publication) override;
  Result<Claimed> claim(const Address& mailbox) override;
  Result<ExpireStep> expire(const ExpireLimits& limits, uint64_t from_place) override;

 private:
  struct Prekeys {
    IdentityKeys identity;
    SignedPrekey signed_prekey;
    KemPrekey last_resort;
    std::map<uint32_t, SignedPrekey> one_time;
    std::map<uint32_t, KemPrekey> one_time_kem;
    uint32_t one_time_id_max = 0;
    uint32_t one_time_kem_id_max = 0;
  };
  struct Mailbox {
    uint64_t generation = 0;
    uint64_t epoch = 0;
    std::optional<RelayId> relay;
    uint64_t bytes = 0;
    uint64_t last_place = 0;
    std::set<uint64_t> places;  // not acknowledged yet
    std::unordered_set<MessageId, MessageIdHash> ids;
    std::optional<Prekeys> prekeys;
  };
  struct Row {
    Address mailbox;
    uint64_t arrived_ms = 0;
    bool tombstone = false;
    StoredMessage message;
  };

  Mailbox& open(const Address& address);
  AppendOutcome append_one(const NewMessage& message, uint64_t now_ms);
  void bury(Mailbox& mailbox, uint64_t place);
  void undo_with(std::function<void()> step) { undo_.push_back(std::move(step)); }
  static PrekeyCounts counts(const Mailbox& mailbox);

  const Quota quota_;
  ByteArray<16> store_id_;
  std::unordered_map<Address, Mailbox, AddressHash> mailboxes_;
  std::map<uint64_t, Row> log_;  // by place, of all mailboxes
  uint64_t next_place_ = 1;
  bool in_transaction_ = false;
  std::vector<std::function<void()>> undo_;  // run backwards by rollback()
};

}  // namespace homing::relay
