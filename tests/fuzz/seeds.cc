// Writes the seeds of the fuzz targets: one small input of each kind, made by the real encoders.
// The same bytes in every run.
//
// Usage: homing_fuzz_seeds CORPUS

#include "fuzz/seeds.h"

#include <cstdio>
#include <filesystem>
#include <fstream>

#include "fuzz/choices.h"
#include "fuzz/people.h"
#include "journal/record.h"
#include "wire/cbor.h"
#include "wire/content.h"
#include "wire/frame.h"
#include "wire/invite.h"

namespace homing::fuzz {
namespace {

std::filesystem::path corpus;

void write_file(std::string_view target, std::string_view name, ByteView bytes) {
  const std::filesystem::path folder = corpus / target;
  std::filesystem::create_directories(folder);
  std::ofstream out(folder / ("seed-" + std::string(name)), std::ios::binary);
  out.write(reinterpret_cast<const char*>(bytes.data()),
            static_cast<std::streamsize>(bytes.size()));
}

Bytes copy(ByteView bytes) { return Bytes(bytes.begin(), bytes.end()); }

/// A first message from alice to bob and one that follows a reply, with the books behind them.
struct Exchange {
  SessionBook a = load(alice().stored, bob().address);
  SessionBook b = load(bob().stored, alice().address);
  Bytes first;
  Bytes later;

  Exchange() {
    FixedRandom random(9);
    HOMING_ASSERT(a.begin(bob().address, bob().bundle(0), kNowMs, random).ok());
    first = *a.seal(bob().address, as_bytes("hello"), kNowMs, random);
    HOMING_ASSERT(b.open(alice().address, first, kNowMs).ok());
    const Bytes reply = *b.seal(alice().address, as_bytes("hello"), kNowMs, random);
    HOMING_ASSERT(a.open(bob().address, reply, kNowMs).ok());
    later = *a.seal(bob().address, as_bytes("how are you"), kNowMs, random);
    // One that is overtaken leaves a skipped key behind.
    const Bytes overtaking = *a.seal(bob().address, as_bytes("well?"), kNowMs, random);
    HOMING_ASSERT(b.open(alice().address, overtaking, kNowMs).ok());
  }
};

void cbor(Write write) {
  const Json items = {0u, 23u, 24u, 255u, 256u, 65536u, uint64_t{1} << 32, "text", true, false};
  write("cbor", "numbers", encode_cbor(items));
  write("cbor", "strings", encode_cbor({binary(Bytes(30)), std::string(300, 'a'), Json()}));
  Json nested = array();
  for (int i = 0; i < 7; ++i) nested = Json::array({std::move(nested)});
  write("cbor", "nested", encode_cbor(nested));
  write("cbor", "utf8", encode_cbor("\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80"));
  const Bytes map = {0xa1, 0x61, 0x61, 0x01};
  write("cbor", "map", map);
  const Bytes negative = {0x82, 0x20, 0xfb, 0, 0, 0, 0, 0, 0, 0, 0};
  write("cbor", "negative", negative);
}

void client_frames(Write write) {
  const auto put = [write](std::string_view name, const wire::ClientFrame& frame) {
    write("client_frame", name, wire::encode(frame));
  };
  wire::Hello hello;
  hello.address = alice().address;
  hello.signing_key = alice().publication.identity.signing_key;
  hello.identity_key = alice().publication.identity.identity_key;
  hello.generation = 300;
  put("hello", hello);
  put("publish", wire::Publish{1, Bytes(20)});
  put("claim", wire::Claim{bob().address});
  put("submit",
      wire::Submit{7,
                   {{an_id(1), bob().address, Bytes(9)}, {an_id(2), bob().address, Bytes(300)}}});
  put("ack", wire::Ack{70'000, 8});
  put("ping", wire::Ping{1});
  put("pong", wire::Pong{uint64_t{1} << 40});
}

void relay_frames(Write write) {
  const auto put = [write](std::string_view name, const wire::RelayFrame& frame) {
    write("relay_frame", name, wire::encode(frame));
  };
  put("challenge", wire::Challenge{});
  put("ready", wire::Ready{kNowMs, 5, {}, 30 * kDayMs, 90, 15, true});
  put("published", wire::Published{1});
  put("bundle-none", wire::Bundle{bob().address, {}});
  put("bundle", wire::Bundle{bob().address, encode_bundle(bob().bundle(0))});
  put("accepted", wire::Accepted{{an_id(1), an_id(2)}});
  put("refused",
      wire::Refused{{{an_id(1), Error::kMailboxFull, 0}, {an_id(2), Error::kRateLimited, 5000}}});
  put("deliver", wire::Deliver{{{1, bob().address, an_id(1), Bytes(40)},
                                {2, bob().address, an_id(2), Bytes(9)}}});
  put("drained", wire::Drained{});
  put("prekeys_low", wire::PrekeysLow{10, 2});
  put("relay_ping", wire::RelayPing{77});
  put("relay_pong", wire::RelayPong{78});
  put("error", wire::ErrorFrame{Error::kRateLimited, 1000, wire::FrameType::kClaim});
}

void values(Write write) {
  write("content", "text", content::encode(content::Text{an_id(1), 1, kNowMs, "hello"}));
  write("content", "receipt",
        content::encode(content::Receipt{MessageStatus::kRead, {an_id(1), an_id(2)}}));
  write("content", "introduction", content::encode(content::Introduction{{1}, "alice"}));
  write("content", "retry-request", content::encode(content::RetryRequest{{an_id(1), an_id(2)}}));
  const IdentityKeys& keys = alice().publication.identity;
  write("invite", "named", as_bytes(encode_invite({keys, {1}, "alice"})));
  write("invite", "nameless", as_bytes(" " + encode_invite({keys, {}, ""}) + "\n"));
  write("invite", "name", as_bytes("\xc3\xa9mile"));
  write("prekey_bundle", "one-time", encode_bundle(bob().bundle(0)));
  write("prekey_bundle", "last-resort", encode_bundle(bob().bundle(100)));
  PrekeyPublication publication = bob().publication;
  publication.one_time.resize(3);
  publication.one_time_kem.resize(1);
  write("publication", "few", encode_publication(publication));
  publication.one_time.clear();
  publication.one_time_kem.clear();
  write("publication", "none", encode_publication(publication));
}

void states(Write write) {
  const Exchange exchange;
  write("envelope", "first", exchange.first);
  write("envelope", "later", exchange.later);
  const auto put = [write](std::string_view name, uint8_t decoder, ByteView state) {
    Bytes bytes{decoder};
    append(bytes, state);
    write("session_state", name, bytes);
  };
  put("identity", 0, alice().stored.identity);
  put("prekeys", 1, alice().stored.prekeys);
  put("used-prekeys", 1, store(exchange.b, alice().address).prekeys);
  put("initiator", 2, store(exchange.a, bob().address).sessions);
  put("responder", 2, store(exchange.b, alice().address).sessions);
  SessionBook both = load(store(exchange.a, bob().address), bob().address);
  FixedRandom random(10);
  HOMING_ASSERT(both.begin(bob().address, bob().bundle(1), kNowMs, random).ok());
  put("unanswered-and-archived", 2, store(both, bob().address).sessions);
}

void records(Write write) {
  const auto put = [write](std::string_view name, Record record) {
    Bytes bytes{static_cast<uint8_t>(record_type(record))};
    append(bytes, encode_record(record).view());
    write("record", name, bytes);
  };
  const Address peer = bob().address;
  put("profile", record::Profile{SecretBytes(alice().stored.identity), "alice", true});
  put("prekeys", record::Prekeys{SecretBytes(Bytes(9))});
  put("sessions", record::Sessions{peer, SecretBytes(Bytes(9))});
  put("conversation", record::ConversationInfo{peer, bob().publication.identity, "bob", 3});
  put("conversation-unknown", record::ConversationInfo{peer, {}, "", 1});
  record::MessageStored message;
  message.message = {an_id(1), peer, true, 1, kNowMs, MessageStatus::kHeld, Error::kMailboxFull,
                     "hello"};
  put("message", std::move(message));
  put("status", record::StatusStored{peer, MessageStatus::kSent, {an_id(1), an_id(2)}});
  put("entry-text", record::Entry{peer, 1, record::EntryKind::kText, an_id(1), {}, {}});
  put("entry-receipt",
      record::Entry{peer, 2, record::EntryKind::kReceipt, {}, MessageStatus::kRead, {an_id(3)}});
  put("entry-resend", record::Entry{peer, 3, record::EntryKind::kResend, an_id(1), {}, {}});
  put("entry-retry-request",
      record::Entry{peer, 4, record::EntryKind::kRetryRequest, {}, {}, {an_id(4)}});
  put("sealed", record::Sealed{peer, 1, an_id(1), copy(as_bytes("envelope"))});
  put("settled", record::Settled{peer, {1, 2, 3}});
  put("held", record::Held{peer, 1, Error::kMailboxFull, true});
  put("read-mark", record::ReadMark{peer});
  record::Mailbox mailbox;
  mailbox.place = 9;
  put("mailbox", mailbox);
  put("contact", record::Contact{peer, true, false, true, true, {1}});
  put("cleared", record::Cleared{peer, true});
  put("missing", record::Missing{peer, {an_id(4), an_id(5)}});
}

}  // namespace

MessageId an_id(uint64_t number) {
  FixedRandom random(number);
  return MessageId::create(kNowMs + number, random);
}

void write_value_seeds(Write write) {
  cbor(write);
  client_frames(write);
  relay_frames(write);
  values(write);
  states(write);
  records(write);
}

}  // namespace homing::fuzz

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: %s CORPUS\n", argv[0]);
    return 2;
  }
  homing::fuzz::corpus = argv[1];
  homing::fuzz::write_value_seeds(homing::fuzz::write_file);
  homing::fuzz::write_refusal_seeds(homing::fuzz::write_file);
  homing::fuzz::write_store_seeds(homing::fuzz::write_file);
  homing::fuzz::write_script_seeds(homing::fuzz::write_file);
  return 0;
}
