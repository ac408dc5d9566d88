#include "session/skipped_keys.h"

#include "homing/limits.h"

namespace homing {

bool SkippedKeys::is_expired(const Entry& entry, uint64_t now_ms) {
  // A clock that was set back makes a key younger, never wraps around.
  return now_ms > entry.since_ms && now_ms - entry.since_ms > limits::kSkippedKeyAgeMsMax;
}

const MessageKey* SkippedKeys::find(uint32_t number, uint64_t now_ms) const {
  const auto found = keys_.find(number);
  if (found == keys_.end() || is_expired(found->second, now_ms)) return nullptr;
  return &found->second.key;
}

void SkippedKeys::add(uint32_t first, std::vector<MessageKey> keys, uint64_t now_ms) {
  for (MessageKey& key : keys) {
    keys_.emplace_hint(keys_.end(), first++, Entry{std::move(key), now_ms});
  }
}

void SkippedKeys::drop_oldest() {
  HOMING_ASSERT(!keys_.empty());
  keys_.erase(keys_.begin());
}

void SkippedKeys::drop_expired(uint64_t now_ms) {
  while (!keys_.empty() && is_expired(keys_.begin()->second, now_ms)) keys_.erase(keys_.begin());
}

void SkippedKeys::encode(SecretWriter& to) const {
  to.u32(static_cast<uint32_t>(keys_.size()));
  for (const auto& [number, entry] : keys_) {
    to.u32(number);
    to.u64(entry.since_ms);
    to.raw(entry.key.secret().view());
  }
}

Result<SkippedKeys> SkippedKeys::decode(ByteReader& from) {
  const uint32_t count = from.u32();
  if (count > limits::kSkippedKeysMax) return Error::kMalformed;
  SkippedKeys out;
  for (uint32_t i = 0; i < count; ++i) {
    const uint32_t number = from.u32();
    const uint64_t since_ms = from.u64();
    MessageKey key(read_secret_key(from));
    if (!from.ok()) return Error::kTruncated;
    if (!out.keys_.empty() && number <= out.keys_.rbegin()->first) return Error::kMalformed;
    out.keys_.emplace_hint(out.keys_.end(), number, Entry{std::move(key), since_ms});
  }
  if (!from.ok()) return Error::kTruncated;
  return out;
}

}  // namespace homing
