// Goal: the padded size tells a size class only, and nothing but pad()'s own padding is taken off.
// Method: every content length up to some KiB, the sizes of docs/crypto.md, and every single-byte
// change of the padding.

#include <set>

#include "session/padding.h"
#include "unit/session_fixture.h"
#include "unit/session_vectors.h"

namespace homing::test {

TEST_CASE("padding: sizes are steps of 160 bytes up to 1 KiB and Padme's above") {
  CHECK(padded_size(0) == 160);
  CHECK(padded_size(159) == 160);
  CHECK(padded_size(160) == 320);
  CHECK(padded_size(959) == 960);
  CHECK(padded_size(960) == 1024);
  CHECK(padded_size(1023) == 1024);
  CHECK(padded_size(1024) == 1088);
  CHECK(padded_size(1087) == 1088);
  CHECK(padded_size(1088) == 1152);
  CHECK(padded_size(32 * 1024 - 1) == 32 * 1024);
  CHECK(padded_size(32 * 1024) == 34 * 1024);

  std::set<size_t> sizes;
  for (size_t size = 0; size < 40'000; ++size) {
    const size_t padded = padded_size(size);
    REQUIRE(padded > size);
    // A padded size is the smallest class that has room for the content and its marker.
    REQUIRE((sizes.empty() || padded >= *sizes.rbegin()));
    REQUIRE(padded_size(padded - 1) == padded);
    if (size > 1024) REQUIRE(padded - size - 1 <= size * 12 / 100);
    sizes.insert(padded);
  }
  CHECK(sizes.size() == 91);
}

TEST_CASE("padding: content of any length comes back") {
  SeededRandom random(10);
  for (size_t size = 0; size < 2500; ++size) {
    Bytes content(size);
    random.fill(content);
    // Content that looks like padding must not be taken for it.
    for (size_t i = size - std::min<size_t>(size, size % 5); i < size; ++i) content[i] = 0;
    if (size > 5 && size % 7 == 0) content[size - 5] = 0x80;
    SecretBytes padded = pad(content);
    REQUIRE(padded.size() == padded_size(size));
    REQUIRE(unpad(padded).ok());
    REQUIRE(same(padded.view(), content));
  }
}

TEST_CASE("padding: wrong padding is undecryptable") {
  const Bytes content(100, 7);
  const SecretBytes good = pad(content);
  for (size_t i = content.size(); i < good.size(); ++i) {
    SecretBytes bad(good.view());
    bad.data()[i] = 1;
    CHECK(unpad(bad).error() == Error::kUndecryptable);
  }
  // More padding than the class needs, no marker, no class.
  Bytes longer(320, 0);
  longer[100] = 0x80;
  Bytes stepped(1024, 0);
  stepped[900] = 0x80;
  Bytes padme(2048, 0);
  padme[1950] = 0x80;
  for (const Bytes& bytes : {longer, stepped, padme, Bytes(160, 0), Bytes(160, 7), Bytes(),
                             Bytes(161, 0x80), Bytes(1, 0x80), Bytes(1025, 0x80)}) {
    CAPTURE(bytes.size());
    SecretBytes bad{ByteView(bytes)};
    CHECK(unpad(bad).error() == Error::kUndecryptable);
  }
  // The last byte of a class may be the marker itself.
  SecretBytes full(Bytes(160, 0x80));
  CHECK(unpad(full).ok());
  CHECK(full.size() == 159);
}

}  // namespace homing::test
