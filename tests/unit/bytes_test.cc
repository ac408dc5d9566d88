// Goal: the byte helpers that every format is built from give back what was written, stay inside of
// their input, and leave no secret behind.
// Method: known byte strings for the encoding, every cut position for the reader, and a look at the
// memory itself for wiping.

#include "homing/bytes.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <new>
#include <type_traits>

namespace homing {
namespace {

Bytes sample() {
  ByteWriter writer;
  writer.u8(0xab);
  writer.u16(0x0102);
  writer.u32(0x03040506);
  writer.u64(0x0708090a0b0c0d0eULL);
  writer.sized(as_bytes("alice"));
  writer.raw(as_bytes("bob"));
  return writer.take();
}

bool all_zero(ByteView bytes) {
  return std::all_of(bytes.begin(), bytes.end(), [](uint8_t byte) { return byte == 0; });
}

}  // namespace

TEST_CASE("bytes: integers are written big-endian and sized fields carry a u32 length") {
  CHECK(to_hex(sample()) ==
        "ab"
        "0102"
        "03040506"
        "0708090a0b0c0d0e"
        "00000005616c696365"
        "626f62");
}

TEST_CASE("bytes: a reader gives back what a writer wrote, to the last byte") {
  const Bytes bytes = sample();
  ByteReader reader(bytes);
  CHECK(reader.u8() == 0xab);
  CHECK(reader.u16() == 0x0102);
  CHECK(reader.u32() == 0x03040506);
  CHECK(reader.u64() == 0x0708090a0b0c0d0eULL);
  CHECK(as_text(reader.sized()) == "alice");
  CHECK(reader.left() == 3);
  CHECK_FALSE(reader.finished());
  CHECK(reader.array<3>() == ByteArray<3>{'b', 'o', 'b'});
  CHECK(reader.finished());
}

TEST_CASE("bytes: the extremes of every width survive a round trip") {
  ByteWriter writer;
  writer.u8(0xff);
  writer.u16(0xffff);
  writer.u32(0xffffffff);
  writer.u64(0xffffffffffffffffULL);
  writer.u64(0);
  writer.sized({});
  ByteReader reader(writer.buffer());
  CHECK(reader.u8() == 0xff);
  CHECK(reader.u16() == 0xffff);
  CHECK(reader.u32() == 0xffffffff);
  CHECK(reader.u64() == 0xffffffffffffffffULL);
  CHECK(reader.u64() == 0);
  CHECK(reader.sized().empty());
  CHECK(reader.finished());
}

TEST_CASE("bytes: an input cut anywhere is noticed and never read past its end") {
  const Bytes whole = sample();
  for (size_t size = 0; size < whole.size(); ++size) {
    CAPTURE(size);
    // A copy of exactly this size, so that AddressSanitizer sees one byte too many.
    const Bytes cut(whole.begin(), whole.begin() + static_cast<ptrdiff_t>(size));
    ByteReader reader(cut);
    reader.u8();
    reader.u16();
    reader.u32();
    reader.u64();
    reader.sized();
    reader.array<3>();
    CHECK_FALSE(reader.ok());
    CHECK_FALSE(reader.finished());
  }
}

TEST_CASE("bytes: after one read past the end every further read gives nothing") {
  const Bytes bytes = {1, 2, 3};
  ByteReader reader(bytes);
  CHECK(reader.u32() == 0);
  CHECK_FALSE(reader.ok());
  CHECK(reader.left() == 0);
  CHECK(reader.u8() == 0);
  CHECK(reader.raw(1).empty());
  CHECK(reader.sized().empty());
  CHECK(reader.array<2>() == ByteArray<2>{});
  CHECK_FALSE(reader.ok());
}

TEST_CASE("bytes: a length field larger than the input does not reach beyond it") {
  ByteWriter writer;
  writer.u32(0xffffffff);
  writer.raw(as_bytes("short"));
  ByteReader reader(writer.buffer());
  CHECK(reader.sized().empty());
  CHECK_FALSE(reader.ok());
}

TEST_CASE("bytes: copy_exact takes its own length only, and otherwise changes nothing") {
  ByteArray<3> to = {7, 8, 9};
  CHECK_FALSE(copy_exact(to, Bytes{1, 2}));
  CHECK_FALSE(copy_exact(to, Bytes{1, 2, 3, 4}));
  CHECK_FALSE(copy_exact(to, ByteView{}));
  CHECK(to == ByteArray<3>{7, 8, 9});
  CHECK(copy_exact(to, Bytes{1, 2, 3}));
  CHECK(to == ByteArray<3>{1, 2, 3});
}

TEST_CASE("bytes: hex is lower-case and keeps leading zeroes") {
  CHECK(to_hex({}) == "");
  CHECK(to_hex(Bytes{0x00, 0x0f, 0xf0, 0xff, 0xa5}) == "000ff0ffa5");
}

TEST_CASE("bytes: text and bytes are views of the same memory") {
  const std::string_view text = "alice";
  CHECK(as_text(as_bytes(text)) == text);
  CHECK(static_cast<const void*>(as_bytes(text).data()) == static_cast<const void*>(text.data()));
  Bytes joined;
  append(joined, as_bytes("ali"));
  append(joined, as_bytes("ce"));
  CHECK(as_text(joined) == text);
}

TEST_CASE("bytes: wipe overwrites its range and nothing next to it") {
  Bytes bytes(16, 0xee);
  wipe(bytes.data() + 4, 8);
  CHECK(to_hex(bytes) == "eeeeeeee0000000000000000eeeeeeee");
}

TEST_CASE("bytes: a secret array is gone from memory once it is destroyed") {
  alignas(SecretKey) ByteArray<sizeof(SecretKey)> memory{};
  ByteArray<32> key;
  key.fill(0x5a);
  auto* secret = new (memory.data()) SecretKey(key);
  REQUIRE(memory[0] == 0x5a);
  secret->~SecretArray();
  CHECK(all_zero(memory));
}

TEST_CASE("bytes: moving a secret leaves zeroes behind, cloning leaves it as it was") {
  ByteArray<32> key;
  key.fill(0x5a);
  SecretKey first(key);
  const SecretKey copy = first.clone();
  CHECK(to_hex(copy.view()) == to_hex(key));
  CHECK(to_hex(first.view()) == to_hex(key));

  SecretKey second(std::move(first));
  CHECK(to_hex(second.view()) == to_hex(key));
  CHECK(all_zero(first.view()));  // NOLINT: what is left behind is the subject

  SecretKey third;
  third = std::move(second);
  CHECK(to_hex(third.view()) == to_hex(key));
  CHECK(all_zero(second.view()));  // NOLINT: see above

  third.clear();
  CHECK(all_zero(third.view()));
}

TEST_CASE("bytes: secrets cannot be copied by accident") {
  CHECK_FALSE(std::is_copy_constructible_v<SecretKey>);
  CHECK_FALSE(std::is_copy_assignable_v<SecretKey>);
  CHECK_FALSE(std::is_copy_constructible_v<SecretBytes>);
  CHECK_FALSE(std::is_copy_assignable_v<SecretBytes>);
}

TEST_CASE("bytes: secret bytes keep their content through growth and shrink to a wiped tail") {
  SecretBytes secret;
  Bytes expected;
  for (int i = 0; i < 300; ++i) {
    const uint8_t byte = static_cast<uint8_t>(i);
    secret.append({&byte, 1});
    expected.push_back(byte);
  }
  CHECK(to_hex(secret.view()) == to_hex(expected));

  uint8_t* memory = secret.data();
  secret.resize(10);
  REQUIRE(secret.data() == memory);
  CHECK(secret.size() == 10);
  secret.resize(300);
  REQUIRE(secret.data() == memory);
  CHECK(all_zero(secret.view().subspan(10)));
  CHECK(to_hex(secret.view().first(10)) == "00010203040506070809");

  secret.clear();
  CHECK(secret.size() == 0);
}

TEST_CASE("bytes: moving secret bytes empties the source") {
  SecretBytes first(as_bytes("a session"));
  SecretBytes second(std::move(first));
  CHECK(first.size() == 0);  // NOLINT: what is left behind is the subject
  CHECK(as_text(second.view()) == "a session");
  SecretBytes third(as_bytes("another"));
  third = std::move(second);
  CHECK(second.size() == 0);  // NOLINT: see above
  CHECK(as_text(third.view()) == "a session");
}

TEST_CASE("bytes: a secret writer writes the same bytes as a plain one") {
  SecretWriter secret;
  secret.u8(1);
  secret.u16(2);
  secret.u32(3);
  secret.u64(4);
  secret.sized(as_bytes("alice"));
  secret.raw(as_bytes("bob"));
  ByteWriter plain;
  plain.u8(1);
  plain.u16(2);
  plain.u32(3);
  plain.u64(4);
  plain.sized(as_bytes("alice"));
  plain.raw(as_bytes("bob"));
  CHECK(to_hex(secret.take().view()) == to_hex(plain.buffer()));
}

}  // namespace homing
