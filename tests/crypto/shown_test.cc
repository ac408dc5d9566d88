// Goal: nothing that leaves the engine shows a secret: what it tells its user, what it sends, what
// it stores.
// Method: a conversation with good and bad news; every field of every event, reply and query as the
// page gets it, every frame and every file, searched for every secret that passed libsodium's door
// (watch.h), as bytes, in hex and in base64. A new field does not compile until it is shown here.

#include <doctest/doctest.h>

#include <cstdio>
#include <string>

#include "crypto/watch.h"
#include "support/pair.h"
#include "wire/frame.h"

namespace homing::test {
namespace {

using crypto_test::Needles;
using crypto_test::watch;

/// All that a page can get to see, one value a line.
class Shown {
 public:
  void show(std::string_view value) { text_.append(value).push_back('\n'); }
  void show(const std::string& value) { show(std::string_view(value)); }
  void show(bool value) { show(std::string_view(value ? "true" : "false")); }
  void show(uint64_t value) { show(std::to_string(value)); }
  void show(uint32_t value) { show(std::to_string(value)); }
  void show(Error error) { show(error_name(error)); }
  void show(const Address& address) { show(address.to_text()); }
  void show(const MessageId& id) { show(id.to_text()); }
  void show(MessageStatus status) { show(status_name(status)); }
  void show(ContactState state) { show(contact_state_name(state)); }
  void show(WaitReason reason) { show(wait_reason_name(reason)); }
  void show(event::ConnectionState state) { show(connection_state_name(state)); }
  template <typename T>
  void show(const std::optional<T>& value) {
    if (value) show(*value);
  }
  template <typename T>
  void show(const std::vector<T>& values) {
    for (const T& value : values) show(value);
  }
  void show(const Message& message) {
    const auto& [id, peer, outgoing, sequence, time, status, held_reason, text] = message;
    all(id, peer, outgoing, sequence, time, status, held_reason, text);
  }
  void show(const Conversation& conversation) {
    const auto& [peer, contact, verified, name, unread, pending, last_time, last_text] =
        conversation;
    all(peer, contact, verified, name, unread, pending, last_time, last_text);
  }
  void show(const Why& why) {
    const auto& [reason, ahead, next_attempt, error] = why;
    all(reason, ahead, next_attempt, error);
  }
  void show(const SafetyNumber& number) {
    const auto& [digits, code] = number;
    all(digits, code);
  }
  void show(const output::Reply& reply) {
    const auto& [request, error, message, peer] = reply;
    all(request, error, message, peer);
  }
  void show(const event::Opened& event) {
    const auto& [address, quarantined] = event;
    all(address, quarantined);
  }
  void show(const event::Stopped& event) {
    const auto& [error] = event;
    all(error);
  }
  void show(const event::MessagesChanged& event) {
    const auto& [messages] = event;
    all(messages);
  }
  void show(const event::StatusChanged& event) {
    const auto& [peer, status, held_reason, ids] = event;
    all(peer, status, held_reason, ids);
  }
  void show(const event::ConversationChanged& event) {
    const auto& [conversation] = event;
    all(conversation);
  }
  void show(const event::ConversationDeleted& event) {
    const auto& [peer] = event;
    all(peer);
  }
  void show(const event::ConnectionChanged& event) {
    const auto& [state, next_attempt, error] = event;
    all(state, next_attempt, error);
  }
  void show(const event::StorageChanged& event) {
    const auto& [error, unsaved] = event;
    all(error, unsaved);
  }
  void show(const event::Unreadable& event) {
    const auto& [from, id, error] = event;
    all(from, id, error);
  }
  void show(const Event& event) {
    std::visit([this](const auto& e) { show(e); }, event);
  }
  void show(const Engine& engine) {
    all(engine.address(), engine.invite(), engine.name(), engine.read_receipts(),
        engine.delivered_receipts(), engine.conversations(), engine.pending(), engine.connection());
    for (const Conversation& conversation : engine.conversations()) {
      show(engine.safety_number(conversation.peer));
      for (const Message& message : engine.messages(conversation.peer, std::nullopt, 10'000)) {
        all(message, engine.why(conversation.peer, message.id));
      }
    }
  }

  ByteView bytes() const { return as_bytes(text_); }

 private:
  template <typename... Ts>
  void all(const Ts&... values) {
    (show(values), ...);
  }

  std::string text_;
};

void show_device(const Device& device, Shown& shown) {
  for (const Event& event : device.events) shown.show(event);
  for (const auto& [request, reply] : device.replies) shown.show(reply);
  if (device.engine) shown.show(*device.engine);
}

}  // namespace

TEST_CASE("shown: the search finds a secret in each of its forms") {
  watch().reset();
  Pair p(8);
  const Needles secrets = watch().all_but({}, true);
  const SecretKey key = watch().any_message_key();
  CHECK(secrets.find_in(key.view()).size() == 2);
  CHECK(secrets.find_in(as_bytes("x" + to_hex(key.view()))).size() == 1);
  Shown shown;
  show_device(p.alice, shown);
  CHECK(shown.bytes().size() > 500);
}

TEST_CASE("shown: no secret in events, replies, queries, frames and files") {
  watch().reset();
  Pair p(9);
  Shown shown;
  for (int i = 0; i < 40; ++i) {
    (i % 2 == 0 ? p.alice : p.bob).send(i % 2 == 0 ? p.b : p.a, "message " + std::to_string(i));
    p.world.advance(500);
  }
  p.bob.run(command::MarkRead{p.a});
  // Bad news: a full disk, an envelope that nobody can open, a rollback, a refusal, an end.
  const auto old_files = p.alice.files;
  p.alice.fail_commits(Error::kStorageQuota);
  p.alice.feed(Command{90, command::Send{p.b, "no room"}});
  p.world.advance(1'000);
  p.alice.fail_commits(std::nullopt);
  p.world.advance(10'000);
  const MessageId id = MessageId::create(p.world.now.wall_ms, p.world.random);
  const wire::Deliver forged{{{1'000, p.b, id, Bytes(300, 7)}}};
  p.alice.feed(input::FrameReceived{p.alice.connection, wire::encode(wire::RelayFrame(forged))});
  p.world.settle();
  REQUIRE(events_of<event::Unreadable>(p.alice).size() == 1);
  show_device(p.alice, shown);
  p.alice.crash();
  p.alice.files = old_files;
  p.alice.open();
  p.world.advance(10'000);
  p.alice.run(command::Send{p.a, "to myself"});
  p.bob.fail_commits(Error::kStorageFenced);
  p.bob.feed(Command{91, command::Send{p.a, "deposed"}});
  p.world.settle();

  for (const Device* device : {&p.alice, &p.bob}) show_device(*device, shown);
  Bytes disk_keys;
  for (const Device* device : {&p.alice, &p.bob}) append(disk_keys, device->files.at("key"));
  const Needles secrets = watch().all_but(disk_keys, true);
  CHECK(secrets.size() > 1'000);
  CHECK(secrets.find_in(shown.bytes()).empty());
  size_t frames = 0;
  for (const Device* device : {&p.alice, &p.bob}) {
    for (const Bytes& frame : device->transmitted) CHECK(secrets.find_in(frame).empty());
    for (const auto& [name, file] : device->files) CHECK(secrets.find_in(file).empty());
    frames += device->transmitted.size();
  }
  std::printf("shown: %zu bytes of events, replies and queries, %zu frames: no secret\n",
              shown.bytes().size(), frames);
}

}  // namespace homing::test
