#include "sqlite_database.h"

#include <utility>

namespace homing::relay {

SqliteStatement::SqliteStatement(SqliteStatement&& other) noexcept
    : statement_(std::exchange(other.statement_, nullptr)), failure_(other.failure_) {}

SqliteStatement& SqliteStatement::operator=(SqliteStatement&& other) noexcept {
  std::swap(statement_, other.statement_);
  std::swap(failure_, other.failure_);
  return *this;
}

SqliteStatement::~SqliteStatement() { sqlite3_finalize(statement_); }

SqliteStatement& SqliteStatement::bind(int index, uint64_t value) {
  // SQLite's integers are signed; larger values than that never come from honest clients, but
  // they must come back as they went in.
  const int code = sqlite3_bind_int64(statement_, index, static_cast<sqlite3_int64>(value));
  if (code != SQLITE_OK) failure_ = code;
  return *this;
}

SqliteStatement& SqliteStatement::bind_null(int index) {
  const int code = sqlite3_bind_null(statement_, index);
  if (code != SQLITE_OK) failure_ = code;
  return *this;
}

SqliteStatement& SqliteStatement::bind(int index, ByteView bytes) {
  // An empty view may have no address, and SQLite would take that for NULL.
  static constexpr uint8_t kNothing = 0;
  const uint8_t* data = bytes.empty() ? &kNothing : bytes.data();
  // A destructor of null is SQLITE_STATIC: the caller keeps the bytes until reset().
  const int code = sqlite3_bind_blob64(statement_, index, data, bytes.size(), nullptr);
  if (code != SQLITE_OK) failure_ = code;
  return *this;
}

Result<bool> SqliteStatement::step() {
  if (failure_ != SQLITE_OK) return Error::kStorageFailed;
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  failure_ = code;
  return Error::kStorageFailed;
}

Result<void> SqliteStatement::run() {
  Result<bool> more = step();
  while (more && *more) more = step();
  reset();
  if (!more) return more.error();
  return {};
}

void SqliteStatement::reset() {
  sqlite3_reset(statement_);
  sqlite3_clear_bindings(statement_);
  failure_ = SQLITE_OK;
}

uint64_t SqliteStatement::integer(int column) const {
  return static_cast<uint64_t>(sqlite3_column_int64(statement_, column));
}

ByteView SqliteStatement::blob(int column) const {
  const void* data = sqlite3_column_blob(statement_, column);
  const int size = sqlite3_column_bytes(statement_, column);
  if (data == nullptr || size <= 0) return {};
  return {static_cast<const uint8_t*>(data), static_cast<size_t>(size)};
}

SqliteDatabase::~SqliteDatabase() { sqlite3_close(database_); }

Result<void> SqliteDatabase::open(const std::string& path) {
  HOMING_ASSERT(database_ == nullptr);
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
  if (sqlite3_open_v2(path.c_str(), &database_, flags, nullptr) != SQLITE_OK) {
    return Error::kStorageFailed;
  }
  sqlite3_extended_result_codes(database_, 1);
  // Exclusive from the first access on: two relays on one file would both think that they know the
  // next place. Set before WAL, it also does without the shared-memory file.
  const struct {
    const char* set;
    const char* read;
    const char* expected;
  } settings[] = {
      {"PRAGMA locking_mode=EXCLUSIVE", "PRAGMA locking_mode", "exclusive"},
      {"PRAGMA journal_mode=WAL", "PRAGMA journal_mode", "wal"},
      {"PRAGMA synchronous=FULL", "PRAGMA synchronous", "2"},
      {"PRAGMA wal_autocheckpoint=0", "PRAGMA wal_autocheckpoint", "0"},
      {"PRAGMA foreign_keys=ON", "PRAGMA foreign_keys", "1"},
  };
  for (const auto& setting : settings) {
    const Result<void> set = execute(setting.set);
    if (!set) return set;
    const Result<std::string> read = text_of(setting.read);
    if (!read) return read.error();
    if (*read != setting.expected) return Error::kStorageFailed;
  }
  sqlite3_wal_hook(
      database_,
      [](void* self, sqlite3*, const char*, int pages) {
        static_cast<SqliteDatabase*>(self)->wal_pages_ = pages;
        return SQLITE_OK;
      },
      this);
  return {};
}

Result<void> SqliteDatabase::execute(const char* sql) {
  if (sqlite3_exec(database_, sql, nullptr, nullptr, nullptr) != SQLITE_OK) {
    return Error::kStorageFailed;
  }
  return {};
}

Result<SqliteStatement> SqliteDatabase::prepare(const char* sql) {
  SqliteStatement out;
  const int code =
      sqlite3_prepare_v3(database_, sql, -1, SQLITE_PREPARE_PERSISTENT, &out.statement_, nullptr);
  if (code != SQLITE_OK) return Error::kStorageFailed;
  return out;
}

Result<std::string> SqliteDatabase::text_of(const char* sql) {
  Result<SqliteStatement> statement = prepare(sql);
  if (!statement) return statement.error();
  const Result<bool> row = statement->step();
  if (!row) return row.error();
  if (!*row) return std::string();
  // As a blob, SQLite gives the text form of any value.
  return std::string(as_text(statement->blob(0)));
}

Result<void> SqliteDatabase::checkpoint_above(int pages) {
  if (wal_pages_ <= pages) return {};
  const int code =
      sqlite3_wal_checkpoint_v2(database_, nullptr, SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
  if (code != SQLITE_OK) return Error::kStorageFailed;
  wal_pages_ = 0;
  return {};
}

std::string SqliteDatabase::last_error() const {
  return database_ == nullptr ? "out of memory" : sqlite3_errmsg(database_);
}

}  // namespace homing::relay
