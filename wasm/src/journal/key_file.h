#pragma once

#include "homing/bytes.h"
#include "homing/result.h"

/// The file in which the journal key lies, alone or within layers: a passphrase (passphrase.h), and
/// around that a key of the device, which the browser's store puts on (sealed_idbfs.js). Each layer
/// is a key file again. The engine knows none: its host takes them off before it loads a journal.
/// docs/journal_format.md has the grammar.
namespace homing::journal {

/// Frozen: stored. What a key file holds.
enum class Wrapping : uint8_t {
  kNone = 0,        // the key
  kDevice = 1,      // a key file, sealed by a key of the device
  kPassphrase = 2,  // a key file, sealed by a passphrase
};

/// magic 4 | version 2 | wrapping 1
inline constexpr size_t kKeyHeadBytes = 7;

Bytes encode_key_head(Wrapping wrapping);
/// Errors: kStorageNewer, kStorageCorrupt.
Result<Wrapping> decode_key_head(ByteView file);

/// A key file without layers, which is what the engine reads and writes.
Bytes encode_key(const SecretKey& key);
/// Errors: kStorageNewer, kStorageCorrupt, kLocked (there is a layer that nobody has taken off).
Result<SecretKey> decode_key(ByteView file);

}  // namespace homing::journal
