#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "fuzz/choices.h"
#include "fuzz/people.h"
#include "homing/engine.h"
#include "wire/frame.h"

/// A device around a real engine whose disk works, whose relay says whatever bytes decide, and
/// whose one peer, bob, seals genuine envelopes around whatever bytes decide.
namespace homing::fuzz {

/// What a byte means; its arguments follow.
enum class Step : uint8_t {
  kFrame = 0,        // sized: a frame of any bytes
  kGreet = 1,        // the socket opens, a challenge, and a ready: flags u8, generation u64
  kBobWrites = 2,    // sized: content that bob seals and the relay delivers
  kDeliver = 3,      // place u64, sized: an envelope nobody sealed
  kAccept = 4,       // the ids of the last submit
  kRefuse = 5,       // the same: error u8, pause u64
  kBundle = 6,       // bob's: 0 none, 1 genuine, else sized: any bytes
  kSend = 7,         // sized: a text to bob
  kMessageWish = 8,  // edit, cancel or retry (u8 % 3) of the latest message
  kProfileWish = 9,  // one of kProfileWishes (u8); sized
  kCommit = 10,      // the commit under way: done, or failed if u8 is odd
  kSocket = 11,      // opened, closed (code u16), hints (u8 % 5)
  kTime = 12,        // seconds u16 pass, then the timer fires
  kRestart = 13,     // a new engine on the same disk
  kBobAnswers = 14,  // what the last submit holds: delivered, read, or asked for again (u8 % 3)
};
inline constexpr uint8_t kSteps = 15;
/// Mark read, name, read receipts, invite, now; accept, block, delete, verify bob, renew invite,
/// delivered receipts.
inline constexpr uint8_t kProfileWishes = 11;

class EngineHost {
 public:
  EngineHost();
  void step(Choices& choices);

 private:
  void open();
  void feed(const Input& input);
  void feed_frame(Bytes frame);
  void feed_command(decltype(Command::command) command);
  void take(output::Commit commit);
  void take(const output::Transmit& transmit);
  void take(const output::Reply& reply);
  void take(const Event& event);
  void greet(Choices& choices);
  void bob_writes(ByteView content);
  void bob_answers(size_t form);
  void profile_wish(Choices& choices);
  void message_wish(Choices& choices);
  void socket(Choices& choices);
  void answer_commit(bool failed);

  FixedRandom random_{8};
  std::optional<Engine> engine_;
  std::map<std::string, Bytes> disk_;
  std::optional<output::Commit> commit_;
  uint64_t connection_ = 0;
  uint64_t place_ = 0;
  uint32_t request_ = 0;
  std::set<uint32_t> unanswered_;
  std::vector<MessageId> submitted_;  // of the last submit
  Bytes publication_;                 // the last one; taken apart only when bob needs it
  size_t bundles_ = 0;                // of its one-time keys, handed out to bob
  std::map<MessageId, MessageStatus> told_;
  SessionBook bob_book_;
  bool stopped_ = false;
  Time now_{1'000'000, kNowMs};
};

}  // namespace homing::fuzz
