// Goal: what was committed is read back, whatever a crash or a bad disk left of the rest.
// Method: a disk that is a map of files; every truncation and every changed byte of a file.

#include "journal/journal.h"

#include <doctest/doctest.h>

#include <map>
#include <memory>

#include "homing/limits.h"
#include "journal/file_codec.h"
#include "support/seeded_random.h"

namespace homing::test {
namespace {

/// A journal on a disk of its own.
struct Disk {
  SeededRandom random{41};
  std::map<std::string, Bytes> files;
  std::unique_ptr<Journal> journal;

  Disk() { open(); }
  Journal::Replay open() {
    Result<Journal::Replay> replay = try_open();
    return std::move(*replay);
  }
  Result<Journal::Replay> try_open() {
    journal = std::make_unique<Journal>(random);
    std::vector<StoredFile> stored;
    for (const auto& [name, bytes] : files) stored.push_back({name, bytes});
    return journal->load(stored);
  }
  void write(const std::string& text) {
    record::ConversationInfo info;
    info.name = text;
    journal->append(info);
    journal->end_group();
  }
  void apply(const output::Commit& commit) {
    for (const StoredFile& file : commit.put) files[file.name] = file.bytes;
    for (const std::string& name : commit.remove) files.erase(name);
    REQUIRE(journal->committed(commit.number));
  }
  void commit() { apply(journal->begin_commit().value()); }
  void write_and_commit(const std::string& text) {
    write(text);
    commit();
  }
  Bytes& file(uint64_t position) {
    return files.at(journal::file_name(journal::FileKind::kCommit, position));
  }
};

std::vector<std::string> texts(const Journal::Replay& replay) {
  std::vector<std::string> found;
  for (const Record& record : replay.records) {
    found.push_back(std::get<record::ConversationInfo>(record).name);
  }
  return found;
}
using Texts = std::vector<std::string>;

TEST_CASE("journal: a new one makes its key, and reads back what was committed, in order") {
  Disk disk;
  disk.write_and_commit("one");
  disk.write("two");
  disk.write("three");
  disk.commit();
  CHECK(disk.files.size() == 3);  // key and two commits
  disk.write("staged only");
  const Journal::Replay replay = disk.open();
  CHECK(!replay.fresh);
  CHECK(!replay.incomplete);
  CHECK(texts(replay) == Texts{"one", "two", "three"});
  disk.write_and_commit("four");
  CHECK(texts(disk.open()) == Texts{"one", "two", "three", "four"});
}

TEST_CASE(
    "journal: one commit is under way at a time, and a failed one is offered again as it was") {
  Disk disk;
  disk.write("one");
  const output::Commit first = disk.journal->begin_commit().value();
  disk.write("two");
  CHECK(!disk.journal->begin_commit().has_value());
  CHECK(disk.journal->durable() == 0);
  REQUIRE(disk.journal->commit_failed(first.number));
  CHECK(!disk.journal->committed(first.number));
  const output::Commit again = disk.journal->begin_commit().value();
  CHECK(again.number == first.number);
  CHECK(again.put.at(0).bytes == first.put.at(0).bytes);
  disk.apply(again);
  CHECK(disk.journal->durable() == 1);
  CHECK(disk.journal->unsaved() == 1);
  disk.commit();
  CHECK(texts(disk.open()) == Texts{"one", "two"});
}

TEST_CASE("journal: a file torn at any byte, or changed at any byte, is set aside as a whole") {
  Disk good;
  good.write_and_commit("first");
  good.write_and_commit("second");
  const Bytes last = good.file(2);
  size_t damages = 0;
  const auto check = [&](Bytes damaged) {
    Disk disk;
    disk.files = good.files;
    disk.file(2) = std::move(damaged);
    const Result<Journal::Replay> replay = disk.try_open();
    // The version bytes may by chance say that a newer homing wrote the file.
    if (!replay && replay.error() == Error::kStorageNewer) return;
    REQUIRE(replay.ok());
    CHECK(texts(*replay) == Texts{"first"});
    CHECK(replay->incomplete);
    CHECK(replay->quarantined == 1);
    ++damages;
  };
  for (size_t size = 0; size < last.size(); ++size) {
    // A file that ends exactly between two records would be a valid, shorter commit; there is one
    // record here, so only the bare header is.
    if (size == journal::kHeaderBytes) continue;
    check(Bytes(last.begin(), last.begin() + static_cast<ptrdiff_t>(size)));
  }
  for (size_t i = 0; i < last.size(); ++i) {
    Bytes changed = last;
    changed[i] ^= 0x01;
    check(std::move(changed));
  }
  MESSAGE("damages set aside: " << damages);
  CHECK(damages >= 2 * last.size() - 8);
}

TEST_CASE("journal: a damaged file is kept under another name, and the chain is made whole again") {
  Disk disk;
  for (const char* text : {"one", "two", "three"}) disk.write_and_commit(text);
  const Bytes original = disk.file(2);
  disk.file(2)[60] ^= 1;
  const Bytes damaged = disk.file(2);
  CHECK(texts(disk.open()) == Texts{"one", "three"});
  CHECK(disk.journal->wants_snapshot());
  disk.journal->start_snapshot();
  disk.write("state");
  disk.commit();
  const std::string quarantined = "quarantine-" + journal::file_name(journal::FileKind::kCommit, 2);
  CHECK(disk.files.at(quarantined) == damaged);
  const Journal::Replay replay = disk.open();
  CHECK(texts(replay) == Texts{"state"});
  CHECK(!replay.incomplete);
  CHECK(replay.quarantined == 0);
  CHECK(!disk.journal->wants_snapshot());
}

TEST_CASE("journal: a missing file in the middle is noticed") {
  Disk disk;
  for (const char* text : {"one", "two", "three"}) disk.write_and_commit(text);
  disk.files.erase(journal::file_name(journal::FileKind::kCommit, 2));
  const Journal::Replay replay = disk.open();
  CHECK(replay.incomplete);
  CHECK(texts(replay) == Texts{"one", "three"});
}

TEST_CASE("journal: files of another journal are not taken for ours") {
  Disk ours;
  ours.write_and_commit("ours");
  Disk other;
  other.random = SeededRandom(42);
  other.files.clear();
  other.open();
  other.write_and_commit("theirs");
  other.write_and_commit("theirs too");
  ours.files[journal::file_name(journal::FileKind::kCommit, 2)] = other.file(2);
  const Journal::Replay replay = ours.open();
  CHECK(texts(replay) == Texts{"ours"});
  CHECK(replay.quarantined == 1);
}

TEST_CASE(
    "journal: a snapshot replaces all files in one commit, once they are many and outweigh it") {
  Disk disk;
  for (size_t i = 0; i < limits::kJournalFilesMax; ++i) {
    CHECK(!disk.journal->wants_snapshot());
    disk.write_and_commit("x");
  }
  CHECK(disk.journal->wants_snapshot());
  disk.write("dropped, because it is in the state");
  disk.journal->start_snapshot();
  disk.write("state");
  disk.commit();
  CHECK(disk.files.size() == 2);  // key and snapshot
  CHECK(disk.journal->unsaved() == 0);
  CHECK(texts(disk.open()) == Texts{"state"});
  disk.write_and_commit("after");
  CHECK(texts(disk.open()) == Texts{"state", "after"});
}

TEST_CASE("journal: generations only grow, over restarts and after a raise") {
  Disk disk;
  disk.write_and_commit("one");
  CHECK(disk.journal->generation() == 1);
  disk.journal->raise_generation(100);
  CHECK(disk.journal->generation() == 100);
  disk.write_and_commit("two");
  CHECK(disk.journal->generation() == 101);
  disk.open();
  CHECK(disk.journal->generation() == 101);
  disk.journal->raise_generation(7);
  CHECK(disk.journal->generation() == 101);
}

TEST_CASE("journal: a group is never divided, and many groups are divided at the limit") {
  Disk disk;
  const std::string big(limits::kRecordBytesMax / 2, 'x');
  for (int i = 0; i < 12; ++i) disk.write(big);
  size_t commits = 0;
  while (const auto commit = disk.journal->begin_commit()) {
    CHECK(commit->put.at(0).bytes.size() <= limits::kCommitBytesMax + journal::kHeaderBytes);
    disk.apply(*commit);
    ++commits;
  }
  CHECK(commits == 2);
  for (size_t i = 0; i <= limits::kCommitRecordsMax; ++i) disk.journal->append(record::ReadMark{});
  disk.journal->end_group();
  disk.commit();  // one group, although it is larger than a commit should be
  CHECK(disk.journal->unsaved() == 0);
}

TEST_CASE("journal: newer files, a missing key and a wrapped key are refused") {
  Disk disk;
  disk.write_and_commit("one");
  const auto good = disk.files;
  disk.file(1)[5] = 2;
  CHECK(disk.try_open().error() == Error::kStorageNewer);
  disk.files = good;
  disk.files.erase("key");
  CHECK(disk.try_open().error() == Error::kStorageCorrupt);
  disk.files = good;
  disk.files["key"][6] = 1;
  CHECK(disk.try_open().error() == Error::kLocked);
  disk.files["key"][5] = 2;
  CHECK(disk.try_open().error() == Error::kStorageNewer);
}

TEST_CASE("journal: a file under a name that is not its own is set aside") {
  // A copy under a higher number must not make anything of it come back, or push later ones out.
  Disk disk;
  disk.write_and_commit("one");
  disk.write_and_commit("two");
  disk.files[journal::file_name(journal::FileKind::kCommit, 7)] = disk.file(1);
  const Journal::Replay replay = disk.open();
  CHECK(texts(replay) == Texts{"one", "two"});
  CHECK(replay.quarantined == 1);
  CHECK(replay.incomplete);
  disk.journal->start_snapshot();
  disk.write("one and two");
  disk.commit();
  const Journal::Replay again = disk.open();
  CHECK(texts(again) == Texts{"one and two"});
  CHECK(!again.incomplete);
  CHECK(disk.files.contains("quarantine-0000000000000007.commit"));
}

/// The same byte over and over, so that an example in a document can be checked.
class ConstantRandom final : public RandomSource {
 public:
  void fill(std::span<uint8_t> out) override { std::fill(out.begin(), out.end(), uint8_t{0x22}); }
};

TEST_CASE("journal: the example of docs/journal_format.md is what the writer writes") {
  ByteArray<32> key_bytes;
  key_bytes.fill(0x11);
  const SecretKey key(key_bytes);
  ConstantRandom random;
  record::ReadMark mark;
  mark.peer.hash.fill(0x33);
  const Record record(mark);
  journal::FileWriter writer({journal::FileKind::kCommit, 1, 1, {}}, key, random);
  const SecretBytes body = encode_record(record);
  writer.add(record_type(record), body.view(), true);
  CHECK(to_hex(writer.take()) ==
        "484f4d4a000101000000000000000001000000000000000100000000000000000000000000000000"
        "000000000000000000000000000000000b0000004822222222222222222222222222222222222222"
        "2222222222b054d43f6f8ad7a7d67e27f88e4a92d101a4f0e726adc9d7537845d442d36a162c0698"
        "ba57a7d5d15dcdc41a4a7f88e00ac9672e");
}

TEST_CASE("record: every type reads back, and every truncation is refused") {
  SeededRandom random(43);
  const Address peer{random.array<32>()};
  const MessageId id = MessageId::create(1, random);
  Message message;
  message.id = id;
  message.peer = peer;
  message.outgoing = true;
  message.status = MessageStatus::kHeld;
  message.held_reason = Error::kMailboxFull;
  message.text = "text";
  std::vector<Record> all;
  all.emplace_back(record::Profile{SecretBytes(as_bytes("identity")), "name", false, true, {5}, 7});
  all.emplace_back(record::Prekeys{SecretBytes(as_bytes("prekeys"))});
  all.emplace_back(record::Sessions{peer, SecretBytes(as_bytes("sessions"))});
  all.emplace_back(record::ConversationInfo{peer, IdentityKeys{}, "bob", 7});
  all.emplace_back(record::MessageStored{message, true});
  all.emplace_back(record::StatusStored{peer, MessageStatus::kSent, {id, id}});
  all.emplace_back(
      record::Entry{peer, 9, record::EntryKind::kReceipt, id, MessageStatus::kRead, {id}});
  all.emplace_back(record::Sealed{peer, 9, id, Bytes{1, 2, 3}});
  all.emplace_back(record::Settled{peer, {1, 2}});
  all.emplace_back(record::Held{peer, 9, Error::kTooLarge, true});
  all.emplace_back(record::ReadMark{peer});
  all.emplace_back(record::Mailbox{random.array<16>(), 5});
  all.emplace_back(record::Contact{peer, true, false, true, false, random.array<16>()});
  all.emplace_back(record::Cleared{peer, true});
  all.emplace_back(record::Missing{peer, {id}});
  for (const Record& record : all) {
    const SecretBytes body = encode_record(record);
    const auto type = static_cast<uint8_t>(record_type(record));
    const Result<Record> back = decode_record(type, body.view());
    REQUIRE(back.ok());
    CHECK(back->index() == record.index());
    const SecretBytes again = encode_record(*back);
    CHECK(to_hex(again.view()) == to_hex(body.view()));
    for (size_t size = 0; size < body.size(); ++size) {
      CHECK(!decode_record(type, body.view().first(size)).ok());
    }
  }
  CHECK(all.size() == std::variant_size_v<Record>);
}

TEST_CASE("record: a kind, status or flag that nobody writes is refused") {
  SeededRandom random(44);
  const Address peer{random.array<32>()};
  const MessageId id = MessageId::create(1, random);
  Message message;
  message.id = id;
  message.peer = peer;
  const record::Entry text{peer, 9, record::EntryKind::kText, id, {}, {}};
  record::Entry receipt = text;
  receipt.kind = record::EntryKind::kReceipt;
  receipt.receipt = MessageStatus::kRead;
  constexpr size_t kMessage = 32 + 16;  // in front of a message's fields
  constexpr size_t kEntry = 32 + 8;
  const auto check = [](const Record& record, size_t place) {
    const auto type = static_cast<uint8_t>(record_type(record));
    const SecretBytes body = encode_record(record);
    Bytes changed(body.view().begin(), body.view().end());
    REQUIRE(decode_record(type, changed).ok());
    changed[place] = 9;
    CHECK(decode_record(type, changed).error() == Error::kMalformed);
  };
  check(record::ConversationInfo{peer, std::nullopt, "", 1}, 32);
  check(record::MessageStored{message, false}, kMessage);
  check(record::MessageStored{message, false}, kMessage + 17);
  check(record::MessageStored{message, false}, kMessage + 19);
  check(record::StatusStored{peer, MessageStatus::kSent, {}}, 32);
  check(text, kEntry);
  check(text, kEntry + 17);
  check(receipt, kEntry + 17);
  check(record::Held{peer, 9, std::nullopt, false}, 32 + 8 + 1);
  check(record::Contact{peer, true, false, false, false, {}}, 32);
  check(record::Contact{peer, true, false, false, false, {}}, 34);
  check(record::Contact{peer, true, false, false, false, {}}, 35);
  check(record::Cleared{peer, false}, 32);
  // A receipt that says nothing, and a text that says something.
  receipt.receipt = MessageStatus::kPending;
  record::Entry speaking = text;
  speaking.receipt = MessageStatus::kRead;
  for (const record::Entry& entry : {receipt, speaking}) {
    CHECK(decode_record(7, encode_record(entry).view()).error() == Error::kMalformed);
  }
}

TEST_CASE("record: types that nobody writes are refused") {
  CHECK(decode_record(0, {}).error() == Error::kUnknownType);
  CHECK(decode_record(16, {}).error() == Error::kUnknownType);
}

}  // namespace
}  // namespace homing::test
