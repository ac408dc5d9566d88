// Goal: a backup gives back exactly what went in, or nothing: one that was cut or changed anywhere
// is refused as a whole, before anything of it can be stored.
// Method: small backups, each truncated at every length and changed at every byte; and ones whose
// contents end around the ends of chunks.

#include <doctest/doctest.h>

#include <algorithm>
#include <optional>
#include <string>

#include "backup/backup_reader.h"
#include "backup/backup_writer.h"
#include "homing/limits.h"
#include "journal/journal_format.h"
#include "support/seeded_random.h"

namespace homing::test {
namespace {

using backup::Contents;
using backup::Header;
using backup::Reader;
using backup::Writer;
using Files = std::vector<StoredFile>;

struct Backups {
  SeededRandom random{60};
  SecretKey journal_key = random.secret();
  journal::PassphraseParameters parameters{1, limits::kPassphraseMemoryKibMin, random.array<16>()};
  SecretKey passphrase_key = key_of("correct horse");

  SecretKey key_of(std::string_view passphrase) const {
    return std::move(*journal::stretch_passphrase(passphrase, parameters));
  }

  Bytes write(const Files& files, std::optional<uint32_t> count = {}) const {
    Writer writer(parameters, passphrase_key, journal_key,
                  count.value_or(static_cast<uint32_t>(files.size())));
    Bytes out;
    for (const StoredFile& file : files) {
      REQUIRE(writer.begin_file(file.name, file.bytes.size()).ok());
      // In two parts, as a file can be longer than what is read at once.
      const ByteView bytes(file.bytes);
      writer.add(bytes.first(bytes.size() / 2));
      writer.add(bytes.subspan(bytes.size() / 2));
      append(out, writer.take());
    }
    writer.finish();
    append(out, writer.take());
    return out;
  }

  /// What the writer would not make.
  Bytes seal(ByteView contents) const {
    const Bytes head = backup::encode_head(parameters);
    const SecretKey key = backup::contents_key(head, passphrase_key);
    Bytes out = backup::encode_header(head, passphrase_key);
    for (uint64_t index = 0; !contents.empty(); ++index) {
      const size_t size = std::min(contents.size(), backup::kChunkBytes);
      const AeadNonce nonce = backup::chunk_nonce(index, size == contents.size());
      aead_seal(key, nonce, {}, contents.first(size), out);
      contents = contents.subspan(size);
    }
    return out;
  }

  Result<Contents> read(ByteView file, std::string_view passphrase = "correct horse") const {
    const Result<Header> header = backup::decode_header(file);
    if (!header) return header.error();
    Result<Reader> reader = Reader::open(*header, file.size(), key_of(passphrase));
    if (!reader) return reader.error();
    size_t at = backup::kHeaderBytes;
    while (const size_t size = reader->next_chunk_bytes()) {
      const Result<void> added = reader->add(file.subspan(at, size));
      if (!added) return added.error();
      at += size;
    }
    return reader->finish();
  }
};

/// Why something was refused; nothing if it was not.
template <typename T>
std::optional<Error> refusal(const Result<T>& result) {
  return result.ok() ? std::nullopt : std::optional(result.error());
}

bool same(const Files& a, const Files& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const auto& x, const auto& y) {
    return x.name == y.name && x.bytes == y.bytes;
  });
}

const Files kTwoFiles = {{"0000000000000001.snapshot", Bytes(100, 1)},
                         {"0000000000000002.commit", Bytes(30, 2)}};

TEST_CASE("backup: it gives back the key and the files that went in") {
  Backups b;
  const Result<Contents> contents = b.read(b.write(kTwoFiles));
  REQUIRE(contents.ok());
  CHECK(constant_time_equal(contents->journal_key.view(), b.journal_key.view()));
  CHECK(same(contents->files, kTwoFiles));
}

TEST_CASE("backup: contents may end anywhere in a chunk, or with one") {
  Backups b;
  // key 32, count 4, two lengths of 4 and a name of one letter
  constexpr size_t kAround = backup::kChunkBytes - 32 - 4 - 8 - 1;
  for (const size_t size :
       {size_t{0}, kAround - 1, kAround, kAround + 1, 3 * backup::kChunkBytes}) {
    CAPTURE(size);
    const Files files = {{"a", Bytes(size, 7)}};
    const Bytes file = b.write(files);
    const Result<Contents> contents = b.read(file);
    REQUIRE(contents.ok());
    CHECK(same(contents->files, files));
    CHECK(file.size() == backup::kHeaderBytes + 45 + size +
                             16 * ((45 + size + backup::kChunkBytes - 1) / backup::kChunkBytes));
  }
}

TEST_CASE("attack: a backup opened with a wrong passphrase") {
  Backups b;
  CHECK(refusal(b.read(b.write(kTwoFiles), "correct horsf")) == Error::kWrongPassphrase);
}

TEST_CASE("backup: truncated at any length, or longer, it is refused") {
  Backups b;
  Bytes file = b.write(kTwoFiles);
  for (size_t size = 0; size < file.size(); ++size) {
    CAPTURE(size);
    CHECK(refusal(b.read(ByteView(file).first(size))) == Error::kBackupDamaged);
  }
  file.push_back(0);
  CHECK(refusal(b.read(file)) == Error::kBackupDamaged);
}

TEST_CASE("attack: a backup cut at the end of one of its chunks") {
  Backups b;
  const Bytes file = b.write({{"a", Bytes(3 * backup::kChunkBytes, 7)}});
  for (size_t chunks = 1; chunks <= 3; ++chunks) {
    const size_t size = backup::kHeaderBytes + chunks * backup::kSealedChunkBytes;
    CHECK(refusal(b.read(ByteView(file).first(size))) == Error::kBackupDamaged);
  }
}

TEST_CASE("backup: chunks that change places are refused") {
  Backups b;
  Bytes file = b.write({{"a", Bytes(3 * backup::kChunkBytes, 7)}});
  const auto first = file.begin() + backup::kHeaderBytes;
  std::swap_ranges(first, first + backup::kSealedChunkBytes, first + backup::kSealedChunkBytes);
  CHECK(refusal(b.read(file)) == Error::kBackupDamaged);
}

TEST_CASE("attack: a backup changed within one of its files, or with parts in other places") {
  Backups b;
  const Bytes file = b.write({{"a", Bytes(5 * backup::kChunkBytes, 7)}});
  REQUIRE(b.read(file).ok());
  // All of these chunks hold nothing but the inside of a file, which no length would tell of.
  const size_t second = backup::kHeaderBytes + backup::kSealedChunkBytes;
  Bytes changed = file;
  changed[second + 1000] ^= 1;
  CHECK(refusal(b.read(changed)) == Error::kBackupDamaged);
  Bytes moved = file;
  const auto at = moved.begin() + static_cast<ptrdiff_t>(second);
  std::swap_ranges(at, at + backup::kSealedChunkBytes, at + backup::kSealedChunkBytes);
  CHECK(refusal(b.read(moved)) == Error::kBackupDamaged);
}

TEST_CASE("backup: changed at any byte it is refused") {
  Backups b;
  const Bytes file = b.write(kTwoFiles);
  for (size_t at = 0; at < file.size(); ++at) {
    CAPTURE(at);
    for (const uint8_t bit : Bytes{1, 128}) {
      Bytes changed = file;
      changed[at] ^= bit;
      const Error error = b.read(changed).error();
      // The two bytes of the version are read before the checksum.
      const bool in_version = at == 4 || at == 5;
      const bool newer = in_version && error == Error::kUnsupported;
      CHECK((newer || error == Error::kBackupDamaged));
    }
  }
}

TEST_CASE("backup: what a newer version wrote is told from damage") {
  Backups b;
  Bytes file = b.write(kTwoFiles);
  file[5] = backup::kFormatVersion + 1;
  CHECK(refusal(b.read(file)) == Error::kUnsupported);

  // A newer journal in a backup of this version, made as such.
  Bytes head = backup::encode_head(b.parameters);
  head[7] = journal::kFormatVersion + 1;
  const Bytes header = backup::encode_header(head, b.passphrase_key);
  CHECK(backup::decode_header(header).error() == Error::kUnsupported);
}

TEST_CASE("attack: a backup that makes Argon2 take all memory or for ever") {
  Backups b;
  const auto refused = [&](uint32_t passes, uint32_t memory_kib) {
    const Bytes head = backup::encode_head({passes, memory_kib, b.parameters.salt});
    // Before Argon2 runs.
    return refusal(backup::decode_header(backup::encode_header(head, b.passphrase_key)));
  };
  CHECK(refused(3, 4 * 1024 * 1024) == Error::kTooLarge);
  CHECK(refused(0xffffffff, 64 * 1024) == Error::kTooLarge);
  CHECK(refused(3, limits::kPassphraseMemoryKibMax + 1) == Error::kTooLarge);
  CHECK(refused(limits::kPassphrasePassesMax + 1, 64 * 1024) == Error::kTooLarge);
  CHECK(refused(0, 64 * 1024) == Error::kBackupDamaged);
}

TEST_CASE("backup: sealed contents that are no journal are refused") {
  Backups b;
  const StoredFile& one = kTwoFiles[0];
  CHECK(refusal(b.read(b.write({}))) == Error::kBackupDamaged);
  CHECK(refusal(b.read(b.write({one, one}))) == Error::kBackupDamaged);
  CHECK(refusal(b.read(b.write({one}, 2))) == Error::kBackupDamaged);
  CHECK(refusal(b.read(b.write({one}, 0))) == Error::kBackupDamaged);
  for (const std::string_view name : {"", "key", "restored", "a/b", "..", ".a", "A"}) {
    CAPTURE(name);
    CHECK(refusal(b.read(b.write({{std::string(name), Bytes(3, 1)}}))) == Error::kBackupDamaged);
  }
  CHECK(b.read(b.write({{std::string(255, 'a'), Bytes(3, 1)}})).ok());
  CHECK(refusal(b.read(b.write({{std::string(256, 'a'), Bytes(3, 1)}}))) == Error::kBackupDamaged);
}

TEST_CASE("backup: the number of files is bounded, for the writer and for the reader") {
  Backups b;
  Files files(limits::kBackupFilesMax);
  for (size_t i = 0; i < files.size(); ++i) files[i].name = std::to_string(i);
  const Result<Contents> contents = b.read(b.write(files));
  REQUIRE(contents.ok());
  CHECK(contents->files.size() == limits::kBackupFilesMax);

  Writer writer(b.parameters, b.passphrase_key, b.journal_key, limits::kBackupFilesMax + 1);
  for (const StoredFile& one : files) REQUIRE(writer.begin_file(one.name, 0).ok());
  CHECK(writer.begin_file("one more", 0).error() == Error::kTooLarge);
  ByteWriter contents_of_one_more;
  contents_of_one_more.raw(b.journal_key.view());
  contents_of_one_more.u32(limits::kBackupFilesMax + 1);
  for (size_t i = 0; i <= limits::kBackupFilesMax; ++i) {
    contents_of_one_more.sized(as_bytes(std::to_string(i)));
    contents_of_one_more.sized({});
  }
  CHECK(refusal(b.read(b.seal(contents_of_one_more.buffer()))) == Error::kBackupDamaged);
}

TEST_CASE("backup: contents are bounded, for the writer and for the reader") {
  Backups b;
  Writer writer(b.parameters, b.passphrase_key, b.journal_key, 1);
  // key 32, count 4, two lengths of 4 and a name of one letter
  CHECK(writer.begin_file("a", limits::kBackupBytesMax - 44).error() == Error::kTooLarge);
  CHECK(writer.begin_file("a", limits::kBackupBytesMax - 45).ok());

  const Result<Header> header = backup::decode_header(b.write(kTwoFiles));
  REQUIRE(header.ok());
  CHECK(Reader::open(*header, 2 * limits::kBackupBytesMax, b.passphrase_key).error() ==
        Error::kTooLarge);
}

}  // namespace
}  // namespace homing::test
