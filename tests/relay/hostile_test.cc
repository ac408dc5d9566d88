// Goal: whatever arrives at the real program, it answers with its typed error or close code, and
// nobody else notices.
// Method: the relay as a child process, a client that can send anything, and next to it a pair that
// keeps exchanging messages.

#include <doctest/doctest.h>

#include <chrono>

#include "clock.h"
#include "homing/limits.h"
#include "relay/scratch_folder.h"
#include "support/relay_client.h"
#include "support/relay_process.h"

namespace homing::test {
namespace {

/// A relay, and alice and bob who use it as they should.
struct World {
  explicit World(std::vector<std::string> arguments = {})
      : relay(folder.file("relay.db"), std::move(arguments)),
        alice_client(relay.port()),
        bob_client(relay.port()) {
    bob_client.authenticate(bob);
    bob_client.send(
        wire::Publish{.upload = 1, .publication = encode_publication(bob.publication(1, 1))});
    bob_client.next_of<wire::Published>();
    alice_client.authenticate(alice);
  }
  /// Proves that alice and bob are still served: one message goes all the way.
  void exchange() {
    const wire::SubmitItem item = alice.item(bob.address(), relay::read_clock().wall_ms);
    alice_client.send(wire::Submit{.items = {item}});
    CHECK(alice_client.next_of<wire::Accepted>().ids == std::vector{item.id});
    const auto deliver = bob_client.next_of<wire::Deliver>();
    REQUIRE(deliver.items.size() == 1);
    CHECK(deliver.items[0].envelope == item.envelope);
    bob_client.send(wire::Ack{.up_to = deliver.items[0].place});
  }
  RelayClient connect() { return RelayClient(relay.port()); }

  ScratchFolder folder;
  RelayProcess relay;
  RelayPerson alice{1};
  RelayPerson bob{2};
  RelayPerson mallory{66};
  RelayClient alice_client;
  RelayClient bob_client;
};

uint16_t code(wire::CloseCode code) { return static_cast<uint16_t>(code); }

}  // namespace

TEST_CASE("relay program: malformed frames are answered by their error, then 4400") {
  World world;
  struct Hostile {
    Bytes bytes;
    Error error;
  };
  const Hostile hostile[] = {
      {{0x82, 0x06}, Error::kTruncated},
      {{0x82, 0x06, 0x18, 0x05}, Error::kNonCanonical},
      {Bytes(10'000, 0x81), Error::kTooDeep},
      {{0x82, 0x0f, 0x05}, Error::kUnknownType},
      {{0xa0}, Error::kMalformed},
  };
  for (const Hostile& frame : hostile) {
    CAPTURE(error_name(frame.error));
    RelayClient client = world.connect();
    client.authenticate(world.mallory);
    client.send_raw(frame.bytes);
    CHECK(client.next_of<wire::ErrorFrame>().error == frame.error);
    CHECK(client.close_code() == code(wire::CloseCode::kProtocol));
  }
  world.exchange();
}

TEST_CASE("relay program: a frame as large as allowed is read, one byte more is 1009") {
  World world;
  RelayClient client = world.connect();
  client.authenticate(world.mallory);
  client.send_raw(Bytes(limits::kFrameBytesMax, 0x00));
  // Read as a whole: an integer with bytes behind it.
  CHECK(client.next_of<wire::ErrorFrame>().error == Error::kNonCanonical);
  RelayClient larger = world.connect();
  larger.authenticate(world.mallory);
  larger.send_raw(Bytes(limits::kFrameBytesMax + 1, 0x00));
  CHECK(larger.close_code() == code(wire::CloseCode::kTooBig));
  // Before the hello a stranger may not make the relay hold that much.
  RelayClient stranger = world.connect();
  stranger.send_raw(Bytes(8 * 1024, 0x00));
  CHECK(stranger.close_code() == code(wire::CloseCode::kTooBig));
  world.exchange();
}

TEST_CASE("relay program: a text frame is 1003") {
  World world;
  RelayClient client = world.connect();
  client.authenticate(world.mallory);
  client.send_text("hello");
  CHECK(client.close_code() == code(wire::CloseCode::kTextFrame));
  world.exchange();
}

TEST_CASE("relay program: bytes that are no WebSocket frame end the connection, and only that") {
  World world;
  RelayClient client = world.connect();
  client.next_of<wire::Challenge>();
  const Bytes reserved_opcode = {0x83, 0x80, 1, 2, 3, 4};
  client.send_below(reserved_opcode);
  CHECK(client.close_code() == 1002);
  RelayClient unmasked = world.connect();
  unmasked.next_of<wire::Challenge>();
  const Bytes without_mask = {0x82, 0x01, 0x00};
  unmasked.send_below(without_mask);
  CHECK(unmasked.close_code() == 1002);
  world.exchange();
}

TEST_CASE("relay program: a frame before the hello is an error and 4400") {
  World world;
  RelayClient client = world.connect();
  client.send(wire::Claim{world.bob.address()});
  CHECK(client.next_of<wire::ErrorFrame>().error == Error::kNotAuthenticated);
  CHECK(client.close_code() == code(wire::CloseCode::kProtocol));
  world.exchange();
}

TEST_CASE("relay program: a wrong signature and a replayed hello are an error and 4401") {
  World world;
  RelayClient client = world.connect();
  wire::Hello hello = world.mallory.hello(client.next_of<wire::Challenge>().nonce);
  hello.signature[5] ^= 1;
  client.send(hello);
  CHECK(client.next_of<wire::ErrorFrame>().error == Error::kAuthFailed);
  CHECK(client.close_code() == code(wire::CloseCode::kAuthFailed));

  RelayClient first = world.connect();
  hello = world.mallory.hello(first.next_of<wire::Challenge>().nonce);
  first.send(hello);
  first.next_of<wire::Ready>();
  RelayClient second = world.connect();
  second.send(hello);
  CHECK(second.next_of<wire::ErrorFrame>().error == Error::kAuthFailed);
  CHECK(second.close_code() == code(wire::CloseCode::kAuthFailed));
  first.send(wire::Ping{.token = 3});
  CHECK(first.next_of<wire::RelayPong>().token == 3);
  world.exchange();
}

TEST_CASE("relay program: who says nothing is closed with 4408") {
  World world({"--authenticate-ms-max", "200"});
  RelayClient client = world.connect();
  CHECK(client.next_of<wire::ErrorFrame>().error == Error::kNotAuthenticated);
  CHECK(client.close_code() == code(wire::CloseCode::kAuthTimeout));
  world.exchange();
}

TEST_CASE("relay program: the older connection of a device is closed with 4409") {
  World world;
  RelayClient newer = world.connect();
  newer.authenticate(world.alice);
  CHECK(world.alice_client.next_of<wire::ErrorFrame>().error == Error::kReplaced);
  CHECK(world.alice_client.close_code() == code(wire::CloseCode::kReplaced));
  world.alice_client = std::move(newer);
  world.exchange();
}

TEST_CASE("relay program: pages of other origins are refused with 403, own and listed ones not") {
  World world({"--origin", "https://app.example"});
  const std::string own = "http://127.0.0.1:" + std::to_string(world.relay.port());
  const auto status = [&](const std::string& origin) {
    return RelayClient(world.relay.port(), origin).upgrade_status();
  };
  CHECK(status("") == 101);
  CHECK(status(own) == 101);
  CHECK(status("https://app.example") == 101);
  CHECK(status("https://evil.example") == 403);
  CHECK(status("https://app.example.evil.example") == 403);
  CHECK(status("null") == 403);
  world.exchange();
}

TEST_CASE("relay program: too many upgrades from one address are 429 with Retry-After") {
  ScratchFolder folder;
  RelayProcess relay(folder.file("relay.db"),
                     {"--connects-per-second", "0.01", "--connects-burst", "2"});
  CHECK(RelayClient(relay.port()).upgrade_status() == 101);
  CHECK(RelayClient(relay.port()).upgrade_status() == 101);
  CHECK(RelayClient(relay.port()).upgrade_status() == 429);
}

}  // namespace homing::test
