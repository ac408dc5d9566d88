#pragma once

#include "homing/random.h"
#include "homing/result.h"
#include "sqlite_database.h"

namespace homing::relay {

/// Makes the tables in an empty database, with a new store id; checks the version otherwise.
/// kStorageNewer: written by a newer relay. kStorageFailed.
Result<void> prepare_schema(SqliteDatabase& database, RandomSource& random);

}  // namespace homing::relay
