// Goal: the program keeps its word when it is told to stop and when it is killed, and is quick.
// Method: the relay as a child process on a database that outlives it.

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <set>
#include <stdexcept>

#include "clock.h"
#include "homing/limits.h"
#include "relay/scratch_folder.h"
#include "support/relay_client.h"
#include "support/relay_process.h"

namespace homing::test {
namespace {

void publish(RelayClient& client, RelayPerson& person) {
  client.send(
      wire::Publish{.upload = 1, .publication = encode_publication(person.publication(1, 1))});
  client.next_of<wire::Published>();
}

/// Makes the mailbox of somebody, who then goes away.
void introduce(const RelayProcess& relay, RelayPerson& person) {
  RelayClient client(relay.port());
  client.authenticate(person);
  publish(client, person);
}

wire::Submit submit_of(RelayPerson& from, const Address& to, size_t count, size_t bytes) {
  wire::Submit out;
  for (size_t i = 0; i < count; ++i) {
    out.items.push_back(from.item(to, relay::read_clock().wall_ms, bytes));
  }
  return out;
}

/// Reads a whole mailbox and acknowledges it.
std::vector<MessageId> collect(const RelayProcess& relay, RelayPerson& person) {
  RelayClient client(relay.port());
  client.authenticate(person);
  std::vector<MessageId> out;
  while (true) {
    const wire::RelayFrame frame = client.next();
    if (std::holds_alternative<wire::Drained>(frame)) return out;
    if (const auto* deliver = std::get_if<wire::Deliver>(&frame)) {
      for (const wire::DeliverItem& item : deliver->items) out.push_back(item.id);
      client.send(wire::Ack{.up_to = deliver->items.back().place});
    }
  }
}

}  // namespace

TEST_CASE("relay program: it says one line, where it listens") {
  ScratchFolder folder;
  RelayProcess relay(folder.file("relay.db"));
  CHECK(relay.ready_line() ==
        "homing-relay listening on http://127.0.0.1:" + std::to_string(relay.port()));
  CHECK(get(relay.port(), "/healthz").status == 200);
  relay.signal(SIGTERM);
  CHECK(relay.wait() == 0);
  CHECK(relay.rest_of_output().empty());
}

TEST_CASE("relay program: SIGTERM finishes commits and closes everybody with 1012") {
  ScratchFolder folder;
  RelayPerson alice(1);
  RelayPerson bob(2);
  std::vector<MessageId> accepted;
  {
    RelayProcess relay(folder.file("relay.db"), {"--restart-spread-s", "7"});
    introduce(relay, bob);
    RelayClient client(relay.port());
    client.authenticate(alice);
    for (int i = 0; i < 20; ++i) client.send(submit_of(alice, bob.address(), 50, 300));
    accepted = client.next_of<wire::Accepted>().ids;
    relay.signal(SIGTERM);
    uint16_t code = 0;
    try {
      while (true) {
        const auto more = client.next_of<wire::Accepted>().ids;
        accepted.insert(accepted.end(), more.begin(), more.end());
      }
    } catch (const std::runtime_error&) {
      code = client.close_code();
    }
    CHECK(code == static_cast<uint16_t>(wire::CloseCode::kRestart));
    const std::string reason = client.close_reason();
    CHECK(reason.substr(0, 2) == "r=");
    CHECK(std::stoul(reason.substr(2)) <= 7);
    CHECK(relay.wait() == 0);
  }
  RelayProcess relay(folder.file("relay.db"));
  const std::vector<MessageId> kept = collect(relay, bob);
  // Everything that was accepted is there, in order; more may be.
  REQUIRE(kept.size() >= accepted.size());
  CHECK(std::equal(accepted.begin(), accepted.end(), kept.begin()));
}

TEST_CASE("relay program: SIGKILL loses nothing that was accepted, and repeats are not doubled") {
  ScratchFolder folder;
  RelayPerson alice(1);
  RelayPerson bob(2);
  std::vector<wire::Submit> sent;
  std::vector<MessageId> all;
  std::set<MessageId> accepted;
  {
    RelayProcess relay(folder.file("relay.db"));
    introduce(relay, bob);
    RelayClient client(relay.port());
    client.authenticate(alice);
    for (int i = 0; i < 30; ++i) {
      sent.push_back(submit_of(alice, bob.address(), 50, 300));
      for (const wire::SubmitItem& item : sent.back().items) all.push_back(item.id);
      client.send(sent.back());
    }
    // Killed in the middle: some is accepted, the rest is not.
    for (const MessageId& id : client.next_of<wire::Accepted>().ids) accepted.insert(id);
    relay.signal(SIGKILL);
    CHECK(relay.wait() == 128 + SIGKILL);
    try {
      while (true) {
        for (const MessageId& id : client.next_of<wire::Accepted>().ids) accepted.insert(id);
      }
    } catch (const std::runtime_error&) {
      // The end of the connection.
    }
  }
  REQUIRE_FALSE(accepted.empty());
  MESSAGE("accepted before the kill: ", accepted.size(), " of ", all.size());
  RelayProcess relay(folder.file("relay.db"));
  {
    RelayClient client(relay.port());
    client.authenticate(alice);
    for (const wire::Submit& frame : sent) client.send(frame);
    size_t again = 0;
    while (again < all.size()) again += client.next_of<wire::Accepted>().ids.size();
  }
  CHECK(collect(relay, bob) == all);
  CHECK(collect(relay, bob).empty());
}

TEST_CASE("relay program: when the disk is full it acknowledges nothing, and ends with an error") {
  ScratchFolder folder;
  RelayPerson alice(1);
  RelayPerson bob(2);
  wire::Submit frame;
  {
    RelayProcess relay(folder.file("relay.db"));
    introduce(relay, bob);
    RelayClient client(relay.port());
    client.authenticate(alice);
    relay.limit_file_bytes(1);
    frame = submit_of(alice, bob.address(), 20, 300);
    client.send(frame);
    CHECK_THROWS_AS(client.next_of<wire::Accepted>(), std::runtime_error);
    CHECK(client.close_code() == static_cast<uint16_t>(wire::CloseCode::kRestart));
    CHECK(relay.wait() == 1);
  }
  RelayProcess relay(folder.file("relay.db"));
  {
    RelayClient client(relay.port());
    client.authenticate(alice);
    client.send(frame);
    CHECK(client.next_of<wire::Accepted>().ids.size() == 20);
  }
  CHECK(collect(relay, bob).size() == 20);
}

TEST_CASE("relay program: the store id and the generation outlive it") {
  ScratchFolder folder;
  RelayPerson alice(1);
  ByteArray<16> store_id{};
  {
    RelayProcess relay(folder.file("relay.db"));
    store_id = RelayClient(relay.port()).authenticate(alice, 5).store_id;
    relay.signal(SIGKILL);
    relay.wait();
  }
  RelayProcess relay(folder.file("relay.db"));
  const wire::Ready ready = RelayClient(relay.port()).authenticate(alice, 2);
  CHECK(ready.store_id == store_id);
  CHECK(ready.generation == 5);
}

TEST_CASE("relay program: a second relay on the same database does not start") {
  ScratchFolder folder;
  RelayProcess relay(folder.file("relay.db"));
  // Its complaint goes to standard error; all that is said here is that it ends.
  CHECK_THROWS_AS(RelayProcess(folder.file("relay.db")), std::runtime_error);
  CHECK_NOTHROW(RelayProcess(folder.file("other.db")));
}

TEST_CASE("relay program: 10,000 messages in frames of a hundred are accepted and come through") {
  ScratchFolder folder;
  RelayPerson alice(1);
  RelayPerson bob(2);
  RelayProcess relay(folder.file("relay.db"));
  introduce(relay, bob);
  std::vector<wire::Submit> frames;
  for (int i = 0; i < 100; ++i) frames.push_back(submit_of(alice, bob.address(), 100, 300));
  RelayClient client(relay.port());
  client.authenticate(alice);

  const auto start = std::chrono::steady_clock::now();
  size_t sent = 0;
  size_t accepted = 0;
  size_t refused = 0;
  // As a client does: at most 512 KiB in flight, 16 frames of 30 KiB.
  while (accepted + refused < 10'000) {
    while (sent < frames.size() && sent * 100 - accepted < 1'600) client.send(frames[sent++]);
    const wire::RelayFrame frame = client.next();
    if (const auto* a = std::get_if<wire::Accepted>(&frame)) accepted += a->ids.size();
    if (const auto* r = std::get_if<wire::Refused>(&frame)) refused += r->items.size();
  }
  const auto submitted = std::chrono::steady_clock::now();
  CHECK(refused == 0);
  const std::vector<MessageId> got = collect(relay, bob);
  const auto collected = std::chrono::steady_clock::now();
  CHECK(got.size() == 10'000);

  const auto ms = [](auto duration) {
    return std::chrono::duration_cast<std::chrono::milliseconds>(duration).count();
  };
  MESSAGE("10,000 x 300 B: accepted in ", ms(submitted - start), " ms, delivered and acknowledged",
          " in ", ms(collected - submitted), " ms");
}

}  // namespace homing::test
