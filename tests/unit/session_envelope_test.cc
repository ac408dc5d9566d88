// Goal: an envelope has one encoding, and anything else is refused with a reason.
// Method: both kinds there and back, every item replaced by one of another type or length, every
// truncation, and the sizes that sealing relies on.

#include "homing/limits.h"
#include "session/envelope.h"
#include "unit/session_fixture.h"
#include "unit/session_vectors.h"
#include "wire/cbor.h"

namespace homing::test {
namespace {

FirstFields some_fields(RandomSource& random) {
  FirstFields out;
  out.identity = Identity::generate(random).public_keys();
  out.base_key = random.array<32>();
  out.signed_prekey_id = 0xffffffff;
  out.one_time_prekey_id = 0xffffffff;
  out.kem_prekey_id = 0xffffffff;
  random.fill(out.kem_ciphertext);
  return out;
}

Envelope some_envelope(RandomSource& random, bool first) {
  Envelope out;
  if (first) out.first = some_fields(random);
  random.fill(out.header);
  out.body.resize(200);
  random.fill(out.body);
  return out;
}

}  // namespace

TEST_CASE("envelope: both kinds come back from their bytes") {
  SeededRandom random(50);
  for (const bool first : {false, true}) {
    const Envelope envelope = some_envelope(random, first);
    const Bytes bytes = encode_envelope(envelope);
    const Result<Envelope> again = decode_envelope(bytes);
    REQUIRE(again.ok());
    CHECK(again->first == envelope.first);
    CHECK(again->header == envelope.header);
    CHECK(again->body == envelope.body);
    CHECK(encode_envelope(*again) == bytes);
    for (size_t size = 0; size < bytes.size(); ++size) {
      CHECK(!decode_envelope(ByteView(bytes).first(size)).ok());
    }
    Bytes longer = bytes;
    longer.push_back(0);
    CHECK(decode_envelope(longer).error() == Error::kNonCanonical);
  }
}

TEST_CASE("envelope: without a one-time prekey the id is null") {
  SeededRandom random(51);
  Envelope envelope = some_envelope(random, true);
  envelope.first->one_time_prekey_id.reset();
  const Bytes bytes = encode_envelope(envelope);
  CHECK((*decode_cbor(bytes))[7].is_null());
  CHECK(decode_envelope(bytes)->first == envelope.first);
}

TEST_CASE("envelope: items of another type, length or number are refused") {
  SeededRandom random(52);
  for (const bool first : {false, true}) {
    const Json good = *decode_cbor(encode_envelope(some_envelope(random, first)));
    for (size_t i = 2; i < good.size(); ++i) {
      for (const Json& other : {Json("text"), Json(true), array(), binary(Bytes(31))}) {
        // A body may have any length, and opening it fails later.
        if (i + 1 == good.size() && other.is_binary()) continue;
        Json bad = good;
        bad[i] = other;
        CAPTURE(i);
        CHECK(decode_envelope(encode_cbor(bad)).error() == Error::kMalformed);
      }
    }
    Json bad = good;
    bad.push_back(1);
    CHECK(decode_envelope(encode_cbor(bad)).error() == Error::kMalformed);
    bad = good;
    bad.erase(bad.size() - 1);
    CHECK(decode_envelope(encode_cbor(bad)).error() == Error::kMalformed);
    bad = good;
    bad[0] = 2;
    CHECK(decode_envelope(encode_cbor(bad)).error() == Error::kUnsupported);
    bad = good;
    bad[1] = 3;
    CHECK(decode_envelope(encode_cbor(bad)).error() == Error::kUnknownType);
    bad = good;
    bad[1] = first ? 2 : 1;
    CHECK(decode_envelope(encode_cbor(bad)).error() == Error::kMalformed);
  }
  CHECK(decode_envelope(encode_cbor(array())).error() == Error::kMalformed);
  CHECK(decode_envelope(encode_cbor(Json(1))).error() == Error::kMalformed);
  Json huge = *decode_cbor(encode_envelope(some_envelope(random, true)));
  huge[6] = uint64_t{1} << 32;
  CHECK(decode_envelope(encode_cbor(huge)).error() == Error::kMalformed);
}

TEST_CASE("envelope: sizes on both sides of the bound") {
  SeededRandom random(53);
  Envelope envelope = some_envelope(random, false);
  envelope.body.resize(1000);
  const size_t head = encode_envelope(envelope).size() - 1000;
  envelope.body.resize(limits::kEnvelopeBytesMax - head);
  CHECK(encode_envelope(envelope).size() == limits::kEnvelopeBytesMax);
  CHECK(decode_envelope(encode_envelope(envelope)).ok());
  envelope.body.push_back(0);
  CHECK(decode_envelope(encode_envelope(envelope)).error() == Error::kTooLarge);
}

TEST_CASE("envelope: what it adds to a body stays within what sealing allows for") {
  SeededRandom random(54);
  for (const bool first : {false, true}) {
    Envelope envelope = some_envelope(random, first);
    const size_t head_max = first ? kFirstEnvelopeBytesMax : kLaterEnvelopeBytesMax;
    for (const size_t size : {size_t{0}, size_t{255}, size_t{40'000}}) {
      envelope.body.resize(size);
      CHECK(encode_envelope(envelope).size() <= size + head_max);
    }
  }
}

TEST_CASE("envelope: the journal's layout of a first message's fields comes back and is strict") {
  SeededRandom random(55);
  FirstFields fields = some_fields(random);
  for (const bool one_time : {true, false}) {
    if (!one_time) fields.one_time_prekey_id.reset();
    SecretWriter to;
    write_first_fields(fields, to);
    const ByteView bytes = to.buffer().view();
    ByteReader from(bytes);
    const Result<FirstFields> again = read_first_fields(from);
    REQUIRE(again.ok());
    CHECK(from.finished());
    CHECK(*again == fields);
    CHECK(digest_of(*again) == digest_of(fields));
    ByteReader cut(bytes.first(bytes.size() - 1));
    CHECK(read_first_fields(cut).error() == Error::kTruncated);
  }
  FirstFields other = fields;
  other.kem_ciphertext.back() ^= 1;
  CHECK(digest_of(other) != digest_of(fields));
}

}  // namespace homing::test
