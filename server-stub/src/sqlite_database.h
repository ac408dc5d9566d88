#pragma once

#include <sqlite3.h>

#include <string>

#include "homing/bytes.h"
#include "homing/result.h"

/// The little of SQLite's C interface that the store needs, with owners instead of pointers.
namespace homing::relay {

/// One prepared statement. Binds count from 1, columns from 0. Every failure is remembered until
/// reset(), so that binds need no check of their own; step() tells.
class SqliteStatement {
 public:
  SqliteStatement() = default;
  SqliteStatement(const SqliteStatement&) = delete;
  SqliteStatement& operator=(const SqliteStatement&) = delete;
  SqliteStatement(SqliteStatement&& other) noexcept;
  SqliteStatement& operator=(SqliteStatement&& other) noexcept;
  ~SqliteStatement();

  SqliteStatement& bind(int index, uint64_t value);
  SqliteStatement& bind_null(int index);
  /// The bytes must stay as they are until reset().
  SqliteStatement& bind(int index, ByteView bytes);

  /// True: a row is there. False: done. kStorageFailed otherwise.
  Result<bool> step();
  /// Steps through to the end, ignoring rows, and resets.
  Result<void> run();
  void reset();

  uint64_t integer(int column) const;
  /// Valid until the next step() or reset().
  ByteView blob(int column) const;

 private:
  friend class SqliteDatabase;
  sqlite3_stmt* statement_ = nullptr;
  int failure_ = SQLITE_OK;
};

/// An open database file, this process's alone for as long as it is open.
class SqliteDatabase {
 public:
  SqliteDatabase() = default;
  SqliteDatabase(const SqliteDatabase&) = delete;
  SqliteDatabase& operator=(const SqliteDatabase&) = delete;
  ~SqliteDatabase();

  /// Creates the file if need be and sets what durability rests on: WAL, synchronous=FULL and an
  /// exclusive lock, each read back. kStorageFailed: cannot be opened or set, or another process
  /// has it.
  Result<void> open(const std::string& path);
  Result<void> execute(const char* sql);
  /// kStorageFailed: the statement is wrong, or the schema is another.
  Result<SqliteStatement> prepare(const char* sql);

  /// The first column of the first row as text; "" if there is none.
  Result<std::string> text_of(const char* sql);
  /// How many rows the last statement changed.
  int changes() const { return sqlite3_changes(database_); }
  /// Moves the log into the database file once it has grown over `pages`. SQLite does the same by
  /// itself but ignores errors there, and a failed fsync must not be forgotten.
  Result<void> checkpoint_above(int pages);
  /// What went wrong last, for the log; names no content.
  std::string last_error() const;

 private:
  sqlite3* database_ = nullptr;
  int wal_pages_ = 0;
};

}  // namespace homing::relay
