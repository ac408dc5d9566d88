#include "fuzz/interaction.h"

#include <algorithm>

#include "homing/limits.h"

namespace homing::fuzz {
namespace {

/// Fewer than the sessions a book keeps, so that none is dropped before its messages have come.
constexpr size_t kBeginsMax = limits::kArchivedSessionsMax - 2;
/// Long before keys that were skipped expire.
constexpr uint64_t kTimeMsMax = 20 * kDayMs;

bool operator==(const StoredBook& a, const StoredBook& b) {
  return a.identity == b.identity && a.prekeys == b.prekeys && a.sessions == b.sessions;
}

}  // namespace

Interaction::Interaction()
    : alice_{alice(), load(alice().stored, bob().address), alice().stored, 0, 0, 0, 0, {}, {}},
      bob_{bob(), load(bob().stored, alice().address), bob().stored, 0, 0, 0, 0, {}, {}} {}

StoredBook Interaction::stored(const Person& person, const Person& peer) {
  return store(person.book, peer.keys.address);
}

bool Interaction::begin(Person& person) {
  if (begins_ == kBeginsMax) return false;
  ++begins_;
  Person& peer = peer_of(person);
  const Address& address = peer.keys.address;
  // Now and then everybody else has been faster: only last-resort keys are left.
  const size_t claim = begins_ % 4 == 3 ? limits::kOneTimePrekeys : peer.claims++;
  HOMING_ASSERT(person.book.begin(address, peer.keys.bundle(claim), now_ms_, random_).ok());
  began_in_.push_back({*person.book.current_session(address), epoch_});
  return true;
}

void Interaction::seal(Person& person, Choices& choices) {
  Person& peer = peer_of(person);
  const Address& address = peer.keys.address;
  const std::string text = std::to_string(person.sealed + 1) + ":" +
                           std::string(choices.u8(), &person == &alice_ ? 'a' : 'b');
  if (!person.book.can_seal(address, now_ms_)) {
    HOMING_ASSERT(!person.book.seal(address, as_bytes(text), now_ms_, random_).ok());
    if (!begin(person)) return;
  }
  Result<Bytes> envelope = person.book.seal(address, as_bytes(text), now_ms_, random_);
  HOMING_ASSERT(envelope.ok());
  const PublicKey session = *person.book.current_session(address);
  const auto began = std::find_if(began_in_.begin(), began_in_.end(),
                                  [&session](const auto& entry) { return entry.first == session; });
  HOMING_ASSERT(began != began_in_.end());
  peer.incoming.push_back(
      {std::move(*envelope), text, ++person.sealed, began->second, person.opened});
}

bool Interaction::must_open(const Person& person, const UnderWay& message) {
  if (message.epoch != epoch_) return false;
  const bool seen_before =
      std::find(person.seen.begin(), person.seen.end(), message.index) != person.seen.end();
  if (seen_before) return false;
  // Nothing sealed later was opened earlier; or its sender has made no new chain since.
  return message.index > person.newest_opened || message.opened_by_sender == peer_of(person).opened;
}

void Interaction::deliver(Person& person, const UnderWay& message) {
  Person& peer = peer_of(person);
  const bool wanted = must_open(person, message);
  const bool seen_before =
      std::find(person.seen.begin(), person.seen.end(), message.index) != person.seen.end();
  const StoredBook before = stored(person, peer);
  const Result<SecretBytes> opened = person.book.open(peer.keys.address, message.envelope, now_ms_);
  if (!opened) {
    HOMING_ASSERT(opened.error() == Error::kUndecryptable && !wanted);
    HOMING_ASSERT(stored(person, peer) == before);
    return;
  }
  HOMING_ASSERT(!seen_before);
  HOMING_ASSERT(as_text(opened->view()) == message.text);
  person.seen.push_back(message.index);
  person.newest_opened = std::max(person.newest_opened, message.index);
  ++person.opened;
}

void Interaction::tamper(Person& person, Choices& choices) {
  if (person.incoming.empty()) return;
  Person& peer = peer_of(person);
  Bytes envelope = person.incoming[choices.below(person.incoming.size())].envelope;
  const size_t position = choices.u16() % envelope.size();
  const uint8_t mask = choices.u8();
  if (mask == 0) {
    envelope.resize(position);
  } else {
    envelope[position] ^= mask;
  }
  const StoredBook before = stored(person, peer);
  HOMING_ASSERT(!person.book.open(peer.keys.address, envelope, now_ms_).ok());
  HOMING_ASSERT(stored(person, peer) == before);
}

/// As the engine does when it learns of it: what the old state would seal with may be used up.
void Interaction::rollback(Person& person) {
  Person& peer = peer_of(person);
  person.book = load(person.remembered, peer.keys.address);
  person.book.archive_all();
  HOMING_ASSERT(!person.book.can_seal(peer.keys.address, now_ms_));
  person.seen.clear();
  ++epoch_;
}

void Interaction::act(Choices& choices) {
  const uint8_t byte = choices.u8();
  Person& person = (byte & kBobActs) != 0 ? bob_ : alice_;
  Person& peer = peer_of(person);
  const auto act = static_cast<Act>((byte & 0x0f) % kActs);
  const bool on_message = act == Act::kDeliver || act == Act::kDrop || act == Act::kDuplicate;
  if (on_message) {
    if (person.incoming.empty()) return;
    const size_t index = choices.below(person.incoming.size());
    const UnderWay message = person.incoming[index];
    if (act != Act::kDuplicate) {
      person.incoming.erase(person.incoming.begin() + static_cast<ptrdiff_t>(index));
    }
    if (act == Act::kDuplicate) person.incoming.push_back(message);
    if (act == Act::kDeliver) deliver(person, message);
    return;
  }
  switch (act) {
    case Act::kSeal:
      return seal(person, choices);
    case Act::kTamper:
      return tamper(person, choices);
    case Act::kBegin:
      begin(person);
      return;
    case Act::kArchive:
      return person.book.archive(peer.keys.address);
    case Act::kRestart: {
      const StoredBook before = stored(person, peer);
      person.book = load(before, peer.keys.address);
      HOMING_ASSERT(stored(person, peer) == before);
      return;
    }
    case Act::kRemember:
      person.remembered = stored(person, peer);
      return;
    case Act::kRollback:
      return rollback(person);
    default:
      now_ms_ +=
          std::min<uint64_t>(choices.u8() % 13 * (kDayMs / 24), kNowMs + kTimeMsMax - now_ms_);
  }
}

}  // namespace homing::fuzz
