// Goal: whatever lies in its folder, a journal loads or gives an error; what it has loaded it can
// store, and then a second journal finds all of it.
// Method: bytes decide on up to six files: raw ones, and ones that are sealed with the right key
// around headers and bodies of any content, whole or damaged. After a load the journal stores a
// snapshot of what it read, which is carried out on the folder and loaded again.

#include <map>
#include <string>

#include "fuzz/choices.h"
#include "fuzz/targets.h"
#include "journal/file_codec.h"
#include "journal/journal.h"
#include "journal/key_file.h"
#include "session/primitives.h"

namespace homing::fuzz {
namespace {

using Folder = std::map<std::string, Bytes>;
using journal::FileKind;

constexpr size_t kFilesMax = 6;
constexpr size_t kRecordsMax = 8;

Bytes copy(ByteView bytes) { return Bytes(bytes.begin(), bytes.end()); }

SecretKey journal_key() {
  ByteArray<32> key;
  key.fill(0x11);
  return SecretKey(key);
}

/// A file as the journal writes it, as far as seals and checksums go.
Bytes sealed_file(Choices& choices, const journal::FileHeader& header, RandomSource& random) {
  const SecretKey key = journal_key();
  journal::FileWriter writer(header, key, random);
  const size_t records = 1 + choices.below(kRecordsMax);
  for (size_t i = 0; i < records; ++i) {
    const auto type = static_cast<record::Type>(choices.u8());
    writer.add(type, choices.sized(), i + 1 == records);
  }
  return writer.take();
}

void damage(Bytes& file, Choices& choices) {
  switch (choices.below(4)) {
    case 0:
      if (!file.empty()) file[choices.u16() % file.size()] ^= 1;
      break;
    case 1:
      file.resize(choices.u16() % (file.size() + 1));
      break;
    default:
      append(file, choices.sized());
  }
}

Folder folder_of(Choices& choices, RandomSource& random) {
  Folder folder;
  ByteArray<32> previous{};
  const size_t files = choices.below(kFilesMax + 1);
  for (size_t i = 0; i < files; ++i) {
    const uint8_t form = choices.u8();
    if ((form & 3) == 0) {
      const std::string name(as_text(choices.raw(choices.below(40))));
      folder[name] = copy(choices.sized());
      continue;
    }
    journal::FileHeader header;
    header.kind = (form & 4) != 0 ? FileKind::kSnapshot : FileKind::kCommit;
    // Small ones make chains, large ones overflows.
    header.position = (form & 8) != 0 ? choices.u64() : i + 1;
    header.generation = (form & 16) != 0 ? choices.u64() : choices.u8();
    header.previous_hash = (form & 32) != 0 ? choices.array<32>() : previous;
    Bytes file = sealed_file(choices, header, random);
    previous = blake2b_256({file});
    if ((form & 64) != 0) damage(file, choices);
    folder[journal::file_name(header.kind, header.position)] = std::move(file);
  }
  const uint8_t key_form = choices.u8();
  if (key_form == 1) {
    folder["key"] = copy(choices.sized());
  } else if (key_form != 2) {
    folder["key"] = journal::encode_key(journal_key());
  }
  return folder;
}

std::vector<StoredFile> files_of(const Folder& folder) {
  std::vector<StoredFile> files;
  for (const auto& [name, bytes] : folder) files.push_back({name, bytes});
  return files;
}

void carry_out(const output::Commit& commit, Folder& folder) {
  for (const StoredFile& file : commit.put) folder[file.name] = file.bytes;
  for (const std::string& name : commit.remove) folder.erase(name);
}

void expect_same(const std::vector<Record>& a, const std::vector<Record>& b) {
  HOMING_ASSERT(a.size() == b.size());
  for (size_t i = 0; i < a.size(); ++i) {
    HOMING_ASSERT(a[i].index() == b[i].index());
    HOMING_ASSERT(equal(encode_record(a[i]).view(), encode_record(b[i]).view()));
  }
}

void store_and_reload(Journal& journal, const std::vector<Record>& records, Folder folder,
                      RandomSource& random) {
  journal.start_snapshot();
  for (const Record& record : records) journal.append(record);
  journal.end_group();
  const std::optional<output::Commit> commit = journal.begin_commit();
  HOMING_ASSERT(commit.has_value() == !records.empty());
  if (!commit) return;
  carry_out(*commit, folder);
  HOMING_ASSERT(journal.committed(commit->number) && journal.unsaved() == 0);

  Journal reloaded(random);
  const Result<Journal::Replay> replay = reloaded.load(files_of(folder));
  HOMING_ASSERT(replay.ok() && !replay->fresh && !replay->incomplete && replay->quarantined == 0);
  expect_same(replay->records, records);
  HOMING_ASSERT(reloaded.generation() == journal.generation());
}

}  // namespace

void fuzz_journal(ByteView bytes) {
  Choices choices(bytes);
  FixedRandom random(4);
  const Folder folder = folder_of(choices, random);
  Journal journal(random);
  const Result<Journal::Replay> replay = journal.load(files_of(folder));
  if (!replay) {
    HOMING_ASSERT(replay.error() == Error::kStorageNewer ||
                  replay.error() == Error::kStorageCorrupt || replay.error() == Error::kLocked);
    return;
  }
  HOMING_ASSERT(!replay->fresh || replay->records.empty());
  HOMING_ASSERT(replay->quarantined == 0 || !replay->fresh);
  store_and_reload(journal, replay->records, folder, random);
}

}  // namespace homing::fuzz
