// Seeds of what lies in a store or moves it: key files and backups.

#include "backup/backup_writer.h"
#include "fuzz/choices.h"
#include "fuzz/seeds.h"
#include "homing/limits.h"
#include "journal/key_file.h"
#include "journal/passphrase.h"

namespace homing::fuzz {
namespace {

constexpr uint8_t kSaltByte = 0x44;

journal::PassphraseParameters parameters() {
  journal::PassphraseParameters out{1, limits::kPassphraseMemoryKibMin, {}};
  out.salt.fill(kSaltByte);
  return out;
}

void key_files(Write write) {
  // The keys that fuzz_key_file() takes.
  FixedRandom random(5);
  const SecretKey passphrase_key = random.secret();
  const Bytes bare = journal::encode_key(random.secret());
  write("key_file", "bare", bare);
  const Bytes locked = journal::put_on_passphrase(bare, parameters(), passphrase_key, random);
  write("key_file", "passphrase", locked);
  Bytes device = journal::encode_key_head(journal::Wrapping::kDevice);
  device.resize(device.size() + 12 + bare.size() + 16);
  write("key_file", "device", device);
  Bytes expensive = locked;
  expensive[journal::kKeyHeadBytes] = 0xff;
  write("key_file", "expensive", expensive);
}

void backups(Write write) {
  // The key that fuzz_backup() takes.
  ByteArray<32> key;
  key.fill(0x33);
  const SecretKey passphrase_key(key);
  FixedRandom random(6);
  const SecretKey journal_key = random.secret();
  backup::Writer writer(parameters(), passphrase_key, journal_key, 2);
  for (const char* name : {"0000000000000001.snapshot", "0000000000000002.commit"}) {
    const Bytes bytes(40, 7);
    HOMING_ASSERT(writer.begin_file(name, bytes.size()).ok());
    writer.add(bytes);
  }
  writer.finish();
  write("backup", "two-files", writer.take());

  // Behind a header, which comes with a checksum.
  const auto headed = [write](std::string_view name, ByteView head, const SecretKey& header_key) {
    Bytes file = backup::encode_header(head, header_key);
    file.resize(file.size() + 40);
    write("backup", name, file);
  };
  headed("other-passphrase", backup::encode_head(parameters()), journal_key);
  journal::PassphraseParameters expensive = parameters();
  expensive.passes = limits::kPassphrasePassesMax + 1;
  headed("expensive", backup::encode_head(expensive), passphrase_key);
  journal::PassphraseParameters none = parameters();
  none.passes = 0;
  headed("no-passes", backup::encode_head(none), passphrase_key);
  Bytes newer = backup::encode_head(parameters());
  newer[backup::kMagic.size() + 2] = 0xff;
  headed("newer-journal", newer, passphrase_key);
  Bytes damaged = backup::encode_header(backup::encode_head(parameters()), passphrase_key);
  damaged[backup::kHeadBytes] ^= 1;
  write("backup", "damaged-header", damaged);

  // Contents as fuzz_backup() seals them.
  ByteWriter contents;
  contents.raw(journal_key.view());
  contents.u32(1);
  contents.sized(as_bytes("0000000000000001.commit"));
  contents.sized(as_bytes("a file"));
  write("backup", "contents", contents.buffer());
}

}  // namespace

void write_store_seeds(Write write) {
  key_files(write);
  backups(write);
}

}  // namespace homing::fuzz
