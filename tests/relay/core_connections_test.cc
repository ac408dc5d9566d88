// Goal: only who proves an address speaks for it, one connection per device, and dead connections
// are found.
// Method: the core alone; time moves by hand.

#include <doctest/doctest.h>

#include "relay/core_fixture.h"

namespace homing::relay {
namespace {

Error error_of(CoreFixture& relay, ConnectionId id) {
  return relay.only<wire::ErrorFrame>(id).error;
}

}  // namespace

TEST_CASE("relay: a valid hello is answered by ready with clock, store id and prekey counts") {
  CoreFixture relay;
  RelayPerson alice(1);
  ConnectionId id = relay.connect(alice);
  wire::Ready ready = relay.only<wire::Ready>(id);
  CHECK(ready.now_ms == relay.now.wall_ms);
  CHECK(ready.store_id == relay.store.store_id());
  CHECK(ready.retention_ms == CoreOptions{}.retention_ms);
  CHECK_FALSE(ready.has_prekeys);
  relay.publish(id, alice.publication(3, 2));
  relay.disconnect(id);
  ready = relay.only<wire::Ready>(relay.connect(alice));
  CHECK(ready.has_prekeys);
  CHECK(ready.one_time_prekeys == 3);
  CHECK(ready.one_time_kem_prekeys == 2);
}

TEST_CASE("relay: ready tells the highest generation from before this hello") {
  CoreFixture relay;
  RelayPerson alice(1);
  RelayPerson bob(2);
  relay.connect_published(bob);
  ConnectionId id = relay.connect(alice, 4);
  CHECK(relay.only<wire::Ready>(id).generation == 0);
  relay.send(
      id, wire::Submit{.generation = 6, .items = {alice.item(bob.address(), relay.now.wall_ms)}});
  relay.disconnect(id);
  id = relay.connect(alice, 5);
  CHECK(relay.only<wire::Ready>(id).generation == 6);
  relay.send(id, wire::Ack{.up_to = 0, .generation = 9});
  relay.disconnect(id);
  id = relay.connect(alice, 2);
  CHECK(relay.only<wire::Ready>(id).generation == 9);
  CHECK(relay.only<wire::Ready>(relay.connect(alice, 2)).generation == 9);
}

TEST_CASE("relay: a device connects under any of the relay's names, and under no other") {
  CoreOptions options;
  options.hosts = {"relay.example", "localhost"};
  CoreFixture relay(options);
  RelayPerson alice(1);
  for (const char* host : {"relay.example", "localhost"}) {
    const ConnectionId id = relay.open();
    relay.send(id, alice.hello(relay.nonce_of(id), host));
    CHECK(relay.received<wire::Ready>(id).size() == 1);
  }
  const ConnectionId id = relay.open();
  relay.send(id, alice.hello(relay.nonce_of(id), "other.example"));
  CHECK(error_of(relay, id) == Error::kAuthFailed);
  CHECK(relay.closed(id) == wire::CloseCode::kAuthFailed);
}

TEST_CASE("relay: a hello answers one challenge, once") {
  CoreFixture relay;
  RelayPerson alice(1);
  const ConnectionId first = relay.open();
  const wire::Hello hello = alice.hello(relay.nonce_of(first));
  relay.send(first, hello);
  CHECK(relay.received<wire::Ready>(first).size() == 1);
  const ConnectionId second = relay.open();
  relay.send(second, hello);
  CHECK(error_of(relay, second) == Error::kAuthFailed);
  CHECK(relay.closed(second) == wire::CloseCode::kAuthFailed);
  // The replay did not put the real connection out, and cannot be had on it either.
  CHECK_FALSE(relay.closed(first).has_value());
  relay.send(first, hello);
  CHECK(error_of(relay, first) == Error::kProtocol);
  CHECK(relay.closed(first) == wire::CloseCode::kProtocol);
}

TEST_CASE("relay: a hello with anything changed is refused") {
  CoreFixture relay;
  RelayPerson alice(1);
  RelayPerson mallory(66);
  const auto try_hello = [&](const auto& change) {
    const ConnectionId id = relay.open();
    wire::Hello hello = alice.hello(relay.nonce_of(id));
    change(hello);
    relay.send(id, hello);
    CHECK(error_of(relay, id) == Error::kAuthFailed);
    CHECK(relay.closed(id) == wire::CloseCode::kAuthFailed);
  };
  try_hello([](wire::Hello& hello) { hello.signature[10] ^= 1; });
  try_hello([](wire::Hello& hello) { hello.client_nonce[0] ^= 1; });
  try_hello([&](wire::Hello& hello) { hello.address = mallory.address(); });
  try_hello([](wire::Hello& hello) { hello.identity_key[3] ^= 1; });
  try_hello([&](wire::Hello& hello) {
    // mallory's own keys and signature for alice's address
    const Address address = hello.address;
    hello = mallory.hello(ByteArray<32>{});
    hello.address = address;
  });
}

TEST_CASE("relay: another protocol version is told so") {
  CoreFixture relay;
  RelayPerson alice(1);
  const ConnectionId id = relay.open();
  wire::Hello hello = alice.hello(relay.nonce_of(id));
  hello.version = 2;
  relay.send(id, hello);
  CHECK(error_of(relay, id) == Error::kUnsupported);
  CHECK(relay.closed(id) == wire::CloseCode::kUnsupported);
}

TEST_CASE("relay: nothing but hello is answered before ready") {
  CoreFixture relay;
  RelayPerson alice(1);
  const wire::ClientFrame early[] = {wire::Ping{1}, wire::Claim{alice.address()}, wire::Ack{1, 0},
                                     wire::Submit{0, {alice.item(alice.address(), 1)}}};
  for (const wire::ClientFrame& frame : early) {
    const ConnectionId id = relay.open();
    relay.received<wire::Challenge>(id);
    relay.send(id, frame);
    CHECK(error_of(relay, id) == Error::kNotAuthenticated);
    CHECK(relay.closed(id) == wire::CloseCode::kProtocol);
  }
  // Not even between a valid hello and ready.
  relay.work_is_held = true;
  const ConnectionId id = relay.connect(alice);
  relay.send(id, wire::Ping{1});
  CHECK(error_of(relay, id) == Error::kNotAuthenticated);
  relay.release_work();
  CHECK(relay.received<wire::Ready>(id).empty());
}

TEST_CASE("relay: who does not say hello in time is closed, on both sides of the limit") {
  CoreFixture relay;
  const ConnectionId id = relay.open();
  relay.advance(CoreOptions{}.authenticate_ms_max - 1);
  CHECK_FALSE(relay.closed(id).has_value());
  CHECK(relay.core->next_timer_monotonic_ms() <= relay.now.monotonic_ms + 1);
  relay.advance(1);
  CHECK(error_of(relay, id) == Error::kNotAuthenticated);
  CHECK(relay.closed(id) == wire::CloseCode::kAuthTimeout);
}

TEST_CASE("relay: malformed frames get the decoder's error and a close, and touch nobody else") {
  CoreFixture relay;
  RelayPerson alice(1);
  RelayPerson bob(2);
  const ConnectionId bob_link = relay.connect_published(bob);
  struct Hostile {
    Bytes bytes;
    Error error;
  };
  const Hostile hostile[] = {
      {{}, Error::kTruncated},
      {{0x82, 0x06}, Error::kTruncated},
      {{0x82, 0x06, 0x18, 0x05}, Error::kNonCanonical},
      {{0x82, 0x06, 0x05, 0x00}, Error::kNonCanonical},
      {{0x9f, 0x06, 0x05, 0xff}, Error::kNonCanonical},
      {{0xa0}, Error::kMalformed},
      {{0x82, 0x06, 0x40}, Error::kMalformed},
      {{0x82, 0x0f, 0x05}, Error::kUnknownType},
      {{0x82, 0x19, 0x01, 0x00, 0x05}, Error::kUnknownType},
      {wire::encode(wire::RelayFrame(wire::Drained{})), Error::kUnknownType},
      {Bytes(100, 0x81), Error::kTooDeep},
      {Bytes(limits::kFrameBytesMax + 1, 0), Error::kTooLarge},
  };
  for (const Hostile& frame : hostile) {
    CAPTURE(error_name(frame.error));
    CAPTURE(to_hex(ByteView(frame.bytes).first(std::min<size_t>(frame.bytes.size(), 16))));
    const ConnectionId id = relay.connect(alice);
    relay.send_raw(id, frame.bytes);
    CHECK(error_of(relay, id) == frame.error);
    CHECK(relay.closed(id) == wire::CloseCode::kProtocol);
  }
  relay.send(bob_link, wire::Ping{.token = 5});
  CHECK(relay.only<wire::RelayPong>(bob_link).token == 5);
}

TEST_CASE("relay: a device has one connection; the older one is told that it was replaced") {
  CoreFixture relay;
  RelayPerson alice(1);
  RelayPerson bob(2);
  const ConnectionId alice_link = relay.connect(alice);
  const ConnectionId older = relay.connect_published(bob);
  const ConnectionId newer = relay.connect(bob);
  CHECK(error_of(relay, older) == Error::kReplaced);
  CHECK(relay.closed(older) == wire::CloseCode::kReplaced);
  // The older socket's end comes late and must not take the newer one's place away.
  relay.disconnect(older);
  relay.send(alice_link, wire::Submit{.items = {alice.item(bob.address(), relay.now.wall_ms)}});
  CHECK(relay.delivered(newer).size() == 1);
}

TEST_CASE("relay: an older copy of a device's store does not take the place of the newer") {
  CoreFixture relay;
  RelayPerson alice(1);
  RelayPerson bob(2);
  const ConnectionId bob_link = relay.connect_published(bob);
  relay.disconnect(bob_link);
  const ConnectionId alice_link = relay.connect(alice);
  const ConnectionId newer = relay.connect(bob, 4);
  relay.send(newer, wire::Ack{.up_to = 0, .generation = 9});
  for (const uint64_t generation : {uint64_t{4}, uint64_t{8}}) {
    CAPTURE(generation);
    const ConnectionId copy = relay.connect(bob, generation);
    CHECK(error_of(relay, copy) == Error::kReplaced);
    CHECK(relay.closed(copy) == wire::CloseCode::kReplaced);
    CHECK(relay.received<wire::Ready>(copy).empty());
  }
  relay.send(alice_link, wire::Submit{.items = {alice.item(bob.address(), relay.now.wall_ms)}});
  CHECK(relay.delivered(newer).size() == 1);
  // The same device again, before its old connection is known to be dead.
  const ConnectionId again = relay.connect(bob, 9);
  CHECK(relay.closed(newer) == wire::CloseCode::kReplaced);
  CHECK_FALSE(relay.closed(again).has_value());
}

TEST_CASE("relay: the relay pings, any frame is a sign of life, and silence ends the connection") {
  CoreFixture relay;
  RelayPerson alice(1);
  const ConnectionId id = relay.connect(alice);
  relay.advance(limits::kHeartbeatMs - 1);
  CHECK(relay.received<wire::RelayPing>(id).empty());
  relay.advance(1);
  const wire::RelayPing ping = relay.only<wire::RelayPing>(id);
  relay.advance(limits::kHeartbeatGraceMs - 1);
  relay.send(id, wire::Pong{.token = ping.token});
  // The next one is due by the last one, however late its answer was.
  relay.advance(limits::kHeartbeatMs - limits::kHeartbeatGraceMs);
  CHECK(relay.received<wire::RelayPing>(id).empty());
  relay.advance(1);
  relay.only<wire::RelayPing>(id);
  relay.advance(limits::kHeartbeatGraceMs - 1);
  CHECK_FALSE(relay.closed(id).has_value());
  relay.advance(1);
  CHECK(relay.closed(id) == wire::CloseCode::kGoingAway);
}

TEST_CASE("relay: a part of a frame is a sign of life, so that a slow link is not taken for dead") {
  CoreFixture relay;
  RelayPerson alice(1);
  const ConnectionId id = relay.connect(alice);
  for (int i = 0; i < 5; ++i) {
    relay.advance(limits::kHeartbeatMs);
    relay.core->on_heard(id);
  }
  CHECK_FALSE(relay.closed(id).has_value());
  relay.advance(limits::kHeartbeatMs);
  relay.advance(limits::kHeartbeatGraceMs);
  CHECK(relay.closed(id) == wire::CloseCode::kGoingAway);
}

TEST_CASE("relay: too many frames of any kind end the connection, on both sides of the limit") {
  CoreOptions options;
  options.frames = {.per_second = 1, .burst = 4};
  CoreFixture relay(options);
  RelayPerson alice(1);
  const ConnectionId id = relay.connect(alice);  // takes one
  for (int i = 0; i < 3; ++i) relay.send(id, wire::Pong{});
  CHECK_FALSE(relay.closed(id).has_value());
  relay.send(id, wire::Pong{});
  CHECK(error_of(relay, id) == Error::kRateLimited);
  CHECK(relay.closed(id) == wire::CloseCode::kTryAgainLater);
}

TEST_CASE("relay: each one-time prekey goes to one claimer, then everybody gets the last resort") {
  CoreFixture relay;
  RelayPerson alice(1);
  RelayPerson bob(2);
  const ConnectionId bob_link = relay.connect(bob);
  const PrekeyPublication publication = bob.publication(2, 1);
  relay.publish(bob_link, publication);
  const ConnectionId id = relay.connect(alice);
  for (size_t i = 0; i < 4; ++i) {
    relay.send(id, wire::Claim{bob.address()});
    const wire::Bundle frame = relay.only<wire::Bundle>(id);
    CHECK(frame.address == bob.address());
    REQUIRE(frame.bundle.has_value());
    const Result<PrekeyBundle> bundle = decode_bundle(*frame.bundle);
    REQUIRE(bundle.ok());
    CHECK(verify(*bundle, bob.address()).ok());
    CHECK(bundle->one_time_prekey.has_value() == (i < 2));
    if (i < 2) CHECK(*bundle->one_time_prekey == publication.one_time[i]);
    CHECK(bundle->kem_prekey.last_resort == (i >= 1));
  }
  // Told once, not with every claim.
  CHECK(relay.only<wire::PrekeysLow>(bob_link).one_time_prekeys == 1);
  relay.publish(bob_link, publication);
  relay.send(id, wire::Claim{bob.address()});
  CHECK_FALSE(decode_bundle(*relay.only<wire::Bundle>(id).bundle)->one_time_prekey.has_value());
}

TEST_CASE("relay: prekeys_low comes when fewer than the threshold are left, not before") {
  CoreOptions options;
  options.prekeys_low = 3;
  options.kem_prekeys_low = 0;
  CoreFixture relay(options);
  RelayPerson alice(1);
  RelayPerson bob(2);
  const ConnectionId bob_link = relay.connect(bob);
  relay.publish(bob_link, bob.publication(4, 0));
  const ConnectionId id = relay.connect(alice);
  relay.send(id, wire::Claim{bob.address()});
  CHECK(relay.received<wire::PrekeysLow>(bob_link).empty());
  relay.send(id, wire::Claim{bob.address()});
  CHECK(relay.only<wire::PrekeysLow>(bob_link).one_time_prekeys == 2);
}

TEST_CASE("relay: a claim of somebody unknown gets no bundle, and too many claims have to wait") {
  CoreOptions options;
  options.claims = {.per_second = 1, .burst = 2};
  CoreFixture relay(options);
  RelayPerson alice(1);
  const ConnectionId id = relay.connect(alice);
  for (int i = 0; i < 2; ++i) {
    relay.send(id, wire::Claim{RelayPerson(50).address()});
    CHECK_FALSE(relay.only<wire::Bundle>(id).bundle.has_value());
  }
  relay.send(id, wire::Claim{RelayPerson(50).address()});
  const wire::ErrorFrame refused = relay.only<wire::ErrorFrame>(id);
  CHECK(refused.error == Error::kRateLimited);
  CHECK(refused.regarding == wire::FrameType::kClaim);
  CHECK(refused.retry_after_ms == 1000);
  CHECK_FALSE(relay.closed(id).has_value());
}

TEST_CASE("relay: too many publications have to wait, and reconnecting does not help") {
  CoreOptions options;
  options.publishes = {.per_second = 1, .burst = 2};
  CoreFixture relay(options);
  RelayPerson alice(1);
  ConnectionId id = relay.connect(alice);
  const PrekeyPublication publication = alice.publication(1, 0);
  for (int i = 0; i < 2; ++i) relay.publish(id, publication);
  id = relay.connect(alice);
  relay.send(id, wire::Publish{.upload = 3, .publication = encode_publication(publication)});
  const wire::ErrorFrame refused = relay.only<wire::ErrorFrame>(id);
  CHECK(refused.error == Error::kRateLimited);
  CHECK(refused.regarding == wire::FrameType::kPublish);
  CHECK(refused.retry_after_ms == 1000);
  relay.advance(1000);
  relay.publish(id, publication);
}

TEST_CASE("relay: a publication that is not the device's own or not valid is refused") {
  CoreFixture relay;
  RelayPerson alice(1);
  RelayPerson mallory(66);
  const ConnectionId id = relay.connect(alice);
  const auto refusal = [&](Bytes publication) {
    relay.send(id, wire::Publish{.upload = 1, .publication = std::move(publication)});
    const wire::ErrorFrame refused = relay.only<wire::ErrorFrame>(id);
    CHECK(refused.regarding == wire::FrameType::kPublish);
    return refused.error;
  };
  CHECK(refusal(encode_publication(mallory.publication(1, 0))) == Error::kBadAddress);
  PrekeyPublication forged = alice.publication(1, 0);
  forged.one_time[0].key[0] ^= 1;
  CHECK(refusal(encode_publication(forged)) == Error::kBadSignature);
  CHECK(refusal({0x80}) == Error::kMalformed);
  CHECK_FALSE(relay.closed(id).has_value());
  relay.send(id, wire::Claim{alice.address()});
  CHECK_FALSE(relay.only<wire::Bundle>(id).bundle.has_value());
}

}  // namespace homing::relay
