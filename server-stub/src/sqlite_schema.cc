#include "sqlite_schema.h"

#include <string>

namespace homing::relay {
namespace {

constexpr const char* kVersion = "1";

// message is the log of all mailboxes: its rowid is the place, so that appending touches the right
// edge of one B-tree only. A row whose envelope is NULL is a tombstone: acknowledged, kept until
// its id is too old to be sent again. message_ids is what makes a duplicate a duplicate;
// message_waiting holds only what is not acknowledged and stays as small as that.
//
// meta.next_place is kept because rowids start anew when a table becomes empty, and a place that
// came back would be one that a client has acknowledged before.
constexpr const char* kTables = R"sql(
CREATE TABLE meta(
  one INTEGER PRIMARY KEY CHECK (one = 1),
  store_id BLOB NOT NULL,
  next_place INTEGER NOT NULL);
CREATE TABLE mailbox(
  number INTEGER PRIMARY KEY,
  address BLOB NOT NULL UNIQUE,
  generation INTEGER NOT NULL DEFAULT 0,
  epoch INTEGER NOT NULL DEFAULT 0,
  relay INTEGER,
  messages INTEGER NOT NULL DEFAULT 0,
  bytes INTEGER NOT NULL DEFAULT 0,
  last_place INTEGER NOT NULL DEFAULT 0,
  prekeys BLOB,
  one_time_id_max INTEGER NOT NULL DEFAULT 0,
  one_time_kem_id_max INTEGER NOT NULL DEFAULT 0);
CREATE INDEX mailbox_attached ON mailbox(relay) WHERE relay IS NOT NULL;
CREATE TABLE message(
  place INTEGER PRIMARY KEY,
  mailbox INTEGER NOT NULL REFERENCES mailbox(number),
  id BLOB NOT NULL,
  sender BLOB NOT NULL,
  arrived_ms INTEGER NOT NULL,
  envelope BLOB);
CREATE UNIQUE INDEX message_ids ON message(mailbox, id);
CREATE INDEX message_waiting ON message(mailbox, place) WHERE envelope IS NOT NULL;
CREATE TABLE prekey(
  mailbox INTEGER NOT NULL REFERENCES mailbox(number),
  kind INTEGER NOT NULL,
  id INTEGER NOT NULL,
  body BLOB NOT NULL,
  PRIMARY KEY (mailbox, kind, id)) WITHOUT ROWID;
PRAGMA user_version = 1;
)sql";

Result<void> create(SqliteDatabase& database, RandomSource& random) {
  Result<void> done = database.execute("BEGIN IMMEDIATE");
  if (done) done = database.execute(kTables);
  if (!done) return done;
  Result<SqliteStatement> insert = database.prepare("INSERT INTO meta VALUES (1, ?1, 1)");
  if (!insert) return insert.error();
  const ByteArray<16> store_id = random.array<16>();
  done = insert->bind(1, store_id).run();
  if (!done) return done;
  return database.execute("COMMIT");
}

}  // namespace

Result<void> prepare_schema(SqliteDatabase& database, RandomSource& random) {
  const Result<std::string> version = database.text_of("PRAGMA user_version");
  if (!version) return version.error();
  if (*version == "0") return create(database, random);
  if (*version != kVersion) return Error::kStorageNewer;
  return {};
}

}  // namespace homing::relay
