// Goal: the worked example of docs/wire_format.md is what this code writes.
// Method: encode the example from its description and look for the hex in the document, whose
// layout in lines and spaces does not matter.

#include <doctest/doctest.h>

#include <algorithm>
#include <cctype>
#include <fstream>
#include <iterator>
#include <string>

#include "session/identity.h"
#include "wire/frame.h"

namespace homing::wire {
namespace {

/// 00, 01, 02, ...
class Counting final : public RandomSource {
 public:
  void fill(std::span<uint8_t> out) override {
    for (uint8_t& byte : out) byte = next_++;
  }

 private:
  uint8_t next_ = 0;
};

std::string document_without_spaces() {
  std::ifstream in(HOMING_DOCS_DIR "/wire_format.md");
  std::string text(std::istreambuf_iterator<char>(in), {});
  std::erase_if(text, [](unsigned char c) { return std::isspace(c) != 0; });
  return text;
}

}  // namespace

TEST_CASE("wire: the worked example in the document is what the code writes") {
  const std::string document = document_without_spaces();
  REQUIRE_FALSE(document.empty());
  const auto check = [&](const std::string& name, const Bytes& bytes) {
    CAPTURE(name);
    CHECK(document.find(name + to_hex(bytes)) != std::string::npos);
  };
  Counting random;
  const Identity identity = Identity::generate(random);
  ByteArray<32> nonce;
  nonce.fill(0x11);
  check("challenge", encode(RelayFrame(Challenge{.nonce = nonce})));

  Hello hello;
  hello.address = identity.address();
  hello.signing_key = identity.public_keys().signing_key;
  hello.identity_key = identity.public_keys().identity_key;
  hello.client_nonce.fill(0x22);
  hello.generation = 3;
  const Bytes signed_bytes = auth_message("relay.example", nonce, hello);
  check("signed", signed_bytes);
  hello.signature = identity.sign(purpose::kRelayAuth, signed_bytes);
  check("hello", encode(ClientFrame(hello)));

  const MessageId id = MessageId::create(1'800'000'000'000, random);
  const Bytes envelope = {0xde, 0xad, 0xbe, 0xef};
  check(
      "submit",
      encode(ClientFrame(Submit{.generation = 3, .items = {{id, identity.address(), envelope}}})));
  check("accepted", encode(RelayFrame(Accepted{.ids = {id}})));
  check("deliver",
        encode(RelayFrame(Deliver{
            .items = {{.place = 7, .from = identity.address(), .id = id, .envelope = envelope}}})));
  check("drained", encode(RelayFrame(Drained{})));
  check("ack", encode(ClientFrame(Ack{.up_to = 7, .generation = 3})));
  CHECK(document.find(identity.address().to_text()) != std::string::npos);
  CHECK(document.find(id.to_text()) != std::string::npos);
}

}  // namespace homing::wire
