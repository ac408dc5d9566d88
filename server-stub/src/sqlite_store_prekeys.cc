#include <utility>

#include "homing/limits.h"
#include "sqlite_store.h"
#include "sqlite_store_rows.h"

namespace homing::relay {
namespace {

// Kinds of one-time prekeys in the database; do not renumber.
constexpr int kOneTime = 1;
constexpr int kOneTimeKem = 2;

Bytes encode_key(const SignedPrekey& key) {
  ByteWriter out;
  out.raw(key.key);
  out.raw(key.signature);
  return out.take();
}
Bytes encode_key(const KemPrekey& key) {
  ByteWriter out;
  out.raw(key.key);
  out.raw(key.signature);
  return out.take();
}

SignedPrekey read_signed(ByteReader& from, uint32_t id) {
  SignedPrekey out{.id = id};
  out.key = from.array<sizeof(PublicKey)>();
  out.signature = from.array<sizeof(Signature)>();
  return out;
}
KemPrekey read_kem(ByteReader& from, uint32_t id, bool last_resort) {
  KemPrekey out{.id = id};
  out.key = from.array<kKemPublicKeyBytes>();
  out.signature = from.array<sizeof(Signature)>();
  out.last_resort = last_resort;
  return out;
}

/// The keys that are not handed out once, as mailbox.prekeys has them.
Bytes encode_lasting(const PrekeyPublication& publication) {
  ByteWriter out;
  out.raw(publication.identity.signing_key);
  out.raw(publication.identity.identity_key);
  out.raw(publication.identity.signature);
  out.u32(publication.signed_prekey.id);
  out.raw(encode_key(publication.signed_prekey));
  out.u32(publication.last_resort.id);
  out.raw(encode_key(publication.last_resort));
  return out.take();
}

Result<PrekeyBundle> decode_lasting(ByteView bytes) {
  ByteReader from(bytes);
  PrekeyBundle out;
  out.identity.signing_key = from.array<sizeof(PublicKey)>();
  out.identity.identity_key = from.array<sizeof(PublicKey)>();
  out.identity.signature = from.array<sizeof(Signature)>();
  const uint32_t signed_id = from.u32();
  out.signed_prekey = read_signed(from, signed_id);
  const uint32_t kem_id = from.u32();
  out.kem_prekey = read_kem(from, kem_id, true);
  if (!from.finished()) return Error::kStorageFailed;
  return out;
}

uint64_t number_of(int kind) { return static_cast<uint64_t>(kind); }

}  // namespace

Result<PrekeyCounts> SqliteStore::counts(const Mailbox& mailbox) {
  PrekeyCounts out{.published = !mailbox.prekeys.empty()};
  if (!out.published) return out;
  for (const int kind : {kOneTime, kOneTimeKem}) {
    SqliteStatement& row = use_.prekey_count.bind(1, mailbox.number).bind(2, number_of(kind));
    const Result<bool> found = row.step();
    const uint32_t count = found && *found ? static_cast<uint32_t>(row.integer(0)) : 0;
    row.reset();
    if (!found) return found.error();
    (kind == kOneTime ? out.one_time : out.one_time_kem) = count;
  }
  return out;
}

Result<void> SqliteStore::add_prekey(const Mailbox& mailbox, int kind, uint32_t id, ByteView body) {
  return use_.prekey_insert.bind(1, mailbox.number)
      .bind(2, number_of(kind))
      .bind(3, id)
      .bind(4, body)
      .run();
}

Result<void> SqliteStore::keep_newest(const Mailbox& mailbox, int kind, size_t kept) {
  return use_.prekey_trim.bind(1, mailbox.number).bind(2, number_of(kind)).bind(3, kept).run();
}

Result<PrekeyCounts> SqliteStore::publish(const Address& address,
                                          const PrekeyPublication& publication) {
  Result<Mailbox> mailbox = find_or_make(address);
  if (!mailbox) return mailbox.error();
  Result<void> done;
  if (!mailbox->prekeys.empty()) {
    const Result<PrekeyBundle> before = decode_lasting(mailbox->prekeys);
    if (!before) return before.error();
    if (before->signed_prekey.id != publication.signed_prekey.id) {
      for (const int kind : {kOneTime, kOneTimeKem}) {
        if (done) done = keep_newest(*mailbox, kind, 0);
      }
      if (!done) return done.error();
    }
  }
  const auto add = [&](int kind, const auto& keys, uint32_t& id_max, size_t kept) {
    for (const auto& key : keys) {
      if (!done || key.id <= id_max) continue;
      id_max = key.id;
      done = add_prekey(*mailbox, kind, key.id, encode_key(key));
    }
    if (done) done = keep_newest(*mailbox, kind, kept);
  };
  add(kOneTime, publication.one_time, mailbox->one_time_id_max,
      kOneTimeSetsMax * limits::kOneTimePrekeys);
  add(kOneTimeKem, publication.one_time_kem, mailbox->one_time_kem_id_max,
      kOneTimeSetsMax * limits::kOneTimeKemPrekeys);
  if (!done) return done.error();
  mailbox->prekeys = encode_lasting(publication);
  done = use_.prekeys_save.bind(1, mailbox->number)
             .bind(2, mailbox->prekeys)
             .bind(3, mailbox->one_time_id_max)
             .bind(4, mailbox->one_time_kem_id_max)
             .run();
  if (!done) return done.error();
  return counts(*mailbox);
}

Result<std::optional<Bytes>> SqliteStore::take_prekey(const Mailbox& mailbox, int kind,
                                                      uint32_t& id) {
  SqliteStatement& row = use_.prekey_first.bind(1, mailbox.number).bind(2, number_of(kind));
  const Result<bool> found = row.step();
  std::optional<Bytes> body;
  if (found && *found) {
    id = static_cast<uint32_t>(row.integer(0));
    const ByteView bytes = row.blob(1);
    body.emplace(bytes.begin(), bytes.end());
  }
  row.reset();
  if (!found) return found.error();
  if (!body) return body;
  const Result<void> deleted =
      use_.prekey_delete.bind(1, mailbox.number).bind(2, number_of(kind)).bind(3, id).run();
  if (!deleted) return deleted.error();
  return body;
}

Result<Claimed> SqliteStore::claim(const Address& address) {
  const Result<std::optional<Mailbox>> found = find(address);
  if (!found) return found.error();
  if (!*found || (*found)->prekeys.empty()) return Claimed{};
  const Mailbox& mailbox = **found;
  Result<PrekeyBundle> bundle = decode_lasting(mailbox.prekeys);
  if (!bundle) return bundle.error();
  uint32_t id = 0;
  const Result<std::optional<Bytes>> one_time = take_prekey(mailbox, kOneTime, id);
  if (!one_time) return one_time.error();
  if (*one_time) {
    ByteReader reader(**one_time);
    bundle->one_time_prekey = read_signed(reader, id);
    if (!reader.finished()) return Error::kStorageFailed;
  }
  const Result<std::optional<Bytes>> kem = take_prekey(mailbox, kOneTimeKem, id);
  if (!kem) return kem.error();
  if (*kem) {
    ByteReader reader(**kem);
    bundle->kem_prekey = read_kem(reader, id, false);
    if (!reader.finished()) return Error::kStorageFailed;
  }
  const Result<PrekeyCounts> left = counts(mailbox);
  if (!left) return left.error();
  return Claimed{.bundle = std::move(*bundle), .left = *left};
}

}  // namespace homing::relay
