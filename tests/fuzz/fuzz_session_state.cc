// Goal: a stored identity, set of prekeys or set of sessions that is accepted has one encoding, and
// can be worked with: what follows from it can be stored and read again.
// Method: the first byte chooses the decoder; accepted bytes are encoded again and compared. An
// accepted state then seals, opens, signs and is refilled, and is stored and read once more.

#include "fuzz/choices.h"
#include "fuzz/people.h"
#include "fuzz/targets.h"

namespace homing::fuzz {
namespace {

template <typename T>
void expect_encodes_as(const T& value, ByteView bytes) {
  SecretWriter to;
  value.encode(to);
  HOMING_ASSERT(equal(to.buffer().view(), bytes));
}

void identity(ByteView bytes) {
  ByteReader from(bytes);
  const Result<Identity> read = Identity::decode(from);
  if (!read) return;
  expect_encodes_as(*read, bytes.first(bytes.size() - from.left()));
  HOMING_ASSERT(verify_identity(read->public_keys(), read->address()).ok());
}

void prekeys(ByteView bytes) {
  ByteReader from(bytes);
  Result<PrekeyStore> read = PrekeyStore::decode(from);
  if (!read) return;
  expect_encodes_as(*read, bytes.first(bytes.size() - from.left()));
  FixedRandom random(5);
  read->refill(2, 1, random);
  SecretWriter to;
  read->encode(to);
  ByteReader again(to.buffer().view());
  HOMING_ASSERT(PrekeyStore::decode(again).ok() && again.finished());
}

void sessions(ByteView bytes) {
  SessionBook book = load(alice().stored, bob().address);
  if (!book.decode_peer(bob().address, bytes)) {
    HOMING_ASSERT(book.encode_peer(bob().address).size() == 0);
    return;
  }
  HOMING_ASSERT(equal(book.encode_peer(bob().address).view(), bytes));
  FixedRandom random(6);
  const bool could = book.can_seal(bob().address, kNowMs);
  for (int i = 0; i < 3; ++i) {
    const Result<Bytes> sealed = book.seal(bob().address, as_bytes("text"), kNowMs, random);
    HOMING_ASSERT(could || !sealed.ok());
    if (!sealed) break;
    // Our own words are nobody else's.
    HOMING_ASSERT(!book.open(bob().address, *sealed, kNowMs).ok());
  }
  HOMING_ASSERT(load(store(book, bob().address), bob().address).peers() == book.peers());
}

}  // namespace

void fuzz_session_state(ByteView bytes) {
  Choices choices(bytes);
  const size_t decoder = choices.below(3);
  const ByteView state = choices.raw(bytes.size());
  if (decoder == 0) return identity(state);
  if (decoder == 1) return prekeys(state);
  sessions(state);
}

}  // namespace homing::fuzz
