// Goal: a backup of any bytes gives a whole journal or a typed error; one that was written is read
// back, and one that was damaged is not.
// Method: bytes are read as a backup, with a passphrase key in place of Argon2's, which would take
// all of the time; then they decide on files that are written, damaged and read. Contents of any
// bytes are sealed as a writer would seal them, so that what lies behind the seal is reached, too.

#include <algorithm>

#include "backup/backup_reader.h"
#include "backup/backup_writer.h"
#include "fuzz/choices.h"
#include "fuzz/targets.h"
#include "homing/limits.h"

namespace homing::fuzz {
namespace {

constexpr size_t kFilesMax = 6;

SecretKey passphrase_key() {
  ByteArray<32> key;
  key.fill(0x33);
  return SecretKey(key);
}

Result<backup::Contents> read(ByteView file) {
  const Result<backup::Header> header = backup::decode_header(file);
  if (!header) return header.error();
  Result<backup::Reader> reader = backup::Reader::open(*header, file.size(), passphrase_key());
  if (!reader) return reader.error();
  size_t at = backup::kHeaderBytes;
  while (const size_t size = reader->next_chunk_bytes()) {
    const Result<void> added = reader->add(file.subspan(at, size));
    if (!added) return added.error();
    at += size;
  }
  return reader->finish();
}

void expect_typed(const Result<backup::Contents>& contents) {
  if (contents) {
    HOMING_ASSERT(!contents->files.empty());
    for (const StoredFile& file : contents->files) {
      HOMING_ASSERT(!file.name.empty() && file.name.find('/') == std::string::npos &&
                    file.name != "key" && file.name != "restored");
    }
    return;
  }
  const Error error = contents.error();
  HOMING_ASSERT(error == Error::kBackupDamaged || error == Error::kUnsupported ||
                error == Error::kTooLarge || error == Error::kWrongPassphrase);
}

/// Contents of any bytes, sealed as the one chunk of a backup.
Bytes sealed(ByteView contents, const journal::PassphraseParameters& parameters) {
  const Bytes head = backup::encode_head(parameters);
  Bytes file = backup::encode_header(head, passphrase_key());
  aead_seal(backup::contents_key(head, passphrase_key()), backup::chunk_nonce(0, true), {},
            contents, file);
  return file;
}

std::vector<StoredFile> files_of(Choices& choices) {
  std::vector<StoredFile> files;
  const size_t count = 1 + choices.below(kFilesMax);
  for (size_t i = 0; i < count; ++i) {
    const ByteView bytes = choices.sized();
    files.push_back({"file-" + std::to_string(i), Bytes(bytes.begin(), bytes.end())});
  }
  return files;
}

}  // namespace

void fuzz_backup(ByteView bytes) {
  expect_typed(read(bytes));

  Choices choices(bytes);
  const journal::PassphraseParameters parameters{1, limits::kPassphraseMemoryKibMin,
                                                 choices.array<16>()};
  const size_t size = std::min<size_t>(bytes.size(), backup::kChunkBytes);
  expect_typed(read(sealed(bytes.first(size), parameters)));

  const std::vector<StoredFile> files = files_of(choices);
  FixedRandom random(6);
  const SecretKey journal_key = random.secret();
  backup::Writer writer(parameters, passphrase_key(), journal_key,
                        static_cast<uint32_t>(files.size()));
  for (const StoredFile& file : files) {
    HOMING_ASSERT(writer.begin_file(file.name, file.bytes.size()).ok());
    writer.add(file.bytes);
  }
  writer.finish();
  Bytes file = writer.take();
  const Result<backup::Contents> contents = read(file);
  HOMING_ASSERT(contents.ok() && contents->files.size() == files.size());
  for (size_t i = 0; i < files.size(); ++i) {
    HOMING_ASSERT(contents->files[i].name == files[i].name &&
                  contents->files[i].bytes == files[i].bytes);
  }
  const uint8_t flip = choices.u8();
  if (flip == 0) return;
  file[choices.u32() % file.size()] ^= flip;
  const Result<backup::Contents> damaged = read(file);
  HOMING_ASSERT(!damaged.ok());
  expect_typed(damaged);
}

}  // namespace homing::fuzz
