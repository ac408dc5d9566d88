// Goal: every frame, content and invite reads back as it was written, and nothing else is accepted.
// Method: one filled example of each; every truncation, every changed byte, both sides of each
// limit.

#include "wire/frame.h"

#include <doctest/doctest.h>

#include "homing/limits.h"
#include "support/seeded_random.h"
#include "wire/cbor.h"
#include "wire/content.h"
#include "wire/invite.h"

namespace homing::test {
namespace {

using namespace wire;

struct Examples {
  SeededRandom random{31};
  MessageId id = MessageId::create(1'800'000'000'000, random);
  Address address{random.array<32>()};

  std::vector<ClientFrame> client() {
    Hello hello;
    hello.address = address;
    random.fill(hello.signing_key);
    random.fill(hello.signature);
    hello.generation = limits::kGenerationMax;
    return {hello,           Publish{7, Bytes{1, 2, 3}},
            Claim{address},  Submit{300, {{id, address, Bytes(200, 9)}, {id, address, Bytes{}}}},
            Ack{70'000, 4},  Ping{1},
            Pong{UINT64_MAX}};
  }
  std::vector<RelayFrame> relay() {
    return {Challenge{1, random.array<32>()},
            Ready{1'800'000'000'000, 5, random.array<16>(), 86'400'000, 100, 20, true},
            Published{9},
            Bundle{address, Bytes{4, 5}},
            Bundle{address, std::nullopt},
            Accepted{{id, id}},
            Refused{{{id, Error::kMailboxFull, 0}, {id, Error::kRateLimited, 1'000}}},
            Deliver{{{1, address, id, Bytes(100, 7)}}},
            Drained{},
            PrekeysLow{3, 1},
            RelayPing{2},
            RelayPong{3},
            ErrorFrame{Error::kOverloaded, 500, FrameType::kClaim}};
  }
};

TEST_CASE("frame: every frame reads back byte for byte, and only on its own side") {
  Examples examples;
  size_t count = 0;
  for (const ClientFrame& frame : examples.client()) {
    const Bytes bytes = encode(frame);
    const Result<ClientFrame> back = decode_client_frame(bytes);
    REQUIRE(back.ok());
    CHECK(back->index() == frame.index());
    CHECK(encode(*back) == bytes);
    CHECK(decode_relay_frame(bytes).error() == Error::kUnknownType);
    ++count;
  }
  for (const RelayFrame& frame : examples.relay()) {
    const Bytes bytes = encode(frame);
    const Result<RelayFrame> back = decode_relay_frame(bytes);
    REQUIRE(back.ok());
    CHECK(back->index() == frame.index());
    CHECK(encode(*back) == bytes);
    CHECK(decode_client_frame(bytes).error() == Error::kUnknownType);
    ++count;
  }
  CHECK(count == 20);
}

TEST_CASE("frame: a truncated or lengthened frame is always refused") {
  Examples examples;
  for (const ClientFrame& frame : examples.client()) {
    Bytes bytes = encode(frame);
    for (size_t size = 0; size < bytes.size(); ++size) {
      CHECK(!decode_client_frame(ByteView(bytes).first(size)).ok());
    }
    bytes.push_back(0);
    CHECK(decode_client_frame(bytes).error() == Error::kNonCanonical);
  }
  for (const RelayFrame& frame : examples.relay()) {
    const Bytes bytes = encode(frame);
    for (size_t size = 0; size < bytes.size(); ++size) {
      CHECK(!decode_relay_frame(ByteView(bytes).first(size)).ok());
    }
  }
}

TEST_CASE("frame: with any byte changed it is refused or reads as another valid frame") {
  Examples examples;
  for (const ClientFrame& frame : examples.client()) {
    const Bytes bytes = encode(frame);
    for (size_t i = 0; i < bytes.size(); ++i) {
      Bytes changed = bytes;
      changed[i] ^= 0x41;
      const Result<ClientFrame> back = decode_client_frame(changed);
      if (back) CHECK(encode(*back) == changed);
    }
  }
}

TEST_CASE("frame: types nobody knows, and shapes no frame has, get a typed error") {
  CHECK(decode_client_frame(encode_cbor({200})).error() == Error::kUnknownType);
  CHECK(decode_client_frame(encode_cbor({8, 1})).error() == Error::kUnknownType);
  CHECK(decode_client_frame(encode_cbor(7)).error() == Error::kMalformed);
  CHECK(decode_client_frame(encode_cbor(Json::array())).error() == Error::kMalformed);
  CHECK(decode_client_frame(encode_cbor({6, "text"})).error() == Error::kMalformed);
  CHECK(decode_client_frame(encode_cbor({6, 1, 2})).error() == Error::kMalformed);
}

TEST_CASE("frame: batches and envelopes are accepted up to their limits") {
  Examples examples;
  Submit submit;
  submit.items.assign(limits::kBatchItemsMax, {examples.id, examples.address, Bytes{}});
  CHECK(decode_client_frame(encode(ClientFrame(submit))).ok());
  submit.items.push_back(submit.items.front());
  CHECK(decode_client_frame(encode(ClientFrame(submit))).error() == Error::kTooLarge);
  submit.items.assign(1, {examples.id, examples.address, Bytes(limits::kEnvelopeBytesMax)});
  CHECK(decode_client_frame(encode(ClientFrame(submit))).ok());
  submit.items[0].envelope.push_back(0);
  CHECK(decode_client_frame(encode(ClientFrame(submit))).error() == Error::kTooLarge);
  submit.items.clear();
  CHECK(decode_client_frame(encode(ClientFrame(submit))).error() == Error::kMalformed);
}

TEST_CASE("frame: a batch filled by item_bytes_max() fits a frame") {
  Examples examples;
  for (const size_t envelope : {size_t{0}, size_t{23}, size_t{500}, limits::kEnvelopeBytesMax}) {
    Deliver deliver;
    Submit submit{UINT64_MAX, {}};
    size_t bytes = kBatchHeadBytesMax;
    while (submit.items.size() < limits::kBatchItemsMax &&
           bytes + item_bytes_max(envelope) <= limits::kFrameBytesMax) {
      bytes += item_bytes_max(envelope);
      submit.items.push_back({examples.id, examples.address, Bytes(envelope)});
      deliver.items.push_back({UINT64_MAX, examples.address, examples.id, Bytes(envelope)});
    }
    CHECK(encode(ClientFrame(submit)).size() <= bytes);
    CHECK(encode(RelayFrame(deliver)).size() <= bytes);
  }
}

TEST_CASE("frame: what is signed at authentication depends on every part of it") {
  Examples examples;
  Hello hello;
  hello.address = examples.address;
  const ByteArray<32> nonce = examples.random.array<32>();
  const Bytes base = auth_message("relay.example", nonce, hello);
  CHECK(auth_message("relay.exampl", nonce, hello) != base);
  CHECK(auth_message("relay.example", examples.random.array<32>(), hello) != base);
  Hello other = hello;
  other.client_nonce[0] ^= 1;
  CHECK(auth_message("relay.example", nonce, other) != base);
  other = hello;
  other.version = 2;
  CHECK(auth_message("relay.example", nonce, other) != base);
}

TEST_CASE("content: every kind reads back, and bad ones get a typed error") {
  Examples examples;
  const std::vector<content::Content> all = {
      content::Text{examples.id, 1, 1'800'000'000'000, "hello"},
      content::Receipt{MessageStatus::kRead, {examples.id}}, content::Introduction{{7}, "Bob"},
      content::Introduction{{}, ""}};
  for (const content::Content& one : all) {
    const Bytes bytes = content::encode(one);
    const auto back = content::decode(bytes);
    REQUIRE(back.ok());
    CHECK(content::encode(*back) == bytes);
    for (size_t size = 0; size < bytes.size(); ++size) {
      CHECK(!content::decode(ByteView(bytes).first(size)).ok());
    }
  }
  CHECK(content::decode(encode_cbor({9, 1})).error() == Error::kUnknownType);
  CHECK(content::decode(content::encode(content::Receipt{MessageStatus::kSent, {examples.id}}))
            .error() == Error::kMalformed);
  CHECK(content::decode(content::encode(content::Receipt{MessageStatus::kRead, {}})).error() ==
        Error::kMalformed);
  CHECK(content::decode(content::encode(content::Text{examples.id, 0, 0, "x"})).error() ==
        Error::kMalformed);
  std::vector<MessageId> ids(limits::kReceiptIdsMax, examples.id);
  CHECK(content::decode(content::encode(content::Receipt{MessageStatus::kRead, ids})).ok());
  ids.push_back(examples.id);
  CHECK(content::decode(content::encode(content::Receipt{MessageStatus::kRead, ids})).error() ==
        Error::kTooLarge);
  const std::string name(limits::kNameBytesMax, 'n');
  CHECK(content::decode(content::encode(content::Introduction{{}, name})).ok());
  CHECK(content::decode(content::encode(content::Introduction{{}, name + "n"})).error() ==
        Error::kTooLarge);
  const std::string text(limits::kTextBytesMax, 'x');
  CHECK(content::decode(content::encode(content::Text{examples.id, 1, 0, text})).ok());
  CHECK(content::decode(content::encode(content::Text{examples.id, 1, 0, text + "x"})).error() ==
        Error::kTooLarge);
}

TEST_CASE("invite: it reads back, white space around it is forgiven, and changes are noticed") {
  SeededRandom random(32);
  const Identity identity = Identity::generate(random);
  const std::string text = encode_invite({identity.public_keys(), {1, 2, 3}, "Alice"});
  const Result<Invite> back = decode_invite("  " + text + "\n");
  REQUIRE(back.ok());
  CHECK(address_of(back->identity) == identity.address());
  CHECK(back->name == "Alice");
  CHECK(back->mark == InviteMark{1, 2, 3});
  for (size_t i = 0; i < 170; ++i) {
    std::string changed = text;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    const Result<Invite> read = decode_invite(changed);
    // A key or signature that was changed does not verify.
    CHECK_MESSAGE(!read.ok(), i);
  }
  CHECK(decode_invite("").error() == Error::kMalformed);
  CHECK(decode_invite("not base64!").error() == Error::kMalformed);
  CHECK(decode_invite(std::string(5'000, 'A')).error() == Error::kTooLarge);
  CHECK(decode_invite("C" + text.substr(1)).error() == Error::kUnsupported);
}

}  // namespace
}  // namespace homing::test
