// What homing_vault.d.ts promises: passphrases and backups, in a module of their own, because most
// pages never need it, and the 64 MiB that Argon2 takes go with its instance.

#include <emscripten/bind.h>

#include <optional>
#include <string>
#include <utility>

#include "backup/backup_reader.h"
#include "backup/backup_writer.h"
#include "browser/browser_random.h"
#include "browser/byte_views.h"
#include "journal/journal_format.h"
#include "journal/key_file.h"
#include "journal/passphrase.h"

namespace {

using emscripten::val;
using homing::Bytes;
using homing::Error;
using homing::Result;
using homing::SecretBytes;
using homing::SecretKey;
using homing::StoredFile;
using homing::to_array;
using homing::to_bytes;
using homing::to_secret;
using homing::journal::PassphraseParameters;
namespace backup = homing::backup;
namespace journal = homing::journal;

val to_view(Error error) {
  val view = val::object();
  view.set("error", std::string(homing::error_name(error)));
  return view;
}

val done(const Result<void>& result) { return result ? val::object() : to_view(result.error()); }

val key_file_view(homing::ByteView key_file) {
  val view = val::object();
  view.set("keyFile", to_array(key_file));
  return view;
}

Result<SecretKey> stretched(const val& passphrase, const PassphraseParameters& parameters) {
  return journal::stretch_passphrase(homing::as_text(to_secret(passphrase).view()), parameters);
}

val put_on_passphrase(const val& key_file, const val& passphrase) {
  homing::BrowserRandom random;
  const PassphraseParameters parameters = journal::new_passphrase_parameters(random);
  const Result<SecretKey> key = stretched(passphrase, parameters);
  if (!key) return to_view(key.error());
  const SecretBytes bare = to_secret(key_file);
  return key_file_view(journal::put_on_passphrase(bare.view(), parameters, *key, random));
}

val take_off_passphrase(const val& key_file, const val& passphrase) {
  const Bytes file = to_bytes(key_file);
  const Result<PassphraseParameters> parameters = journal::read_passphrase_parameters(file);
  if (!parameters) return to_view(parameters.error());
  const Result<SecretKey> key = stretched(passphrase, *parameters);
  if (!key) return to_view(key.error());
  const Result<SecretBytes> inner = journal::take_off_passphrase(file, *key);
  return inner ? key_file_view(inner->view()) : to_view(inner.error());
}

class BackupWriterBinding {
 public:
  val open(const val& passphrase, const val& key_file, uint32_t files) {
    homing::BrowserRandom random;
    const PassphraseParameters parameters = journal::new_passphrase_parameters(random);
    const Result<SecretKey> key = stretched(passphrase, parameters);
    if (!key) return to_view(key.error());
    const Result<SecretKey> journal_key = journal::decode_key(to_secret(key_file).view());
    if (!journal_key) return to_view(journal_key.error());
    writer_.emplace(parameters, *key, *journal_key, files);
    return val::object();
  }
  val begin_file(const std::string& name, double size) {
    return done(writer_->begin_file(name, static_cast<uint64_t>(size)));
  }
  void add(const val& bytes) { writer_->add(to_bytes(bytes)); }
  void finish() { writer_->finish(); }
  val take() { return to_array(writer_->take()); }

 private:
  std::optional<backup::Writer> writer_;
};

class BackupReaderBinding {
 public:
  double header_bytes() const { return static_cast<double>(backup::kHeaderBytes); }

  val open(const val& header_bytes, double file_bytes, const val& passphrase) {
    const Result<backup::Header> header = backup::decode_header(to_bytes(header_bytes));
    if (!header) return to_view(header.error());
    const Result<SecretKey> key = stretched(passphrase, header->parameters);
    if (!key) return to_view(key.error());
    Result<backup::Reader> reader =
        backup::Reader::open(*header, static_cast<uint64_t>(file_bytes), *key);
    if (!reader) return to_view(reader.error());
    reader_.emplace(std::move(*reader));
    return val::object();
  }
  double next_chunk_bytes() const { return static_cast<double>(reader_->next_chunk_bytes()); }
  val add(const val& sealed) { return done(reader_->add(to_bytes(sealed))); }

  /// What an import stores: with a key file, and the mark that the profile was moved.
  val finish() {
    Result<backup::Contents> contents = reader_->finish();
    if (!contents) return to_view(contents.error());
    std::vector<StoredFile>& files = contents->files;
    files.push_back({std::string(journal::kRestoredFileName), {}});
    files.push_back(
        {std::string(journal::kKeyFileName), journal::encode_key(contents->journal_key)});
    val view = val::object();
    view.set("files", homing::to_view(files));
    return view;
  }

 private:
  std::optional<backup::Reader> reader_;
};

}  // namespace

EMSCRIPTEN_BINDINGS(homing_vault) {
  using emscripten::class_;

  emscripten::function("putOnPassphrase", &put_on_passphrase);
  emscripten::function("takeOffPassphrase", &take_off_passphrase);

  class_<BackupWriterBinding>("BackupWriter")
      .constructor<>()
      .function("open", &BackupWriterBinding::open)
      .function("beginFile", &BackupWriterBinding::begin_file)
      .function("add", &BackupWriterBinding::add)
      .function("finish", &BackupWriterBinding::finish)
      .function("take", &BackupWriterBinding::take);

  class_<BackupReaderBinding>("BackupReader")
      .constructor<>()
      .function("headerBytes", &BackupReaderBinding::header_bytes)
      .function("open", &BackupReaderBinding::open)
      .function("nextChunkBytes", &BackupReaderBinding::next_chunk_bytes)
      .function("add", &BackupReaderBinding::add)
      .function("finish", &BackupReaderBinding::finish);
}
