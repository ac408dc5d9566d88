#include "session/prekey_store.h"

#include <algorithm>

#include "homing/limits.h"
#include "plant.h"
#include "session/prekey_signature.h"

namespace homing {
namespace {

constexpr uint8_t kFormat = 1;
constexpr size_t kOneTimeKeptMax = limits::kOneTimePrekeys * limits::kOneTimeKeysKeptFactor;
constexpr size_t kOneTimeKemKeptMax = limits::kOneTimeKemPrekeys * limits::kOneTimeKeysKeptFactor;

SignedPrekey sign_prekey(const Identity& identity, std::string_view for_purpose, uint32_t id,
                         const SecretKey& secret) {
  SignedPrekey out;
  out.id = id;
  out.key = x25519::public_key(secret);
  out.signature = identity.sign(for_purpose, prekey_message(id, out.key));
  return out;
}

KemPrekey sign_kem_prekey(const Identity& identity, bool last_resort, uint32_t id,
                          const SecretKey& seed) {
  KemPrekey out;
  out.id = id;
  out.key = xwing::public_key(seed);
  out.signature = identity.sign(kem_purpose(last_resort), prekey_message(id, out.key));
  out.last_resort = last_resort;
  return out;
}

void encode_keys(const std::map<uint32_t, SecretKey>& keys, SecretWriter& to) {
  to.u32(static_cast<uint32_t>(keys.size()));
  for (const auto& [id, secret] : keys) {
    to.u32(id);
    to.raw(secret.view());
  }
}

/// False for more than `count_max` keys or ids that do not ascend below `next_id`.
bool decode_keys(ByteReader& from, std::map<uint32_t, SecretKey>& out, size_t count_max,
                 uint32_t next_id) {
  const uint32_t count = from.u32();
  if (count > count_max) return false;
  for (uint32_t i = 0; i < count; ++i) {
    const uint32_t id = from.u32();
    SecretKey secret = read_secret_key(from);
    if (!from.ok() || id >= next_id || (!out.empty() && id <= out.rbegin()->first)) return false;
    out.emplace_hint(out.end(), id, std::move(secret));
  }
  return true;
}

}  // namespace

PrekeyStore PrekeyStore::generate(uint64_t now_ms, RandomSource& random) {
  PrekeyStore out;
  out.renew(now_ms, random);
  return out;
}

void PrekeyStore::renew(uint64_t now_ms, RandomSource& random) {
  replace(signed_, {next_id_++, random.secret(), now_ms});
  replace(last_resort_, {next_id_++, random.secret(), now_ms});
  refill(limits::kOneTimePrekeys, limits::kOneTimeKemPrekeys, random);
  // Without its signed prekey a first message is not answered, so it cannot be replayed either.
  std::erase_if(remembered_, [this](const Remembered& first) {
    return find_in(signed_, first.signed_id) == nullptr;
  });
}

void PrekeyStore::replace(std::deque<LongLived>& keys, LongLived by) {
  const uint64_t now_ms = by.since_ms;
  if (!keys.empty()) keys.back().since_ms = now_ms;
  keys.push_back(std::move(by));
  // A time still to come is that of a clock that has been set back since: not over, as far as is
  // known, and the number bounds it.
  std::erase_if(keys, [now_ms](const LongLived& key) {
    return now_ms > key.since_ms && now_ms - key.since_ms > limits::kSignedPrekeyKeptMs;
  });
  if (keys.size() > limits::kSignedPrekeysMax) keys.pop_front();
}

bool PrekeyStore::renewal_due(uint64_t now_ms) const {
  const uint64_t since_ms = signed_.back().since_ms;
  return std::max(now_ms, since_ms) - std::min(now_ms, since_ms) > limits::kSignedPrekeyAgeMsMax;
}

PrekeyPublication PrekeyStore::publication(const Identity& identity) const {
  PrekeyPublication out;
  out.identity = identity.public_keys();
  const LongLived& current = signed_.back();
  out.signed_prekey = sign_prekey(identity, purpose::kSignedPrekey, current.id, current.secret);
  const LongLived& last_resort = last_resort_.back();
  out.last_resort = sign_kem_prekey(identity, true, last_resort.id, last_resort.secret);
  for (auto key = one_time_.lower_bound(publish_from_); key != one_time_.end(); ++key) {
    out.one_time.push_back(sign_prekey(identity, purpose::kOneTimePrekey, key->first, key->second));
  }
  for (auto key = one_time_kem_.lower_bound(publish_from_); key != one_time_kem_.end(); ++key) {
    out.one_time_kem.push_back(sign_kem_prekey(identity, false, key->first, key->second));
  }
  return out;
}

void PrekeyStore::refill(size_t one_time, size_t one_time_kem, RandomSource& random) {
  one_time = std::min(one_time, limits::kOneTimePrekeys);
  one_time_kem = std::min(one_time_kem, limits::kOneTimeKemPrekeys);
  publish_from_ = next_id_;
  published_ = false;
  for (size_t i = 0; i < one_time; ++i) one_time_.emplace(next_id_++, random.secret());
  for (size_t i = 0; i < one_time_kem; ++i) one_time_kem_.emplace(next_id_++, random.secret());
  while (one_time_.size() > kOneTimeKeptMax) one_time_.erase(one_time_.begin());
  while (one_time_kem_.size() > kOneTimeKemKeptMax) one_time_kem_.erase(one_time_kem_.begin());
}

const SecretKey* PrekeyStore::find_in(const std::deque<LongLived>& keys, uint32_t id) {
  const auto found =
      std::find_if(keys.begin(), keys.end(), [id](const LongLived& key) { return key.id == id; });
  return found == keys.end() ? nullptr : &found->secret;
}

Result<PrekeyStore::PrivateKeys> PrekeyStore::find(uint32_t signed_id,
                                                   std::optional<uint32_t> one_time_id,
                                                   uint32_t kem_id) const {
  PrivateKeys out;
  out.signed_prekey = find_in(signed_, signed_id);
  if (one_time_id) {
    const auto found = one_time_.find(*one_time_id);
    if (found == one_time_.end()) return Error::kUndecryptable;
    out.one_time_prekey = &found->second;
  }
  if (const auto found = one_time_kem_.find(kem_id); found != one_time_kem_.end()) {
    out.kem_seed = &found->second;
  } else {
    out.kem_seed = find_in(last_resort_, kem_id);
    out.last_resort = true;
  }
  if (out.signed_prekey == nullptr || out.kem_seed == nullptr) return Error::kUndecryptable;
  return out;
}

void PrekeyStore::consume(uint32_t signed_id, std::optional<uint32_t> one_time_id, uint32_t kem_id,
                          const PublicKey& base_key) {
  if (HOMING_PLANT(one_time_key_kept)) return;
  const bool had_kem = one_time_kem_.erase(kem_id) > 0;
  const bool had_one_time = one_time_id && one_time_.erase(*one_time_id) > 0;
  if (had_kem || had_one_time) return;
  remembered_.push_back({signed_id, kem_id, base_key});
  if (remembered_.size() > limits::kFirstMessagesRemembered) remembered_.pop_front();
}

bool PrekeyStore::is_remembered(uint32_t signed_id, uint32_t kem_id,
                                const PublicKey& base_key) const {
  const Remembered wanted{signed_id, kem_id, base_key};
  return std::find(remembered_.begin(), remembered_.end(), wanted) != remembered_.end();
}

void PrekeyStore::encode(SecretWriter& to) const {
  to.u8(kFormat);
  to.u32(next_id_);
  to.u32(publish_from_);
  to.u8(published_ ? 1 : 0);
  for (const std::deque<LongLived>* keys : {&signed_, &last_resort_}) {
    to.u16(static_cast<uint16_t>(keys->size()));
    for (const LongLived& key : *keys) {
      to.u32(key.id);
      to.u64(key.since_ms);
      to.raw(key.secret.view());
    }
  }
  encode_keys(one_time_, to);
  encode_keys(one_time_kem_, to);
  to.u32(static_cast<uint32_t>(remembered_.size()));
  for (const Remembered& first : remembered_) {
    to.u32(first.signed_id);
    to.u32(first.kem_id);
    to.raw(first.base_key);
  }
}

Result<PrekeyStore> PrekeyStore::decode(ByteReader& from) {
  const uint8_t format = from.u8();
  if (!from.ok()) return Error::kTruncated;
  if (format != kFormat) return format > kFormat ? Error::kUnsupported : Error::kMalformed;
  PrekeyStore out;
  out.next_id_ = from.u32();
  out.publish_from_ = from.u32();
  const uint8_t published = from.u8();
  if (published > 1) return Error::kMalformed;
  out.published_ = published == 1;
  for (std::deque<LongLived>* keys : {&out.signed_, &out.last_resort_}) {
    const uint16_t count = from.u16();
    if (count == 0 || count > limits::kSignedPrekeysMax) return Error::kMalformed;
    for (uint16_t i = 0; i < count; ++i) {
      LongLived key;
      key.id = from.u32();
      key.since_ms = from.u64();
      key.secret = read_secret_key(from);
      if (!from.ok()) return Error::kTruncated;
      if (key.id >= out.next_id_) return Error::kMalformed;
      keys->push_back(std::move(key));
    }
  }
  if (!decode_keys(from, out.one_time_, kOneTimeKeptMax, out.next_id_) ||
      !decode_keys(from, out.one_time_kem_, kOneTimeKemKeptMax, out.next_id_)) {
    return Error::kMalformed;
  }
  const uint32_t remembered = from.u32();
  if (remembered > limits::kFirstMessagesRemembered) return Error::kMalformed;
  for (uint32_t i = 0; i < remembered && from.ok(); ++i) {
    Remembered first;
    first.signed_id = from.u32();
    first.kem_id = from.u32();
    first.base_key = from.array<32>();
    out.remembered_.push_back(first);
  }
  if (!from.ok()) return Error::kTruncated;
  return out;
}

}  // namespace homing
