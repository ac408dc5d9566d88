#include <unordered_map>
#include <utility>

#include "sqlite_store.h"
#include "sqlite_store_rows.h"

namespace homing::relay {

Result<std::optional<SqliteStore::Room>> SqliteStore::find_room(const Address& address) {
  SqliteStatement& row = use_.room.bind(1, address.hash);
  const Result<bool> found = row.step();
  std::optional<Room> out;
  if (found && *found) {
    out = Room{.number = row.integer(0),
               .messages = row.integer(1),
               .bytes = row.integer(2),
               .last_place = row.integer(3)};
  }
  row.reset();
  if (!found) return found.error();
  return out;
}

Result<AppendOutcome> SqliteStore::append_one(Room& room, const NewMessage& message,
                                              uint64_t now_ms) {
  const size_t size = message.envelope.size();
  if (room.messages >= quota_.messages || room.bytes + size > quota_.bytes) {
    // A repeat of what is stored must still be a success, or its sender would never be told.
    SqliteStatement& known = use_.id_known.bind(1, room.number).bind(2, message.id.bytes);
    const Result<bool> found = known.step();
    known.reset();
    if (!found) return found.error();
    return *found ? AppendOutcome::kDuplicate : AppendOutcome::kMailboxFull;
  }
  const Result<void> done = use_.message_insert.bind(1, next_place_)
                                .bind(2, room.number)
                                .bind(3, message.id.bytes)
                                .bind(4, message.from.hash)
                                .bind(5, now_ms)
                                .bind(6, message.envelope)
                                .run();
  if (!done) return done.error();
  if (database_.changes() == 0) return AppendOutcome::kDuplicate;
  room.last_place = next_place_++;
  room.messages += 1;
  room.bytes += size;
  room.changed = true;
  return AppendOutcome::kStored;
}

Result<void> SqliteStore::save_rooms(std::span<const Room> rooms) {
  for (const Room& room : rooms) {
    if (!room.changed) continue;
    const Result<void> done = use_.room_save.bind(1, room.number)
                                  .bind(2, room.messages)
                                  .bind(3, room.bytes)
                                  .bind(4, room.last_place)
                                  .run();
    if (!done) return done;
  }
  return {};
}

Result<std::vector<AppendOutcome>> SqliteStore::append(std::span<const NewMessage> messages,
                                                       uint64_t now_ms) {
  std::vector<AppendOutcome> out;
  out.reserve(messages.size());
  std::vector<Room> rooms;
  // Index into rooms; none: nobody who can be written to.
  std::unordered_map<Address, std::optional<size_t>, AddressHash> known;
  for (const NewMessage& message : messages) {
    const auto [entry, first] = known.try_emplace(message.to);
    if (first) {
      const Result<std::optional<Room>> room = find_room(message.to);
      if (!room) return room.error();
      if (*room) {
        entry->second = rooms.size();
        rooms.push_back(**room);
      }
    }
    if (!entry->second) {
      out.push_back(AppendOutcome::kUnknownAddress);
      continue;
    }
    const Result<AppendOutcome> outcome = append_one(rooms[*entry->second], message, now_ms);
    if (!outcome) return outcome.error();
    out.push_back(*outcome);
  }
  const Result<void> saved = save_rooms(rooms);
  if (!saved) return saved.error();
  return out;
}

Result<ExpireStep> SqliteStore::expire(const ExpireLimits& limits, uint64_t from_place) {
  struct Old {
    uint64_t place = 0;
    uint64_t mailbox = 0;
    bool tombstone = false;
    uint64_t bytes = 0;
  };
  std::vector<Old> old;
  ExpireStep step;
  SqliteStatement& row = use_.expire_scan.bind(1, from_place).bind(2, limits.rows + 1);
  Result<bool> more = row.step();
  for (size_t seen = 0; more && *more; more = row.step()) {
    if (seen++ == limits.rows) {
      step.next_place = row.integer(0);
      break;
    }
    const bool tombstone = row.integer(3) != 0;
    const uint64_t before = tombstone ? limits.tombstone_before_ms : limits.arrived_before_ms;
    if (row.integer(2) >= before) continue;
    old.push_back({row.integer(0), row.integer(1), tombstone, row.integer(4)});
  }
  row.reset();
  if (!more) return more.error();
  for (const Old& message : old) {
    Result<void> done = use_.expire_delete.bind(1, message.place).run();
    if (done && !message.tombstone) done = remove_waiting(message.mailbox, 1, message.bytes);
    if (!done) return done.error();
  }
  step.removed = old.size();
  return step;
}

}  // namespace homing::relay
