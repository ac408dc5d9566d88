#pragma once

#include "sqlite_store.h"

/// Rows of the mailbox table as the store's files see them.
namespace homing::relay {

struct SqliteStore::Mailbox {
  uint64_t number = 0;
  uint64_t generation = 0;
  uint64_t epoch = 0;
  uint64_t last_place = 0;
  Bytes prekeys;  // encoded; empty: never published
  uint32_t one_time_id_max = 0;
  uint32_t one_time_kem_id_max = 0;
};

/// What append needs to know of a recipient, kept through one batch and saved once at its end.
struct SqliteStore::Room {
  uint64_t number = 0;
  uint64_t messages = 0;
  uint64_t bytes = 0;
  uint64_t last_place = 0;
  bool changed = false;
};

}  // namespace homing::relay
