#pragma once

#include <string_view>

#include "homing/bytes.h"
#include "homing/result.h"
#include "journal/passphrase.h"
#include "session/primitives.h"

/// What a backup looks like: a whole profile as one file, sealed by a passphrase. Shared by the
/// writer and the reader; docs/backup_format.md has the grammar.
namespace homing::backup {

/// Raised when older code could not read what newer code writes.
inline constexpr uint16_t kFormatVersion = 1;
inline constexpr std::string_view kMagic = "HOMB";

/// head 32 (magic 4, version 2, journal's version 2, passes 4, memory 4, salt 16), then
/// confirmation 16 and checksum 4
inline constexpr size_t kHeadBytes = 32;
inline constexpr size_t kConfirmationBytes = 16;
inline constexpr size_t kHeaderBytes = kHeadBytes + kConfirmationBytes + 4;

/// Contents per chunk; only the last one may hold less.
inline constexpr size_t kChunkBytes = 64 * 1024;
inline constexpr size_t kSealedChunkBytes = kChunkBytes + kAeadTagBytes;

struct Header {
  journal::PassphraseParameters parameters;
  ByteArray<kHeadBytes> head{};
  ByteArray<kConfirmationBytes> confirmation{};
};

Bytes encode_head(const journal::PassphraseParameters& parameters);
Bytes encode_header(ByteView head, const SecretKey& passphrase_key);
/// Reads the first kHeaderBytes of a file. Errors: kBackupDamaged, kUnsupported (a newer version of
/// the backup or of the journal in it), kTooLarge (Argon2id would cost too much).
Result<Header> decode_header(ByteView file);

/// Says whether the passphrase is the right one, apart from whether the contents are whole.
ByteArray<kConfirmationBytes> confirmation(ByteView head, const SecretKey& passphrase_key);
/// The key of the contents. The salt is in `head`, so each backup has its own, and nonces may
/// count.
SecretKey contents_key(ByteView head, const SecretKey& passphrase_key);
AeadNonce chunk_nonce(uint64_t index, bool is_last);

}  // namespace homing::backup
