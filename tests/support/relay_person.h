#pragma once

#include <optional>
#include <string>
#include <vector>

#include "homing/message.h"
#include "session/identity.h"
#include "session/prekey_bundle.h"
#include "support/seeded_random.h"
#include "wire/frame.h"

namespace homing::test {

/// Somebody who talks to a relay frame by frame: an identity without the engine around it, so that
/// frames can also be wrong.
class RelayPerson {
 public:
  explicit RelayPerson(uint64_t stream);

  const Address& address() const { return identity_.address(); }
  /// The answer to a challenge, for a relay dialled under this name.
  wire::Hello hello(const ByteArray<32>& nonce, std::string_view host = "127.0.0.1",
                    uint64_t generation = 0);
  /// A publication with this many one-time keys; their ids go on from the last publication.
  PrekeyPublication publication(uint32_t one_time, uint32_t one_time_kem);

  MessageId new_id(uint64_t now_ms) { return MessageId::create(now_ms, random_); }
  Bytes random_bytes(size_t size);
  /// A submit of one message with a random envelope.
  wire::SubmitItem item(const Address& to, uint64_t now_ms, size_t envelope_bytes = 64);

 private:
  SignedPrekey signed_prekey(std::string_view purpose);
  KemPrekey kem_prekey(bool last_resort);

  SeededRandom random_;
  Identity identity_;
  uint32_t next_key_id_ = 1;
};

}  // namespace homing::test
