#include "fuzz/people.h"

#include "fuzz/choices.h"

namespace homing::fuzz {
namespace {

template <typename T>
Bytes encoded(const T& value) {
  SecretWriter to;
  value.encode(to);
  const ByteView bytes = to.buffer().view();
  return Bytes(bytes.begin(), bytes.end());
}

template <typename T>
T decoded(ByteView bytes) {
  ByteReader from(bytes);
  Result<T> value = T::decode(from);
  HOMING_ASSERT(value.ok() && from.finished());
  return std::move(*value);
}

PersonKeys make(uint64_t seed) {
  FixedRandom random(seed);
  const Identity identity = Identity::generate(random);
  const PrekeyStore prekeys = PrekeyStore::generate(kNowMs, random);
  return {
      identity.address(), {encoded(identity), encoded(prekeys), {}}, prekeys.publication(identity)};
}

}  // namespace

const PersonKeys& alice() {
  static const PersonKeys keys = make(1);
  return keys;
}

const PersonKeys& bob() {
  static const PersonKeys keys = make(2);
  return keys;
}

PrekeyBundle PersonKeys::bundle(size_t claim) const {
  PrekeyBundle out{publication.identity, publication.signed_prekey, publication.last_resort, {}};
  if (claim < publication.one_time.size()) out.one_time_prekey = publication.one_time[claim];
  if (claim < publication.one_time_kem.size()) out.kem_prekey = publication.one_time_kem[claim];
  return out;
}

StoredBook store(const SessionBook& book, const Address& peer) {
  const SecretBytes sessions = book.encode_peer(peer);
  return {encoded(book.identity()), encoded(book.prekeys()),
          Bytes(sessions.data(), sessions.data() + sessions.size())};
}

SessionBook load(const StoredBook& stored, const Address& peer) {
  SessionBook book(decoded<Identity>(stored.identity), decoded<PrekeyStore>(stored.prekeys));
  HOMING_ASSERT(book.decode_peer(peer, stored.sessions).ok());
  return book;
}

}  // namespace homing::fuzz
