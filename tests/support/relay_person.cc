#include "support/relay_person.h"

#include "session/prekey_signature.h"

namespace homing::test {

RelayPerson::RelayPerson(uint64_t stream)
    : random_(stream), identity_(Identity::generate(random_)) {}

wire::Hello RelayPerson::hello(const ByteArray<32>& nonce, std::string_view host,
                               uint64_t generation) {
  wire::Hello hello;
  hello.address = identity_.address();
  hello.signing_key = identity_.public_keys().signing_key;
  hello.identity_key = identity_.public_keys().identity_key;
  hello.client_nonce = random_.array<32>();
  hello.generation = generation;
  hello.signature = identity_.sign(purpose::kRelayAuth, wire::auth_message(host, nonce, hello));
  return hello;
}

SignedPrekey RelayPerson::signed_prekey(std::string_view purpose) {
  SignedPrekey out{.id = next_key_id_++};
  out.key = x25519::public_key(random_.secret());
  out.signature = identity_.sign(purpose, prekey_message(out.id, out.key));
  return out;
}

KemPrekey RelayPerson::kem_prekey(bool last_resort) {
  KemPrekey out{.id = next_key_id_++};
  out.last_resort = last_resort;
  out.key = xwing::public_key(random_.secret());
  out.signature = identity_.sign(kem_purpose(last_resort), prekey_message(out.id, out.key));
  return out;
}

PrekeyPublication RelayPerson::publication(uint32_t one_time, uint32_t one_time_kem) {
  PrekeyPublication out;
  out.identity = identity_.public_keys();
  out.signed_prekey = signed_prekey(purpose::kSignedPrekey);
  out.last_resort = kem_prekey(true);
  for (uint32_t i = 0; i < one_time; ++i) {
    out.one_time.push_back(signed_prekey(purpose::kOneTimePrekey));
  }
  for (uint32_t i = 0; i < one_time_kem; ++i) out.one_time_kem.push_back(kem_prekey(false));
  return out;
}

Bytes RelayPerson::random_bytes(size_t size) {
  Bytes out(size);
  random_.fill(out);
  return out;
}

wire::SubmitItem RelayPerson::item(const Address& to, uint64_t now_ms, size_t envelope_bytes) {
  return {.id = new_id(now_ms), .to = to, .envelope = random_bytes(envelope_bytes)};
}

}  // namespace homing::test
