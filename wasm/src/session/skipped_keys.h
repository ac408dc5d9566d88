#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "homing/bytes.h"
#include "homing/result.h"
#include "session/chain_key.h"

namespace homing {

/// Keys of one receiving chain for messages that were overtaken and may still come.
class SkippedKeys {
 public:
  SkippedKeys() = default;
  // Said aloud, because a map of keys that cannot be copied still claims that it can.
  SkippedKeys(const SkippedKeys&) = delete;
  SkippedKeys& operator=(const SkippedKeys&) = delete;
  SkippedKeys(SkippedKeys&&) noexcept = default;
  SkippedKeys& operator=(SkippedKeys&&) noexcept = default;
  ~SkippedKeys() = default;

  /// Null when there is none or it is too old (limits::kSkippedKeyAgeMsMax).
  const MessageKey* find(uint32_t number, uint64_t now_ms) const;
  /// Wipes the key of a message that was opened.
  void erase(uint32_t number) { keys_.erase(number); }
  /// Keeps keys for the numbers from `first` on.
  void add(uint32_t first, std::vector<MessageKey> keys, uint64_t now_ms);
  /// Wipes the key that has waited longest. Not to be called when empty.
  void drop_oldest();
  void drop_expired(uint64_t now_ms);

  size_t size() const { return keys_.size(); }
  bool empty() const { return keys_.empty(); }

  void encode(SecretWriter& to) const;
  /// kTruncated, kMalformed.
  static Result<SkippedKeys> decode(ByteReader& from);

 private:
  struct Entry {
    MessageKey key;
    uint64_t since_ms = 0;
  };
  static bool is_expired(const Entry& entry, uint64_t now_ms);

  /// By message number, which is also by age: a chain only moves forward.
  std::map<uint32_t, Entry> keys_;
};

}  // namespace homing
