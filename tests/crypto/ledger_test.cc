// Goal: no pair of key and nonce ever seals two different inputs, in any use of the AEAD: headers,
// bodies, journals.
// Method: every seal of long random conversations is entered in a ledger at libsodium's door
// (watch.h), with everything that could bring a key up a second time: losses, reorderings, turns,
// new handshakes, retries, crashes that lose what was sealed last, restarts from what was stored.

#include <doctest/doctest.h>

#include <cstdio>
#include <deque>
#include <utility>
#include <vector>

#include "crypto/watch.h"
#include "support/world.h"
#include "unit/session_fixture.h"

namespace homing::test {
namespace {

using crypto_test::watch;

void print_ledger(const char* what) {
  std::printf("ledger, %s: %zu seals, %zu pairs of key and nonce repeated\n", what, watch().seals(),
              watch().repeats());
}

/// A person whose sessions are stored now and then and come back as they were stored.
struct Stored {
  Person& person;
  const Address& peer;
  SecretBytes sessions;

  void store() { sessions = person.book.encode_peer(peer); }
  void restart() { REQUIRE(person.book.decode_peer(peer, sessions.view()).ok()); }
};

}  // namespace

TEST_CASE("ledger: it sees one pair of key and nonce over two inputs, and not over one") {
  watch().reset();
  const SecretKey key(ByteArray<32>{1});
  const AeadNonce nonce{};
  Bytes sealed;
  aead_seal(key, nonce, {}, as_bytes("one"), sealed);
  aead_seal(key, nonce, {}, as_bytes("one"), sealed);
  CHECK(watch().repeats() == 0);
  aead_seal(key, nonce, {}, as_bytes("two"), sealed);
  CHECK(watch().repeats() == 1);
  aead_seal(key, nonce, as_bytes("bound"), as_bytes("one"), sealed);
  CHECK(watch().repeats() == 2);
  CHECK(watch().seals() == 4);
}

TEST_CASE("ledger: sessions that lose, reorder, begin anew and restart repeat nothing") {
  watch().reset();
  Conversation c(410);
  c.begin(c.alice, c.bob);
  Stored stored[] = {{c.alice, c.bob.address(), {}}, {c.bob, c.alice.address(), {}}};
  std::deque<Bytes> under_way[2];  // to alice, to bob
  stored[0].store();
  stored[1].store();
  for (int i = 0; i < 30'000; ++i) {
    const size_t side = c.random.below(2);
    Person& from = stored[side].person;
    Person& to = stored[1 - side].person;
    if (!from.book.can_seal(to.address(), c.now_ms)) {
      if (c.random.below(4) == 0) c.begin(from, to);
      stored[side].store();
    } else {
      Bytes envelope = c.seal(from, to, "message " + std::to_string(i));
      if (c.random.below(50) == 0) {
        // A crash before the commit: the envelope was never sent, the ratchet is the old one.
        stored[side].restart();
      } else {
        stored[side].store();
        under_way[1 - side].push_back(std::move(envelope));
      }
    }
    std::deque<Bytes>& mailbox = under_way[side];
    while (mailbox.size() > c.random.below(12)) {
      const size_t at = c.random.below(mailbox.size());
      const Bytes envelope = mailbox[at];
      // Now and then it stays, and comes once more; now and then it is lost.
      if (c.random.below(20) != 0) mailbox.erase(mailbox.begin() + static_cast<ptrdiff_t>(at));
      if (c.random.below(20) != 0) c.open(from, to, envelope);
      if (c.random.below(10) != 0) stored[side].store();
    }
    if (c.random.below(200) == 0) stored[side].restart();
    if (c.random.below(1'000) == 0) c.now_ms += kDayMs;
  }
  print_ledger("sessions");
  CHECK(watch().seals() > 50'000);
  CHECK(watch().repeats() == 0);
}

TEST_CASE("ledger: engines that crash, restart and send again repeat nothing") {
  watch().reset();
  World world(7);
  std::vector<Device*> devices = {&world.add("alice"), &world.add("bob"), &world.add("carol")};
  std::vector<Address> addresses;
  for (const Device* device : devices) addresses.push_back(device->address());
  for (size_t i = 0; i < devices.size(); ++i) {
    Device& other = *devices[(i + 1) % devices.size()];
    devices[i]->run(command::AcceptInvite{other.engine->invite()});
    world.advance(2'000);
  }
  for (int step = 0; step < 4'000; ++step) {
    const size_t who = world.random.below(devices.size());
    Device& device = *devices[who];
    switch (device.engine ? world.random.below(24) : 99) {
      case 0:
        device.crash();
        break;
      case 1:
        device.cut();
        break;
      case 2:
        device.restore();
        break;
      case 3:
        if (world.relay) world.crash_relay();
        break;
      case 4:
        if (!world.relay) world.start_relay();
        break;
      case 99:
        device.open();
        break;
      default:
        device.send(addresses[(who + 1 + world.random.below(2)) % addresses.size()],
                    "message " + std::to_string(step));
    }
    // A crash can come between a seal and its commit.
    if (world.random.below(3) == 0) world.advance(world.random.below(3'000));
  }
  print_ledger("engines and their journals");
  CHECK(watch().seals() > 20'000);
  CHECK(watch().repeats() == 0);
}

}  // namespace homing::test
