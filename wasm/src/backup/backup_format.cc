#include "backup/backup_format.h"

#include <algorithm>

#include "journal/journal_format.h"

namespace homing::backup {
namespace {

uint32_t checksum(ByteView head_and_confirmation) {
  const Digest digest = blake2b_256({head_and_confirmation});
  return ByteReader(digest).u32();
}

}  // namespace

Bytes encode_head(const journal::PassphraseParameters& parameters) {
  ByteWriter out;
  out.raw(as_bytes(kMagic));
  out.u16(kFormatVersion);
  out.u16(journal::kFormatVersion);
  journal::encode(parameters, out);
  return out.take();
}

Bytes encode_header(ByteView head, const SecretKey& passphrase_key) {
  ByteWriter out;
  out.raw(head);
  out.raw(confirmation(head, passphrase_key));
  out.u32(checksum(out.buffer()));
  return out.take();
}

Result<Header> decode_header(ByteView file) {
  if (file.size() < kHeaderBytes) return Error::kBackupDamaged;
  ByteReader in(file.first(kHeaderBytes));
  if (as_text(in.raw(kMagic.size())) != kMagic) return Error::kBackupDamaged;
  // Before the checksum, which a later version may have elsewhere.
  const uint16_t version = in.u16();
  if (version > kFormatVersion) return Error::kUnsupported;
  const uint16_t journal_version = in.u16();
  const size_t checked = kHeadBytes + kConfirmationBytes;
  if (ByteReader(file.subspan(checked)).u32() != checksum(file.first(checked))) {
    return Error::kBackupDamaged;
  }
  if (journal_version > journal::kFormatVersion) return Error::kUnsupported;
  if (version == 0 || journal_version == 0) return Error::kBackupDamaged;
  const Result<journal::PassphraseParameters> parameters =
      journal::decode_passphrase_parameters(in);
  if (!parameters) {
    return parameters.error() == Error::kTooLarge ? Error::kTooLarge : Error::kBackupDamaged;
  }
  Header header;
  header.parameters = *parameters;
  copy_exact(header.head, file.first(kHeadBytes));
  header.confirmation = in.array<kConfirmationBytes>();
  return header;
}

ByteArray<kConfirmationBytes> confirmation(ByteView head, const SecretKey& passphrase_key) {
  const Digest digest =
      blake2b_256_keyed(passphrase_key.view(), {as_bytes("homing/backup/confirmation/v1"), head});
  ByteArray<kConfirmationBytes> out;
  std::copy_n(digest.begin(), out.size(), out.begin());
  return out;
}

SecretKey contents_key(ByteView head, const SecretKey& passphrase_key) {
  return SecretKey(
      blake2b_256_keyed(passphrase_key.view(), {as_bytes("homing/backup/contents/v1"), head}));
}

AeadNonce chunk_nonce(uint64_t index, bool is_last) {
  ByteWriter out;
  out.u64(index);
  out.u8(is_last ? 1 : 0);
  AeadNonce nonce{};
  std::copy(out.buffer().begin(), out.buffer().end(), nonce.begin());
  return nonce;
}

}  // namespace homing::backup
