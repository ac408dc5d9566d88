#pragma once

#include <doctest/doctest.h>

#include <optional>
#include <string>
#include <utility>

#include "session/ratchet.h"
#include "unit/session_fixture.h"

/// alice's and bob's ratchets over one handshake, without sessions around them.
namespace homing::test {

struct Sealed {
  SealedHeader header{};
  Bytes body;
};

/// Two ratchets that share a handshake, and verbs for what passes between them.
class Ratchets {
 public:
  explicit Ratchets(uint64_t stream) : random(stream) {
    secrets.root_key = random.secret();
    secrets.initiator_header_key = random.secret();
    secrets.responder_next_header_key = random.secret();
    signed_prekey = random.secret();
    Result<Ratchet> initiator =
        Ratchet::initiator(secrets, x25519::public_key(signed_prekey), random);
    REQUIRE(initiator.ok());
    alice.emplace(std::move(*initiator));
    bob.emplace(Ratchet::responder(secrets, signed_prekey));
  }

  Sealed seal(std::optional<Ratchet>& from, std::string_view text) {
    Sealed out;
    const auto header = from->seal(data, as_bytes(text), random, out.body);
    REQUIRE(header.ok());
    out.header = *header;
    return out;
  }
  /// The text, or "undecryptable"; then nothing may have changed.
  std::string open(std::optional<Ratchet>& to, const Sealed& message) {
    const Bytes before = encoded(*to);
    const auto content = to->open(data, message.header, message.body, now_ms);
    if (content.ok()) return std::string(as_text(content->view()));
    CHECK(content.error() == Error::kUndecryptable);
    CHECK(encoded(*to) == before);
    return "undecryptable";
  }
  bool tell(std::optional<Ratchet>& from, std::optional<Ratchet>& to, std::string_view text) {
    return open(to, seal(from, text)) == text;
  }
  /// One exchange each way: a new receiving chain on both sides.
  void exchange() {
    REQUIRE(tell(bob, alice, "ping"));
    REQUIRE(tell(alice, bob, "pong"));
  }
  static Bytes encoded(const Ratchet& ratchet) {
    SecretWriter to;
    ratchet.encode(to);
    return Bytes(to.buffer().view().begin(), to.buffer().view().end());
  }
  static void reload(std::optional<Ratchet>& ratchet) {
    const Bytes bytes = encoded(*ratchet);
    ByteReader from(bytes);
    Result<Ratchet> again = Ratchet::decode(from);
    REQUIRE(again.ok());
    REQUIRE(from.finished());
    ratchet.emplace(std::move(*again));
    REQUIRE(encoded(*ratchet) == bytes);
  }

  SeededRandom random;
  HandshakeSecrets secrets;
  SecretKey signed_prekey;
  std::optional<Ratchet> alice;
  std::optional<Ratchet> bob;
  Bytes data{1, 2, 3};
  uint64_t now_ms = kNowMs;
};

}  // namespace homing::test
