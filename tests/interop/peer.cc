// Goal: the engine's encryption as a peer for another implementation of it.
// Method: a line in, a line out. Parties are made, given bundles and envelopes, and asked for
// envelopes; interop.test.mjs speaks for the other side. All entropy comes from the seeds it gives.
//
//   new PARTY SEED OPKS KEMS       ok ADDRESS PUBLICATION
//   refill PARTY OPKS KEMS         ok PUBLICATION
//   begin PARTY PEER NOW BUNDLE    ok
//   seal PARTY PEER NOW CONTENT    ok ENVELOPE
//   open PARTY PEER NOW ENVELOPE   ok CONTENT
//   state PARTY PEER NOW           ok CAN_SEAL BASE_KEY ARCHIVED
//   save PARTY PEER                ok RECORD
//   load PARTY PEER RECORD         ok
//   archive_all PARTY | forget PARTY PEER | name PARTY NAME | drop PARTY
//
// and the commands of formats.cc. What fails is answered with "error NAME".

#include <iostream>
#include <map>
#include <memory>
#include <random>

#include "interop/line_protocol.h"
#include "session/session_book.h"
#include "wire/invite.h"

namespace homing::interop {
namespace {

class SeededRandom final : public RandomSource {
 public:
  explicit SeededRandom(uint64_t seed) : engine_(seed) {}
  void fill(std::span<uint8_t> out) override {
    for (uint8_t& byte : out) byte = static_cast<uint8_t>(engine_());
  }

 private:
  std::mt19937_64 engine_;
};

struct Party {
  explicit Party(uint64_t seed)
      : random(seed), book(Identity::generate(random), PrekeyStore::generate(0, random)) {}

  std::string publication() const {
    return to_hex(encode_publication(book.prekeys().publication(book.identity())));
  }

  SeededRandom random;
  SessionBook book;
};

class Parties {
 public:
  Reply run(std::string_view command, Words& words) {
    const std::string name(words.word());
    if (command == "new") return create(name, words);
    if (command == "drop") {
      parties_.erase(name);
      return std::string();
    }
    const auto found = parties_.find(name);
    HOMING_ASSERT(found != parties_.end());
    return run(*found->second, command, words);
  }

 private:
  Reply create(const std::string& name, Words& words) {
    auto party = std::make_unique<Party>(words.number());
    refill(*party, words);
    const std::string reply =
        to_hex(party->book.identity().address().hash) + " " + party->publication();
    parties_.insert_or_assign(name, std::move(party));
    return reply;
  }

  // A set of the driver's size: a full one would spend the test's time on keys nobody claims.
  static void refill(Party& party, Words& words) {
    const uint64_t one_time = words.number();
    party.book.refill_prekeys(one_time, words.number(), party.random);
  }

  static Reply run(Party& party, std::string_view command, Words& words) {
    if (command == "refill") {
      refill(party, words);
      return party.publication();
    }
    if (command == "archive_all") {
      party.book.archive_all();
      return std::string();
    }
    if (command == "name") {
      const Bytes name = words.bytes();
      return encode_invite({party.book.identity().public_keys(), {}, std::string(as_text(name))});
    }
    return run_with_peer(party, command, words.address(), words);
  }

  static Reply run_with_peer(Party& party, std::string_view command, const Address& peer,
                             Words& words) {
    if (command == "forget") {
      party.book.forget(peer);
      return std::string();
    }
    if (command == "save") return hex_or_dash(party.book.encode_peer(peer).view());
    if (command == "load") return nothing(party.book.decode_peer(peer, words.bytes()));
    const uint64_t now_ms = words.number();
    if (command == "state") return state(party.book, peer, now_ms);
    if (command == "begin") return begin(party, peer, now_ms, words.bytes());
    if (command == "seal") {
      const Result<Bytes> sealed = party.book.seal(peer, words.bytes(), now_ms, party.random);
      return sealed ? Reply(to_hex(*sealed)) : Reply(sealed.error());
    }
    HOMING_ASSERT(command == "open");
    const Result<SecretBytes> opened = party.book.open(peer, words.bytes(), now_ms);
    return opened ? Reply(hex_or_dash(opened->view())) : Reply(opened.error());
  }

  static Reply begin(Party& party, const Address& peer, uint64_t now_ms, ByteView bytes) {
    const Result<PrekeyBundle> bundle = decode_bundle(bytes);
    if (!bundle) return bundle.error();
    return nothing(party.book.begin(peer, *bundle, now_ms, party.random));
  }

  static Reply state(const SessionBook& book, const Address& peer, uint64_t now_ms) {
    const std::optional<PublicKey> base_key = book.current_session(peer);
    return std::string(book.can_seal(peer, now_ms) ? "1 " : "0 ") +
           (base_key ? to_hex(*base_key) : "-") + " " + std::to_string(book.archived_count(peer));
  }

  static Reply nothing(const Result<void>& result) {
    return result ? Reply(std::string()) : Reply(result.error());
  }

  std::map<std::string, std::unique_ptr<Party>> parties_;
};

void answer(const Reply& reply) {
  if (!reply) {
    std::cout << "error " << error_name(reply.error()) << '\n';
  } else {
    std::cout << "ok" << (reply->empty() ? "" : " ") << *reply << '\n';
  }
}

}  // namespace
}  // namespace homing::interop

int main() {
  using namespace homing::interop;
  std::ios::sync_with_stdio(false);
  std::cin.tie(nullptr);
  Parties parties;
  std::string line;
  while (std::getline(std::cin, line)) {
    Words words(line);
    const std::string_view command = words.word();
    const std::optional<Reply> reply = run_format_command(command, words);
    answer(reply ? *reply : parties.run(command, words));
    // The driver sends many commands at once and waits for their answers together.
    if (std::cin.rdbuf()->in_avail() <= 0) std::cout.flush();
  }
  std::cout.flush();
  return 0;
}
