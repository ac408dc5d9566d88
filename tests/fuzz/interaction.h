#pragma once

#include <string>
#include <vector>

#include "fuzz/choices.h"
#include "fuzz/people.h"

/// Two session books, what is on its way between them, and the oracles of session_interaction.
namespace homing::fuzz {

/// What a byte means. The first bit above these says whether alice or bob acts.
enum class Act : uint8_t {
  kSeal = 0,       // a text of the size that follows (u8)
  kDeliver = 1,    // the envelope chosen by the byte that follows; 0 is the oldest
  kDrop = 2,       // the same
  kDuplicate = 3,  // the same; the copy goes to the end
  kTamper = 4,     // the same, then position u16 and mask u8; a damaged copy is delivered
  kBegin = 5,      // with a fresh bundle
  kArchive = 6,
  kRestart = 7,   // stored and read again
  kRemember = 8,  // a copy of the store is made
  kRollback = 9,  // that copy is what a restart finds
  kTime = 10,     // hours that pass (u8 % 13)
};
inline constexpr uint8_t kActs = 11;
inline constexpr uint8_t kBobActs = 0x10;

class Interaction {
 public:
  Interaction();
  void act(Choices& choices);

 private:
  struct UnderWay {
    Bytes envelope;
    std::string text;
    size_t index = 0;  // of its sender's messages, from 1
    size_t epoch = 0;  // rollbacks before its session began
    size_t opened_by_sender = 0;
  };
  struct Person {
    const PersonKeys& keys;
    SessionBook book;
    StoredBook remembered;
    size_t claims = 0;  // bundles of this person that were handed out
    size_t sealed = 0;
    size_t opened = 0;
    size_t newest_opened = 0;        // index of the peer's message
    std::vector<size_t> seen;        // indices that were opened since the last rollback
    std::vector<UnderWay> incoming;  // oldest first
  };

  Person& peer_of(const Person& person) { return &person == &alice_ ? bob_ : alice_; }
  static StoredBook stored(const Person& person, const Person& peer);
  bool begin(Person& person);
  void seal(Person& person, Choices& choices);
  void deliver(Person& person, const UnderWay& message);
  void tamper(Person& person, Choices& choices);
  void rollback(Person& person);
  bool must_open(const Person& person, const UnderWay& message);

  FixedRandom random_{7};
  Person alice_;
  Person bob_;
  uint64_t now_ms_ = kNowMs;
  size_t begins_ = 0;
  size_t epoch_ = 0;                                    // rollbacks so far
  std::vector<std::pair<PublicKey, size_t>> began_in_;  // a session's base key, its epoch
};

}  // namespace homing::fuzz
