// Goal: the entropy pool hands every byte of its source out at most once, in order.
// Method: a source that counts, so that each position of the stream can be told from its value, and
// requests of random sizes from the printed seed.

#include "homing/random.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>
#include <vector>

#include "support/seed.h"

namespace homing {
namespace {

constexpr size_t kPoolBytes = 4096;

/// Gives 0, 1, 2, ... as 32-bit words: no four aligned bytes ever repeat.
class CountingSource final : public RandomSource {
 public:
  void fill(std::span<uint8_t> out) override {
    ++calls;
    for (uint8_t& byte : out) {
      byte = static_cast<uint8_t>(position / 4 >> (8 * (3 - position % 4)));
      ++position;
    }
  }

  uint64_t position = 0;
  int calls = 0;
};

/// The bytes a counting source gives at [from, from + size).
Bytes stream(uint64_t from, size_t size) {
  CountingSource source;
  source.position = from;
  Bytes out(size);
  source.fill(out);
  return out;
}

Bytes draw(RandomSource& random, size_t size) {
  Bytes out(size);
  random.fill(out);
  return out;
}

}  // namespace

TEST_CASE("random: what the pool hands out is its source's stream, from one call per 4096 bytes") {
  CountingSource source;
  PooledRandom pool(source);
  Bytes drawn;
  for (size_t i = 0; i < 2 * kPoolBytes / 32; ++i) append(drawn, draw(pool, 32));
  CHECK(drawn == stream(0, 2 * kPoolBytes));
  CHECK(source.calls == 2);
}

TEST_CASE("random: no byte is handed out twice, whatever the sizes asked for") {
  std::mt19937_64 sizes(test::seed());
  CountingSource source;
  PooledRandom pool(source);
  std::vector<uint32_t> words;
  for (int i = 0; i < 2000; ++i) {
    // Multiples of four keep the words aligned to the counter, across refills too.
    const size_t size = 4 * (sizes() % 1500);
    const Bytes drawn = draw(pool, size);
    ByteReader reader(drawn);
    while (reader.left() > 0) words.push_back(reader.u32());
  }
  REQUIRE(words.size() > 100'000);
  std::sort(words.begin(), words.end());
  CHECK(std::adjacent_find(words.begin(), words.end()) == words.end());
}

TEST_CASE("random: a request that does not fit the rest of the pool gets a fresh one") {
  CountingSource source;
  PooledRandom pool(source);
  CHECK(draw(pool, kPoolBytes - 1) == stream(0, kPoolBytes - 1));
  // One byte is left and two are wanted: the one is dropped and not mixed in.
  CHECK(draw(pool, 2) == stream(kPoolBytes, 2));
  CHECK(source.calls == 2);
}

TEST_CASE("random: a request of the whole pool is served by it, a larger one by the source") {
  CountingSource source;
  PooledRandom pool(source);
  CHECK(draw(pool, kPoolBytes) == stream(0, kPoolBytes));
  CHECK(source.calls == 1);
  CHECK(draw(pool, kPoolBytes + 1) == stream(kPoolBytes, kPoolBytes + 1));
  CHECK(source.calls == 2);
  // The large request took nothing from the pool and left nothing in it.
  CHECK(draw(pool, 4) == stream(2 * kPoolBytes + 1, 4));
}

TEST_CASE("random: asking for nothing takes nothing") {
  CountingSource source;
  PooledRandom pool(source);
  CHECK(draw(pool, 0).empty());
  CHECK(source.calls == 0);
}

TEST_CASE("random: arrays, secrets and integers are the next bytes of the stream") {
  CountingSource source;
  PooledRandom pool(source);
  CHECK(to_hex(pool.array<8>()) == to_hex(stream(0, 8)));
  CHECK(to_hex(pool.secret().view()) == to_hex(stream(8, 32)));
  CHECK(pool.u64() == ((uint64_t{10} << 32) | 11));
}

}  // namespace homing
