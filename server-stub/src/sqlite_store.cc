#include "sqlite_store.h"

#include <algorithm>
#include <unordered_map>
#include <utility>

#include "sqlite_schema.h"
#include "sqlite_store_rows.h"

namespace homing::relay {
namespace {

/// A log of 1,000 pages is about 4 MiB: a checkpoint of it takes some 10 ms.
constexpr int kLogPagesMax = 1000;

/// Places are SQLite's signed integers; what a client sends may be any 64 bits.
uint64_t place_bound(uint64_t place) { return std::min<uint64_t>(place, INT64_MAX); }

}  // namespace

Result<std::unique_ptr<SqliteStore>> SqliteStore::open(const std::string& path, Quota quota,
                                                       RandomSource& random, std::string& problem) {
  std::unique_ptr<SqliteStore> store(new SqliteStore(quota));
  Result<void> done = store->database_.open(path);
  if (done) done = prepare_schema(store->database_, random);
  if (done) done = store->prepare_statements();
  if (done) done = store->load_meta();
  if (!done) {
    problem = done.error() == Error::kStorageNewer ? "written by a newer relay"
                                                   : store->database_.last_error();
    return done.error();
  }
  return store;
}

Result<void> SqliteStore::prepare_statements() {
  const std::pair<SqliteStatement*, const char*> all[] = {
      {&use_.begin, "BEGIN IMMEDIATE"},
      {&use_.commit, "COMMIT"},
      {&use_.rollback, "ROLLBACK"},
      {&use_.save_meta, "UPDATE meta SET next_place = ?1"},
      {&use_.mailbox,
       "SELECT number, generation, epoch, last_place, prekeys, one_time_id_max, "
       "one_time_kem_id_max FROM mailbox WHERE address = ?1"},
      {&use_.mailbox_insert, "INSERT INTO mailbox(address) VALUES (?1)"},
      {&use_.generation, "UPDATE mailbox SET generation = ?2 WHERE number = ?1"},
      {&use_.attach,
       "UPDATE mailbox SET generation = ?2, epoch = ?3, relay = ?4 WHERE number = ?1"},
      {&use_.detach, "UPDATE mailbox SET relay = NULL WHERE address = ?1 AND epoch = ?2"},
      {&use_.sweep,
       "SELECT address FROM mailbox WHERE relay = ?1 AND messages > 0 ORDER BY address"},
      {&use_.room,
       "SELECT number, messages, bytes, last_place FROM mailbox "
       "WHERE address = ?1 AND prekeys IS NOT NULL"},
      {&use_.room_save,
       "UPDATE mailbox SET messages = ?2, bytes = ?3, last_place = ?4 WHERE number = ?1"},
      {&use_.id_known, "SELECT 1 FROM message WHERE mailbox = ?1 AND id = ?2"},
      {&use_.message_insert,
       "INSERT INTO message(place, mailbox, id, sender, arrived_ms, envelope) "
       "VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (mailbox, id) DO NOTHING"},
      {&use_.fetch,
       "SELECT place, sender, id, envelope FROM message INDEXED BY message_waiting "
       "WHERE mailbox = ?1 AND place > ?2 AND envelope IS NOT NULL ORDER BY place LIMIT ?3"},
      {&use_.ack_sum,
       "SELECT count(*), coalesce(sum(length(envelope)), 0) FROM message "
       "INDEXED BY message_waiting WHERE mailbox = ?1 AND place <= ?2 AND envelope IS NOT NULL"},
      {&use_.ack,
       "UPDATE message INDEXED BY message_waiting SET envelope = NULL "
       "WHERE mailbox = ?1 AND place <= ?2 AND envelope IS NOT NULL"},
      {&use_.waiting_subtract,
       "UPDATE mailbox SET messages = messages - ?2, bytes = bytes - ?3 WHERE number = ?1"},
      {&use_.prekeys_save,
       "UPDATE mailbox SET prekeys = ?2, one_time_id_max = ?3, one_time_kem_id_max = ?4 "
       "WHERE number = ?1"},
      {&use_.prekey_insert, "INSERT INTO prekey(mailbox, kind, id, body) VALUES (?1, ?2, ?3, ?4)"},
      {&use_.prekey_count, "SELECT count(*) FROM prekey WHERE mailbox = ?1 AND kind = ?2"},
      {&use_.prekey_trim,
       "DELETE FROM prekey WHERE mailbox = ?1 AND kind = ?2 AND id NOT IN (SELECT id FROM prekey "
       "WHERE mailbox = ?1 AND kind = ?2 ORDER BY id DESC LIMIT ?3)"},
      {&use_.prekey_first,
       "SELECT id, body FROM prekey WHERE mailbox = ?1 AND kind = ?2 ORDER BY id LIMIT 1"},
      {&use_.prekey_delete, "DELETE FROM prekey WHERE mailbox = ?1 AND kind = ?2 AND id = ?3"},
      {&use_.expire_scan,
       "SELECT place, mailbox, arrived_ms, envelope IS NULL, coalesce(length(envelope), 0) "
       "FROM message WHERE place >= ?1 ORDER BY place LIMIT ?2"},
      {&use_.expire_delete, "DELETE FROM message WHERE place = ?1"},
  };
  for (const auto& [statement, sql] : all) {
    Result<SqliteStatement> prepared = database_.prepare(sql);
    if (!prepared) return prepared.error();
    *statement = std::move(*prepared);
  }
  return {};
}

Result<void> SqliteStore::load_meta() {
  Result<SqliteStatement> meta = database_.prepare("SELECT store_id, next_place FROM meta");
  if (!meta) return meta.error();
  const Result<bool> row = meta->step();
  if (!row) return row.error();
  if (!*row || !copy_exact(store_id_, meta->blob(0))) return Error::kStorageFailed;
  next_place_ = saved_next_place_ = meta->integer(1);
  // Nobody can be connected to a relay that has just started.
  return database_.execute("UPDATE mailbox SET relay = NULL WHERE relay IS NOT NULL");
}

Result<void> SqliteStore::begin() { return use_.begin.run(); }

Result<void> SqliteStore::commit() {
  if (next_place_ != saved_next_place_) {
    const Result<void> saved = use_.save_meta.bind(1, next_place_).run();
    if (!saved) return saved;
  }
  const Result<void> done = use_.commit.run();
  if (!done) return done;
  saved_next_place_ = next_place_;
  return database_.checkpoint_above(kLogPagesMax);
}

void SqliteStore::rollback() {
  // Fails when SQLite has rolled back by itself, which is as good.
  (void)use_.rollback.run();
  next_place_ = saved_next_place_;
}

Result<std::optional<SqliteStore::Mailbox>> SqliteStore::find(const Address& address) {
  SqliteStatement& row = use_.mailbox.bind(1, address.hash);
  const Result<bool> found = row.step();
  std::optional<Mailbox> out;
  if (found && *found) {
    const ByteView prekeys = row.blob(4);
    out = Mailbox{.number = row.integer(0),
                  .generation = row.integer(1),
                  .epoch = row.integer(2),
                  .last_place = row.integer(3),
                  .prekeys = Bytes(prekeys.begin(), prekeys.end()),
                  .one_time_id_max = static_cast<uint32_t>(row.integer(5)),
                  .one_time_kem_id_max = static_cast<uint32_t>(row.integer(6))};
  }
  row.reset();
  if (!found) return found.error();
  return out;
}

Result<SqliteStore::Mailbox> SqliteStore::find_or_make(const Address& address) {
  Result<std::optional<Mailbox>> found = find(address);
  if (!found) return found.error();
  if (*found) return std::move(**found);
  const Result<void> made = use_.mailbox_insert.bind(1, address.hash).run();
  if (!made) return made.error();
  found = find(address);
  if (!found) return found.error();
  if (!*found) return Error::kStorageFailed;
  return std::move(**found);
}

Result<Attached> SqliteStore::attach(const Address& address, RelayId relay, uint64_t generation) {
  const Result<Mailbox> mailbox = find_or_make(address);
  if (!mailbox) return mailbox.error();
  const Result<PrekeyCounts> prekeys = counts(*mailbox);
  if (!prekeys) return prekeys.error();
  const Attached out{.epoch = mailbox->epoch + 1,
                     .generation = mailbox->generation,
                     .last_place = mailbox->last_place,
                     .prekeys = *prekeys};
  const Result<void> done = use_.attach.bind(1, mailbox->number)
                                .bind(2, std::max(mailbox->generation, generation))
                                .bind(3, out.epoch)
                                .bind(4, relay)
                                .run();
  if (!done) return done.error();
  return out;
}

Result<void> SqliteStore::detach(const Address& address, uint64_t epoch) {
  return use_.detach.bind(1, address.hash).bind(2, epoch).run();
}

Result<std::vector<Address>> SqliteStore::sweep(RelayId relay) {
  std::vector<Address> out;
  SqliteStatement& row = use_.sweep.bind(1, relay);
  Result<bool> more = row.step();
  for (; more && *more; more = row.step()) {
    if (!copy_exact(out.emplace_back().hash, row.blob(0))) more = Error::kStorageFailed;
  }
  row.reset();
  if (!more) return more.error();
  return out;
}

Result<void> SqliteStore::raise_generation(const Address& address, uint64_t generation) {
  const Result<Mailbox> mailbox = find_or_make(address);
  if (!mailbox) return mailbox.error();
  if (generation <= mailbox->generation) return {};
  return use_.generation.bind(1, mailbox->number).bind(2, generation).run();
}

Result<Page> SqliteStore::fetch(const Address& address, uint64_t after, PageLimit limit) {
  const Result<std::optional<Mailbox>> mailbox = find(address);
  if (!mailbox) return mailbox.error();
  Page page;
  if (!*mailbox) return page;
  SqliteStatement& row =
      use_.fetch.bind(1, (*mailbox)->number).bind(2, place_bound(after)).bind(3, limit.count + 1);
  Result<bool> more = row.step();
  size_t bytes = 0;
  for (; more && *more; more = row.step()) {
    const ByteView envelope = row.blob(3);
    bytes += envelope.size();
    if (page.messages.size() == limit.count || bytes > limit.bytes) {
      page.complete = false;
      break;
    }
    StoredMessage& message = page.messages.emplace_back();
    message.place = row.integer(0);
    message.envelope.assign(envelope.begin(), envelope.end());
    if (!copy_exact(message.from.hash, row.blob(1)) || !copy_exact(message.id.bytes, row.blob(2))) {
      more = Error::kStorageFailed;
      break;
    }
  }
  row.reset();
  if (!more) return more.error();
  return page;
}

Result<void> SqliteStore::ack(const Address& address, uint64_t up_to) {
  const Result<std::optional<Mailbox>> mailbox = find(address);
  if (!mailbox) return mailbox.error();
  if (!*mailbox) return {};
  const uint64_t number = (*mailbox)->number;
  SqliteStatement& sum = use_.ack_sum.bind(1, number).bind(2, place_bound(up_to));
  const Result<bool> row = sum.step();
  const uint64_t messages = row && *row ? sum.integer(0) : 0;
  const uint64_t bytes = row && *row ? sum.integer(1) : 0;
  sum.reset();
  if (!row) return row.error();
  if (messages == 0) return {};
  const Result<void> done = use_.ack.bind(1, number).bind(2, place_bound(up_to)).run();
  if (!done) return done;
  return remove_waiting(number, messages, bytes);
}

Result<void> SqliteStore::remove_waiting(uint64_t mailbox, uint64_t messages, uint64_t bytes) {
  return use_.waiting_subtract.bind(1, mailbox).bind(2, messages).bind(3, bytes).run();
}

}  // namespace homing::relay
