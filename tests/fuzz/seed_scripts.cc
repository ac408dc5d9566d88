// Seeds of the targets whose bytes are actions: short stories that reach what random bytes would
// take long to find.

#include <initializer_list>

#include "fuzz/engine_host.h"
#include "fuzz/interaction.h"
#include "fuzz/seeds.h"
#include "journal/journal_format.h"
#include "journal/record.h"
#include "wire/content.h"
#include "wire/frame.h"

namespace homing::fuzz {
namespace {

/// Bytes that Choices takes apart again.
class Script {
 public:
  Script& step(Step step) { return u8(static_cast<uint8_t>(step)); }
  Script& alice(Act act) { return u8(static_cast<uint8_t>(act)); }
  Script& bob(Act act) { return u8(static_cast<uint8_t>(static_cast<uint8_t>(act) | kBobActs)); }
  Script& u8(uint8_t value) { return raw({&value, 1}); }
  Script& u16(uint16_t value) {
    writer_.u16(value);
    return *this;
  }
  Script& u64(uint64_t value) {
    writer_.u64(value);
    return *this;
  }
  Script& raw(ByteView bytes) {
    writer_.raw(bytes);
    return *this;
  }
  Script& sized(ByteView bytes) { return u16(static_cast<uint16_t>(bytes.size())).raw(bytes); }
  ByteView bytes() const { return writer_.buffer(); }

 private:
  ByteWriter writer_;
};

// --- session_interaction -------------------------------------------------------------------------

void alice_says(Script& s) { s.alice(Act::kSeal).u8(5).bob(Act::kDeliver).u8(0); }
void bob_says(Script& s) { s.bob(Act::kSeal).u8(5).alice(Act::kDeliver).u8(0); }

void interactions(Write write) {
  Script talk;
  for (int i = 0; i < 3; ++i) {
    alice_says(talk);
    bob_says(talk);
  }
  write("session_interaction", "talk", talk.bytes());

  Script order;
  alice_says(order);
  bob_says(order);
  for (int i = 0; i < 4; ++i) order.alice(Act::kSeal).u8(200);
  order.bob(Act::kDuplicate).u8(1).bob(Act::kDeliver).u8(3).bob(Act::kDrop).u8(0);
  order.bob(Act::kTamper).u8(0).u16(60).u8(1);
  for (int i = 0; i < 3; ++i) order.bob(Act::kDeliver).u8(0);
  bob_says(order);
  write("session_interaction", "order", order.bytes());

  Script both;
  both.alice(Act::kSeal).u8(1).bob(Act::kSeal).u8(1);
  both.alice(Act::kDeliver).u8(0).bob(Act::kDeliver).u8(0);
  alice_says(both);
  bob_says(both);
  both.alice(Act::kArchive);
  alice_says(both);
  both.bob(Act::kBegin).bob(Act::kRestart).alice(Act::kRestart).alice(Act::kTime).u8(12);
  bob_says(both);
  write("session_interaction", "both-begin", both.bytes());

  Script rollback;
  alice_says(rollback);
  bob_says(rollback);
  rollback.alice(Act::kRemember);
  alice_says(rollback);
  rollback.alice(Act::kRollback);
  alice_says(rollback);
  bob_says(rollback);
  write("session_interaction", "rollback", rollback.bytes());

  Script overtaken;
  alice_says(overtaken);
  bob_says(overtaken);
  for (int i = 0; i < 3; ++i) overtaken.alice(Act::kSeal).u8(5);
  overtaken.bob(Act::kDeliver).u8(0);
  bob_says(overtaken);
  overtaken.alice(Act::kSeal).u8(5).bob(Act::kDeliver).u8(2);  // the next chain before the last
  overtaken.bob(Act::kRestart).bob(Act::kDeliver).u8(0).bob(Act::kDeliver).u8(0);
  write("session_interaction", "overtaken-chain", overtaken.bytes());

  Script first;
  first.alice(Act::kSeal).u8(5).alice(Act::kSeal).u8(5);
  first.bob(Act::kTamper).u8(0).u16(20).u8(1);   // the identity in it
  first.bob(Act::kTamper).u8(0).u16(160).u8(1);  // the base key
  first.bob(Act::kDeliver).u8(0).bob(Act::kTamper).u8(0).u16(20).u8(1);
  first.bob(Act::kArchive).bob(Act::kTamper).u8(0).u16(20).u8(1);
  first.bob(Act::kDeliver).u8(0);
  write("session_interaction", "first-messages", first.bytes());
}

// --- engine_frames -------------------------------------------------------------------------------

void done(Script& s) { s.step(Step::kCommit).u8(0); }

/// Connected, with published prekeys.
Script online() {
  Script s;
  s.step(Step::kGreet).u8(4);
  done(s);
  return s;
}

void bob_writes(Script& s, const content::Content& content) {
  s.step(Step::kBobWrites).sized(content::encode(content));
  done(s);
}

void engines(Write write) {
  FixedRandom random(11);
  const MessageId id = MessageId::create(kNowMs, random);

  Script sends = online();
  sends.step(Step::kSend).sized(as_bytes("hello"));
  done(sends);
  sends.step(Step::kBundle).u8(1);
  done(sends);
  sends.step(Step::kAccept);
  done(sends);
  sends.step(Step::kRestart);
  write("engine_frames", "sends", sends.bytes());

  Script receives = online();
  bob_writes(receives, content::Introduction{{}, "bob"});
  bob_writes(receives, content::Text{id, 1, kNowMs, "hello"});
  bob_writes(receives, content::Text{id, 1, kNowMs, "hello"});
  receives.step(Step::kProfileWish).u8(0).u16(0);
  done(receives);
  receives.step(Step::kAccept).step(Step::kRestart);
  write("engine_frames", "receives", receives.bytes());

  Script contact = online();
  bob_writes(contact, content::Introduction{{}, "bob"});
  bob_writes(contact, content::Text{id, 1, kNowMs, std::string(2000, 'x')});
  contact.step(Step::kSend).sized(as_bytes("hello"));  // accepts bob
  done(contact);
  // What waits goes in several submits, as the first of a connection goes alone.
  for (int i = 0; i < 3; ++i) {
    contact.step(Step::kAccept);
    done(contact);
    for (const uint8_t form : std::initializer_list<uint8_t>{0, 1, 2}) {
      contact.step(Step::kBobAnswers).u8(form);
      done(contact);
    }
  }
  contact.step(Step::kDeliver).u64(70).sized(Bytes(200));  // is asked for again
  done(contact);
  contact.step(Step::kAccept).step(Step::kRestart);
  for (const uint8_t wish : std::initializer_list<uint8_t>{8, 6, 5, 7, 9, 10}) {
    contact.step(Step::kProfileWish).u8(wish).sized({});
    done(contact);
  }
  contact.step(Step::kRestart);
  write("engine_frames", "contact", contact.bytes());

  Script refused = online();
  refused.step(Step::kSend).sized(as_bytes("hello"));
  done(refused);
  refused.step(Step::kBundle).u8(1);
  done(refused);
  refused.step(Step::kRefuse).u8(static_cast<uint8_t>(Error::kMailboxFull)).u64(0);
  done(refused);
  refused.step(Step::kMessageWish).u8(2);
  done(refused);
  refused.step(Step::kRefuse).u8(static_cast<uint8_t>(Error::kRateLimited)).u64(5000);
  refused.step(Step::kTime).u16(9);
  done(refused);
  refused.step(Step::kRefuse).u8(static_cast<uint8_t>(Error::kIdOutOfRange)).u64(0);
  write("engine_frames", "refused", refused.bytes());

  Script hostile = online();
  hostile.step(Step::kDeliver).u64(5).sized(Bytes(30));
  hostile.step(Step::kFrame).sized(wire::encode(wire::RelayFrame(wire::RelayPing{1})));
  hostile.step(Step::kFrame).sized(wire::encode(wire::RelayFrame(wire::PrekeysLow{0, 0})));
  hostile.step(Step::kFrame)
      .sized(wire::encode(wire::RelayFrame(
          wire::ErrorFrame{Error::kRateLimited, 10'000, wire::FrameType::kError})));
  hostile.step(Step::kTime).u16(20).step(Step::kSocket).u8(1).u16(1012).sized(as_bytes("r=7"));
  hostile.step(Step::kTime).u16(60);
  hostile.step(Step::kGreet).u8(2 | 8 | 16).u64(1000).u8(3);
  hostile.step(Step::kCommit).u8(1).step(Step::kTime).u16(90);
  done(hostile);
  write("engine_frames", "hostile", hostile.bytes());

  Script pause = online();
  pause.step(Step::kFrame)
      .sized(wire::encode(wire::RelayFrame(
          wire::ErrorFrame{Error::kRateLimited, UINT64_MAX, wire::FrameType::kError})));
  write("engine_frames", "endless-pause", pause.bytes());
}

// --- journal -------------------------------------------------------------------------------------

void a_record(Script& s, const Record& record) {
  s.u8(static_cast<uint8_t>(record_type(record))).sized(encode_record(record).view());
}

void journals(Write write) {
  const Record mark = record::ReadMark{bob().address};
  const Record settled = record::Settled{bob().address, {1, 2}};

  Script chain;
  chain.u8(2);
  chain.u8(1).u8(1).u8(1);  // a commit, generation 1, two records
  a_record(chain, mark);
  a_record(chain, settled);
  chain.u8(1 | 4).u8(2).u8(0);  // a snapshot, generation 2, one record
  a_record(chain, settled);
  write("journal", "chain", chain.bytes());

  Script damaged;
  damaged.u8(2);
  damaged.u8(1).u8(1).u8(0);
  a_record(damaged, mark);
  damaged.u8(1 | 64).u8(2).u8(0);
  a_record(damaged, mark);
  damaged.u8(0).u16(70);  // a byte of it is turned
  write("journal", "damaged", damaged.bytes());

  Script restored;
  restored.u8(3);
  restored.u8(0).u8(8).raw(as_bytes("restored")).sized({});
  restored.u8(1).u8(1).u8(0);
  a_record(restored, mark);
  restored.u8(1 | 8).u64(5).u8(2).u8(0);  // two before it are missing
  a_record(restored, mark);
  write("journal", "restored-with-a-gap", restored.bytes());

  Bytes later_version = journal::encode_header({});
  later_version[journal::kFileMagic.size()] = 0xff;
  Script newer;
  newer.u8(1).u8(0).u8(3).raw(as_bytes("abc")).sized(later_version);
  write("journal", "newer", newer.bytes());

  Script raw;
  raw.u8(1).u8(0).u8(3).raw(as_bytes("abc")).sized(as_bytes("HOMJ"));
  write("journal", "raw", raw.bytes());
}

}  // namespace

void write_script_seeds(Write write) {
  interactions(write);
  engines(write);
  journals(write);
}

}  // namespace homing::fuzz
