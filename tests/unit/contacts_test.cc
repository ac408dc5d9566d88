// Goal: strangers learn nothing until they are accepted, blocked people cannot write, and a deleted
// conversation is gone and stays in order when it begins again.
// Method: two real engines and the real relay's logic; what the other side is told is what counts.

#include <doctest/doctest.h>

#include "homing/limits.h"
#include "journal/file_codec.h"
#include "journal/key_file.h"
#include "session/primitives.h"
#include "session/safety_number.h"
#include "support/pair.h"

namespace homing::test {
namespace {

/// Alice and bob have never heard of each other.
struct Strangers {
  World world{1};
  Device& alice = world.add("alice");
  Device& bob = world.add("bob");
  const Address a = alice.address();
  const Address b = bob.address();

  Strangers() { world.advance(2'000); }

  ContactState contact(Device& device) const {
    const auto conversations = device.engine->conversations();
    REQUIRE(conversations.size() == 1);
    return conversations[0].contact;
  }
  MessageId alice_writes(std::string text) {
    const MessageId id = alice.send(b, std::move(text));
    world.advance(2'000);
    return id;
  }
};

TEST_CASE("contacts: a stranger's message is a request, and gets no receipt until it is accepted") {
  Strangers s;
  const MessageId first = s.alice_writes("hello");
  CHECK(s.bob.texts_with(s.a) == Texts{"hello"});
  CHECK(s.contact(s.bob) == ContactState::kRequested);
  CHECK(s.contact(s.alice) == ContactState::kAccepted);
  s.bob.run(command::MarkRead{s.a});
  const MessageId second = s.alice_writes("are you there?");
  CHECK(s.alice.status(s.b, first) == MessageStatus::kSent);
  CHECK(s.alice.status(s.b, second) == MessageStatus::kSent);

  CHECK(!s.bob.run(command::Accept{s.a}).error);
  s.world.advance(2'000);
  CHECK(s.contact(s.bob) == ContactState::kAccepted);
  CHECK(s.alice.status(s.b, first) == MessageStatus::kRead);
  CHECK(s.alice.status(s.b, second) == MessageStatus::kDelivered);
  CHECK(s.alice.status(s.b, s.alice_writes("good")) == MessageStatus::kDelivered);
}

TEST_CASE("contacts: answering a request accepts it") {
  Strangers s;
  const MessageId id = s.alice_writes("hello");
  s.bob.send(s.a, "who is this?");
  s.world.advance(2'000);
  CHECK(s.contact(s.bob) == ContactState::kAccepted);
  CHECK(s.alice.status(s.b, id) == MessageStatus::kDelivered);
}

TEST_CASE("contacts: who comes by the invite is accepted, by a former one is a stranger") {
  for (const bool renewed : {false, true}) {
    Strangers s;
    const std::string invite = s.bob.engine->invite();
    if (renewed) s.bob.run(command::RenewInvite{});
    s.alice.run(command::AcceptInvite{invite});
    s.world.advance(2'000);
    CHECK(s.bob.engine->conversations().size() == (renewed ? 0 : 1));
    const MessageId id = s.alice_writes("hello");
    CHECK(s.contact(s.bob) == (renewed ? ContactState::kRequested : ContactState::kAccepted));
    const auto status = s.alice.status(s.b, id);
    CHECK(status == (renewed ? MessageStatus::kSent : MessageStatus::kDelivered));
  }
}

TEST_CASE("contacts: an invite that was renewed is introduced to anew, the same one is not") {
  Strangers s;
  const std::string former = s.bob.engine->invite();
  s.bob.run(command::RenewInvite{});
  s.alice.run(command::AcceptInvite{former});
  s.world.advance(2'000);
  s.alice.transmitted.clear();
  s.alice.run(command::AcceptInvite{former});
  s.world.advance(2'000);
  CHECK(s.alice.transmitted.empty());
  s.alice.run(command::AcceptInvite{s.bob.engine->invite()});
  s.world.advance(2'000);
  CHECK(s.contact(s.bob) == ContactState::kAccepted);
}

TEST_CASE("contacts: what a blocked person writes is dropped and never confirmed") {
  Pair p;
  const MessageId before = p.alice.send(p.b, "before");
  p.world.advance(2'000);
  CHECK(!p.bob.run(command::Block{p.a}).error);
  const MessageId blocked = p.alice.send(p.b, "blocked");
  p.world.advance(2'000);
  CHECK(p.bob.texts_with(p.a) == Texts{"before"});
  CHECK(p.alice.status(p.b, before) == MessageStatus::kDelivered);
  CHECK(p.alice.status(p.b, blocked) == MessageStatus::kSent);
  CHECK(p.bob.run(command::Send{p.a, "no"}).error == Error::kBlocked);
  p.bob.run(command::MarkRead{p.a});
  p.world.advance(2'000);
  CHECK(p.alice.status(p.b, before) == MessageStatus::kDelivered);

  p.bob.run(command::Accept{p.a});
  const MessageId after = p.alice.send(p.b, "after");
  p.world.advance(2'000);
  CHECK(p.bob.texts_with(p.a) == Texts{"before", "after"});
  CHECK(p.alice.status(p.b, after) == MessageStatus::kDelivered);
  CHECK(p.alice.status(p.b, blocked) == MessageStatus::kSent);
}

TEST_CASE("contacts: a blocked person's receipts still count") {
  Pair p;
  p.bob.cut();
  const MessageId id = p.alice.send(p.b, "hello");
  p.world.advance(2'000);
  p.alice.run(command::Block{p.b});
  p.bob.restore();
  p.world.advance(5'000);
  CHECK(p.alice.status(p.b, id) == MessageStatus::kDelivered);
}

TEST_CASE("contacts: a deleted conversation is gone, also after a restart, and waits for nothing") {
  Pair p;
  p.bob.send(p.a, "from bob");
  p.alice.send(p.b, "sent");
  p.world.advance(2'000);
  p.alice.cut();
  p.world.advance(60'000);
  p.alice.send(p.b, "waits");
  p.alice.events.clear();
  CHECK(!p.alice.run(command::DeleteConversation{p.b}).error);
  CHECK(events_of<event::ConversationDeleted>(p.alice).size() == 1);
  CHECK(events_of<event::ConversationChanged>(p.alice).empty());
  CHECK(p.alice.run(command::DeleteConversation{p.b}).error == Error::kNotFound);
  for (const bool restarted : {false, true}) {
    if (restarted) {
      p.alice.crash();
      p.alice.open();
    }
    CHECK(p.alice.engine->conversations().empty());
    CHECK(p.alice.texts_with(p.b).empty());
    CHECK(p.alice.engine->pending() == 0);
  }
  p.alice.restore();
  p.world.advance(5'000);
  CHECK(p.bob.texts_with(p.a) == Texts{"from bob", "sent"});

  // The next message stands behind the earlier ones at bob's.
  p.alice.send(p.b, "again");
  p.world.advance(2'000);
  CHECK(p.bob.texts_with(p.a) == Texts{"from bob", "sent", "again"});
  CHECK(p.alice.texts_with(p.b) == Texts{"again"});
}

TEST_CASE("contacts: what was under way when its conversation was deleted is answered for") {
  for (const bool refused : {false, true}) {
    Pair p;
    p.world.crash_relay();
    p.world.start_relay();
    p.world.advance(2'000);
    const MessageId id = p.alice.send(p.b, "under way");
    p.alice.feed(Command{99, command::DeleteConversation{p.b}});
    if (refused) {
      const wire::Refused frame{{{id, Error::kMailboxFull, 0}}};
      p.alice.feed(input::FrameReceived{p.alice.connection, wire::encode(wire::RelayFrame(frame))});
    }
    p.world.advance(2'000);
    CHECK(p.alice.engine->pending() == 0);
    CHECK(p.alice.engine->conversations().empty());
    p.alice.crash();
    p.alice.open();
    p.world.advance(2'000);
    CHECK(p.alice.engine->pending() == 0);
    CHECK(p.bob.texts_with(p.a) == Texts{"under way"});
  }
}

TEST_CASE("contacts: who writes after being deleted is a request again") {
  Pair p;
  p.alice.run(command::DeleteConversation{p.b});
  const MessageId id = p.bob.send(p.a, "remember me?");
  p.world.advance(2'000);
  REQUIRE(p.alice.engine->conversations().size() == 1);
  CHECK(p.alice.engine->conversations()[0].contact == ContactState::kRequested);
  CHECK(p.bob.status(p.a, id) == MessageStatus::kSent);
}

TEST_CASE("contacts: a deleted request leaves nothing behind, a blocked one stays blocked") {
  for (const bool blocked : {false, true}) {
    Strangers s;
    s.alice_writes("hello");
    if (blocked) s.bob.run(command::Block{s.a});
    s.bob.run(command::DeleteConversation{s.a});
    CHECK(s.bob.engine->conversations().size() == (blocked ? 1 : 0));
    s.alice_writes("hello again");
    CHECK(s.bob.texts_with(s.a) == (blocked ? Texts{} : Texts{"hello again"}));
    CHECK(s.contact(s.bob) == (blocked ? ContactState::kBlocked : ContactState::kRequested));
  }
}

TEST_CASE("contacts: deliveries are confirmed only while their user wants it") {
  Pair p;
  p.bob.run(command::SetDeliveredReceipts{false});
  const MessageId unconfirmed = p.alice.send(p.b, "one");
  p.world.advance(2'000);
  CHECK(p.alice.status(p.b, unconfirmed) == MessageStatus::kSent);
  p.bob.crash();
  p.bob.open();
  CHECK(!p.bob.engine->delivered_receipts());
  p.bob.run(command::SetDeliveredReceipts{true});
  const MessageId confirmed = p.alice.send(p.b, "two");
  p.world.advance(5'000);
  CHECK(p.alice.status(p.b, unconfirmed) == MessageStatus::kSent);
  CHECK(p.alice.status(p.b, confirmed) == MessageStatus::kDelivered);
}

TEST_CASE("contacts: decisions and the invite survive a restart and a snapshot") {
  Pair p;
  p.alice.run(command::SetVerified{p.b, true});
  p.alice.run(command::Block{p.b});
  const std::string invite = p.alice.engine->invite();
  for (size_t i = 0; i <= limits::kJournalFilesMax; ++i) p.alice.run(command::SetName{"Alice"});
  p.alice.run(command::SetName{""});
  p.alice.crash();
  p.alice.open();
  REQUIRE(p.alice.engine->conversations().size() == 1);
  CHECK(p.alice.engine->conversations()[0].contact == ContactState::kBlocked);
  CHECK(p.alice.engine->conversations()[0].verified);
  CHECK(p.alice.engine->invite() == invite);
  p.alice.run(command::SetVerified{p.b, false});
  CHECK(!p.alice.engine->conversations()[0].verified);
}

TEST_CASE("contacts: commands about nobody are refused") {
  Strangers s;
  CHECK(s.alice.run(command::Accept{s.b}).error == Error::kNotFound);
  CHECK(s.alice.run(command::Block{s.b}).error == Error::kNotFound);
  CHECK(s.alice.run(command::SetVerified{s.b, true}).error == Error::kNotFound);
  CHECK(s.alice.run(command::DeleteConversation{s.b}).error == Error::kNotFound);
}

/// Puts one more commit behind those on the disk.
void add_commit(Device& device, const std::vector<Record>& records) {
  const Result<SecretKey> key = journal::decode_key(device.files.at("key"));
  const Bytes& last = std::prev(device.files.end(), 2)->second;  // names sort by position, then key
  journal::FileHeader header = journal::decode_header(last).value();
  header = {journal::FileKind::kCommit, header.position + 1, header.generation + records.size(),
            blake2b_256({last})};
  journal::FileWriter writer(header, *key, device.random);
  for (size_t i = 0; i < records.size(); ++i) {
    const SecretBytes body = encode_record(records[i]);
    writer.add(record_type(records[i]), body.view(), i + 1 == records.size());
  }
  device.files[journal::file_name(header.kind, header.position)] = writer.take();
}

TEST_CASE("contacts: strangers cannot use up the room for the people one knows") {
  Strangers s;
  s.bob.crash();
  std::vector<Record> records(limits::kRequestsMax - 1);
  for (Record& record : records) {
    record::ConversationInfo info;
    info.peer = Address{s.world.random.array<32>()};
    record = info;
  }
  add_commit(s.bob, records);
  s.bob.open();
  s.world.advance(2'000);
  s.alice_writes("the last one with room");
  CHECK(s.bob.texts_with(s.a).size() == 1);
  Device& carol = s.world.add("carol");
  carol.send(s.b, "one too many");
  s.world.advance(2'000);
  CHECK(s.bob.texts_with(carol.address()).empty());
  const auto unreadable = events_of<event::Unreadable>(s.bob);
  REQUIRE(unreadable.size() == 1);
  CHECK(unreadable[0].error == Error::kFull);

  s.bob.run(command::Accept{s.a});
  carol.send(s.b, "now there is room");
  s.world.advance(2'000);
  CHECK(s.bob.texts_with(carol.address()) == Texts{"now there is room"});
}

TEST_CASE("safety number: both sides have the same digits and read each other's code") {
  Strangers s;
  const SafetyNumber of_alice = s.alice.engine->safety_number(s.b).value();
  const SafetyNumber of_bob = s.bob.engine->safety_number(s.a).value();
  CHECK(of_alice.digits == of_bob.digits);
  CHECK(of_alice.digits.size() == 60);
  CHECK(s.alice.engine->matches_safety_code(s.b, of_bob.code));
  CHECK(s.bob.engine->matches_safety_code(s.a, of_alice.code));
  CHECK(!s.alice.engine->matches_safety_code(s.b, of_alice.code));
  CHECK(!s.alice.engine->matches_safety_code(s.b, ""));
  Device& mallory = s.world.add("mallory");
  const SafetyNumber of_mallory = mallory.engine->safety_number(s.b).value();
  CHECK(of_mallory.digits != of_bob.digits);
  CHECK(!s.bob.engine->matches_safety_code(s.a, of_mallory.code));
}

TEST_CASE("safety number: the digits are those of docs/crypto.md, computed elsewhere") {
  Address a;
  Address b;
  for (uint8_t i = 0; i < 32; ++i) {
    a.hash[i] = i;
    b.hash[i] = static_cast<uint8_t>(32 + i);
  }
  CHECK(safety_digits(a, b) == "553057144919547571003114351377771121130943934830855981615515");
  CHECK(safety_digits(b, a) == safety_digits(a, b));
}

}  // namespace
}  // namespace homing::test
