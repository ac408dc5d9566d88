#pragma once

#include <memory>
#include <string>

#include "homing/random.h"
#include "sqlite_database.h"
#include "store.h"

namespace homing::relay {

/// The embedded store: one file, one writer. Durable by write-ahead log and one fsync per commit.
class SqliteStore final : public Store {
 public:
  /// Opens or makes the database. `problem` says what went wrong, for people.
  /// kStorageFailed, kStorageNewer.
  static Result<std::unique_ptr<SqliteStore>> open(const std::string& path, Quota quota,
                                                   RandomSource& random, std::string& problem);

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

  std::string last_error() const { return database_.last_error(); }

 private:
  struct Mailbox;
  struct Room;

  explicit SqliteStore(Quota quota) : quota_(quota) {}
  Result<void> prepare_statements();
  Result<void> load_meta();

  Result<std::optional<Mailbox>> find(const Address& address);
  Result<Mailbox> find_or_make(const Address& address);
  Result<std::optional<Room>> find_room(const Address& address);
  Result<AppendOutcome> append_one(Room& room, const NewMessage& message, uint64_t now_ms);
  Result<void> save_rooms(std::span<const Room> rooms);
  Result<void> remove_waiting(uint64_t mailbox, uint64_t messages, uint64_t bytes);

  Result<PrekeyCounts> counts(const Mailbox& mailbox);
  Result<void> add_prekey(const Mailbox& mailbox, int kind, uint32_t id, ByteView body);
  Result<void> keep_newest(const Mailbox& mailbox, int kind, size_t kept);
  Result<std::optional<Bytes>> take_prekey(const Mailbox& mailbox, int kind, uint32_t& id);

  const Quota quota_;
  SqliteDatabase database_;
  ByteArray<16> store_id_{};
  uint64_t next_place_ = 1;
  uint64_t saved_next_place_ = 1;

  struct Statements {
    SqliteStatement begin, commit, rollback, save_meta;
    SqliteStatement mailbox, mailbox_insert, generation, attach, detach, sweep;
    SqliteStatement room, room_save, id_known, message_insert;
    SqliteStatement fetch, ack_sum, ack, waiting_subtract;
    SqliteStatement prekeys_save, prekey_insert, prekey_count, prekey_trim, prekey_first,
        prekey_delete;
    SqliteStatement expire_scan, expire_delete;
  } use_;
};

}  // namespace homing::relay
