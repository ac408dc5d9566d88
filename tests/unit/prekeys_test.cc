// Goal: the relay has prekeys that their owner can answer for, and gets no work out of the owner by
// asking for them.
// Method: real engines and the real relay's logic; what bob uploads is read off his frames.

#include <doctest/doctest.h>

#include <memory>

#include "homing/limits.h"
#include "session/prekey_bundle.h"
#include "support/pair.h"

namespace homing::test {
namespace {

/// The frames of one type that a device has sent since its list was cleared.
template <typename T>
std::vector<T> sent(const Device& device) {
  std::vector<T> found;
  for (const Bytes& bytes : device.transmitted) {
    const auto frame = wire::decode_client_frame(bytes);
    if (const T* wanted = std::get_if<T>(&*frame)) found.push_back(*wanted);
  }
  return found;
}

std::vector<Bytes> uploads(const Device& device) {
  std::vector<Bytes> found;
  for (const wire::Publish& publish : sent<wire::Publish>(device)) {
    found.push_back(publish.publication);
  }
  return found;
}

/// Lets things happen until the device has sent such a frame, and the relay not yet heard of it.
template <typename T>
void until_sent(Pair& p, const Device& device) {
  while (sent<T>(device).empty()) {
    REQUIRE(!p.world.happenings.empty());
    const auto next = std::move(p.world.happenings.front());
    p.world.happenings.pop_front();
    next();
  }
}

/// What a hostile relay says.
void tell(Device& device, const wire::RelayFrame& frame) {
  device.feed(input::FrameReceived{device.connection, wire::encode(frame)});
}

void set_clock_on(Device& device, uint64_t ms) { device.skew_ms += static_cast<int64_t>(ms); }

void say_low(Pair& p, uint32_t left) {
  tell(p.bob, wire::PrekeysLow{left, left});
  p.world.settle();
}

}  // namespace

TEST_CASE("prekeys: a relay that says for ever that they run low gets one refill in its interval") {
  Pair p;
  p.bob.transmitted.clear();
  for (int i = 0; i < 50; ++i) say_low(p, 0);
  CHECK(uploads(p.bob).size() == 1);
  p.world.advance(limits::kRefillMs - 1);
  for (int i = 0; i < 50; ++i) say_low(p, 0);
  CHECK(uploads(p.bob).size() == 1);
  // It need not be told again: the next ping of the relay is enough.
  p.world.advance(1 + limits::kHeartbeatMs);
  CHECK(uploads(p.bob).size() == 2);
  for (int i = 0; i < 50; ++i) say_low(p, 0);
  CHECK(uploads(p.bob).size() == 2);
}

TEST_CASE("prekeys: a refill makes what is missing, below a quarter and not from there on") {
  Pair p;
  p.bob.transmitted.clear();
  say_low(p, limits::kOneTimePrekeys / 4);
  CHECK(uploads(p.bob).empty());
  say_low(p, limits::kOneTimePrekeys / 4 - 1);
  REQUIRE(uploads(p.bob).size() == 1);
  const auto publication = decode_publication(uploads(p.bob)[0]);
  REQUIRE(publication.ok());
  CHECK(publication->one_time.size() == limits::kOneTimePrekeys * 3 / 4 + 1);
}

TEST_CASE(
    "prekeys: an upload that was never answered for goes again as it was, also after a crash") {
  Pair p;
  p.bob.cut();
  p.world.advance(1'000);
  set_clock_on(p.bob, limits::kSignedPrekeyAgeMsMax + 1);
  p.bob.transmitted.clear();
  p.bob.restore();
  until_sent<wire::Publish>(p, p.bob);
  // It is on its way; neither end lives to see it arrive.
  p.bob.crash();
  p.world.crash_relay();
  p.world.settle();
  p.world.start_relay();
  p.bob.open();
  p.world.advance(10'000);
  REQUIRE(uploads(p.bob).size() == 2);
  CHECK(uploads(p.bob)[0] == uploads(p.bob)[1]);
  // The answer came: from here on there is nothing to upload.
  p.bob.crash();
  p.bob.open();
  p.world.advance(10'000);
  CHECK(uploads(p.bob).size() == 2);
}

TEST_CASE(
    "prekeys: an upload that the relay refuses goes again, as it was, on the next connection") {
  Pair p;
  p.bob.transmitted.clear();
  tell(p.bob, wire::PrekeysLow{0, 0});
  until_sent<wire::Publish>(p, p.bob);
  tell(p.bob, wire::ErrorFrame{Error::kRateLimited, 1'000, wire::FrameType::kPublish});
  for (int i = 0; i < 50; ++i) tell(p.bob, wire::PrekeysLow{0, 0});
  p.bob.cut();
  p.world.settle();
  CHECK(uploads(p.bob).size() == 1);
  p.bob.restore();
  p.world.advance(10'000);
  REQUIRE(uploads(p.bob).size() == 2);
  CHECK(uploads(p.bob)[0] == uploads(p.bob)[1]);
}

TEST_CASE("prekeys: a claim that the relay refuses is made again after the pause, not before") {
  Pair p;
  Device& carol = p.world.add("carol");
  p.alice.transmitted.clear();
  p.alice.send(carol.address(), "first contact");
  until_sent<wire::Claim>(p, p.alice);
  tell(p.alice, wire::ErrorFrame{Error::kRateLimited, 5'000, wire::FrameType::kClaim});
  p.world.advance(4'999);
  CHECK(sent<wire::Claim>(p.alice).size() == 1);
  p.world.advance(1);
  CHECK(sent<wire::Claim>(p.alice).size() == 2);
  CHECK(carol.texts_with(p.a) == Texts{"first contact"});
}

TEST_CASE("prekeys: they are renewed after a week, in the middle of a connection") {
  Pair p;
  p.bob.transmitted.clear();
  set_clock_on(p.bob, limits::kSignedPrekeyAgeMsMax - 2 * limits::kHeartbeatMs);
  p.world.advance(limits::kHeartbeatMs);
  CHECK(uploads(p.bob).empty());
  set_clock_on(p.bob, 3 * limits::kHeartbeatMs);
  p.world.advance(2 * limits::kHeartbeatMs);
  CHECK(uploads(p.bob).size() == 1);
  Device& carol = p.world.add("carol");
  carol.send(p.b, "under the new ones");
  p.world.advance(2'000);
  CHECK(p.bob.texts_with(carol.address()) == Texts{"under the new ones"});
}

TEST_CASE("prekeys: a relay that lost its store gets new ones, and first messages arrive") {
  Pair p;
  p.world.crash_relay();
  std::destroy_at(&p.world.store);
  std::construct_at(&p.world.store, p.world.random, relay::Quota{});
  p.world.start_relay();
  p.bob.transmitted.clear();
  p.world.advance(limits::kBackoffMsMax);
  REQUIRE(uploads(p.bob).size() == 1);
  Device& carol = p.world.add("carol");
  carol.send(p.b, "the relay is new");
  p.world.advance(2'000);
  CHECK(p.bob.texts_with(carol.address()) == Texts{"the relay is new"});
}

TEST_CASE("prekeys: after a rollback nobody is given those whose private halves are lost") {
  Pair p;
  const auto old_files = p.bob.files;
  set_clock_on(p.bob, limits::kSignedPrekeyAgeMsMax + 1);
  p.world.advance(2 * limits::kHeartbeatMs);
  p.alice.send(p.b, "so that the relay knows a later generation");
  p.world.advance(2'000);
  p.bob.crash();
  p.bob.files = old_files;
  p.bob.open();
  p.world.advance(10'000);
  Device& carol = p.world.add("carol");
  carol.send(p.b, "to the restored one");
  p.world.advance(2'000);
  CHECK(p.bob.texts_with(carol.address()) == Texts{"to the restored one"});
}

}  // namespace homing::test
