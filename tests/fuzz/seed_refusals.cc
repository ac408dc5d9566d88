// Seeds that a decoder refuses: proper CBOR that is not what the target reads. Random bytes rarely
// get past the CBOR, so every check behind it starts from one of these.

#include "fuzz/people.h"
#include "fuzz/seeds.h"
#include "session/envelope.h"
#include "wire/cbor.h"
#include "wire/content.h"
#include "wire/frame.h"

namespace homing::fuzz {
namespace {

/// Writes values of one target.
class Refusals {
 public:
  Refusals(Write write, std::string_view target) : write_(write), target_(target) {}

  Refusals& operator()(std::string_view name, const Json& value) {
    write_(target_, "refused-" + std::string(name), encode_cbor(value));
    return *this;
  }
  /// An accepted value without its last field.
  Refusals& shortened(std::string_view name, ByteView accepted) {
    Json value = *decode_cbor(accepted);
    value.erase(value.size() - 1);
    return (*this)(name, value);
  }
  /// An accepted value whose field, and its item, if it has some, is null.
  Refusals& nulled(std::string_view name, ByteView accepted, size_t field) {
    Json value = *decode_cbor(accepted);
    Json& at = value[field];
    (at.is_array() ? at[0] : at) = nullptr;
    return (*this)(name, value);
  }

 private:
  Write write_;
  std::string_view target_;
};

void frames(Write write) {
  const Json unknown = Json::array({200u});
  const wire::Submit submit{7, {{an_id(1), bob().address, Bytes(9)}}};
  Refusals client(write, "client_frame");
  client("unknown-type", unknown)("no-array", 7u);
  client("of-the-relay", Json::array({static_cast<unsigned>(wire::FrameType::kDrained)}));
  client.shortened("hello", wire::encode(wire::ClientFrame(wire::Hello{})));
  client.shortened("publish", wire::encode(wire::ClientFrame(wire::Publish{1, Bytes(20)})));
  client.shortened("claim", wire::encode(wire::ClientFrame(wire::Claim{bob().address})));
  client.shortened("submit", wire::encode(wire::ClientFrame(submit)));
  client.nulled("submit-item", wire::encode(wire::ClientFrame(submit)), 2);
  client.shortened("ack", wire::encode(wire::ClientFrame(wire::Ack{70'000, 8})));
  client.shortened("ping", wire::encode(wire::ClientFrame(wire::Ping{1})));

  const wire::Accepted accepted{{an_id(1)}};
  const wire::Refused refused{{{an_id(1), Error::kMailboxFull, 0}}};
  const wire::Deliver deliver{{{1, bob().address, an_id(1), Bytes(40)}}};
  const wire::ErrorFrame error{Error::kRateLimited, 1000, wire::FrameType::kClaim};
  Refusals relay(write, "relay_frame");
  relay("unknown-type", unknown);
  relay.shortened("challenge", wire::encode(wire::RelayFrame(wire::Challenge{})));
  relay.shortened("ready", wire::encode(wire::RelayFrame(wire::Ready{})));
  relay.shortened("published", wire::encode(wire::RelayFrame(wire::Published{1})));
  relay.shortened("bundle", wire::encode(wire::RelayFrame(wire::Bundle{bob().address, {}})));
  relay.shortened("accepted", wire::encode(wire::RelayFrame(accepted)));
  relay.nulled("accepted-id", wire::encode(wire::RelayFrame(accepted)), 1);
  relay.shortened("refused", wire::encode(wire::RelayFrame(refused)));
  relay.nulled("refused-item", wire::encode(wire::RelayFrame(refused)), 1);
  relay.shortened("deliver", wire::encode(wire::RelayFrame(deliver)));
  relay.nulled("deliver-item", wire::encode(wire::RelayFrame(deliver)), 1);
  relay("drained", Json::array({static_cast<unsigned>(wire::FrameType::kDrained), 0u}));
  relay.shortened("prekeys_low", wire::encode(wire::RelayFrame(wire::PrekeysLow{10, 2})));
  relay.shortened("relay_ping", wire::encode(wire::RelayFrame(wire::RelayPing{77})));
  relay.shortened("error", wire::encode(wire::RelayFrame(error)));
}

void contents(Write write) {
  const content::Text text{an_id(1), 1, kNowMs, "hello"};
  const content::Receipt receipt{MessageStatus::kRead, {an_id(1)}};
  const content::RetryRequest request{{an_id(1)}};
  Refusals refused(write, "content");
  refused("unknown-kind", Json::array({9u}))("no-array", 7u);
  refused("receipt-of-sending", Json::array({2u, 0u, Json::array({binary(an_id(1).bytes)})}));
  refused("no-ids", Json::array({2u, static_cast<unsigned>(receipt.status), array()}));
  refused("too-many-ids", Json::array({4u, Json::array_t(257)}));
  refused.shortened("text", content::encode(text));
  refused.shortened("receipt", content::encode(receipt));
  refused.shortened("introduction", content::encode(content::Introduction{{1}, "alice"}));
  refused.shortened("retry-request", content::encode(request));
  refused.nulled("retry-request-id", content::encode(request), 1);
  refused("long-name", Json::array({3u, binary(Bytes(16)), std::string(129, 'n')}));
}

void envelopes(Write write) {
  FirstFields fields;
  fields.one_time_prekey_id = 1;
  const Bytes first = encode_envelope(&fields, {}, Bytes(40));
  const Bytes later = encode_envelope(nullptr, {}, Bytes(40));
  Refusals refused(write, "envelope");
  refused("unknown-kind", Json::array({1u, 7u}))("unknown-version", Json::array({9u, 1u}));
  refused("no-array", 7u);
  refused.shortened("first", first).nulled("first-key", first, 2);
  refused.shortened("later", later).nulled("later-body", later, 3);
}

void bundles(Write write) {
  const Bytes bundle = encode_bundle(bob().bundle(0));
  Refusals(write, "prekey_bundle")("no-array", 7u)("unknown-version", Json::array({9u}))
      .shortened("bundle", bundle)
      .nulled("head", bundle, 1)
      .nulled("one-time", bundle, 11);

  PrekeyPublication few = bob().publication;
  few.one_time.resize(1);
  few.one_time_kem.resize(1);
  const Bytes publication = encode_publication(few);
  Refusals(write, "publication")
      .shortened("publication", publication)
      .nulled("head", publication, 1)
      .nulled("one-time", publication, 10)
      .nulled("one-time-kem", publication, 11);
}

void forms(Write write) {
  const Bytes indefinite = {0x9f, 0xff};
  write("cbor", "refused-indefinite", indefinite);
  const Bytes overlong = {0x63, 0xe0, 0x80, 0x80};
  write("cbor", "refused-overlong-utf8", overlong);
  const Bytes record = {200, 0};
  write("record", "refused-unknown-type", record);
}

}  // namespace

void write_refusal_seeds(Write write) {
  frames(write);
  contents(write);
  envelopes(write);
  bundles(write);
  forms(write);
}

}  // namespace homing::fuzz
