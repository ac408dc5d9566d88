#include "homing/message.h"

#include <algorithm>

#include "homing/output.h"

namespace homing {
namespace {

constexpr size_t kTextLength = 36;
constexpr bool is_dash(size_t position) {
  return position == 8 || position == 13 || position == 18 || position == 23;
}

int hex_value(char digit) {
  if (digit >= '0' && digit <= '9') return digit - '0';
  if (digit >= 'a' && digit <= 'f') return digit - 'a' + 10;
  return -1;
}

MessageId with_time(uint64_t now_ms, const ByteArray<10>& tail) {
  MessageId id;
  for (size_t i = 0; i < 6; ++i) id.bytes[i] = static_cast<uint8_t>(now_ms >> (8 * (5 - i)));
  std::copy(tail.begin(), tail.end(), id.bytes.begin() + 6);
  id.bytes[6] = static_cast<uint8_t>((id.bytes[6] & 0x0f) | 0x70);  // version 7
  id.bytes[8] = static_cast<uint8_t>((id.bytes[8] & 0x3f) | 0x80);  // variant of RFC 9562
  return id;
}

}  // namespace

MessageId MessageId::create(uint64_t now_ms, RandomSource& random) {
  return with_time(now_ms, random.array<10>());
}

MessageId MessageId::derive(uint64_t now_ms, const ByteArray<10>& digest) {
  return with_time(now_ms, digest);
}

Result<MessageId> MessageId::from_bytes(ByteView bytes) {
  MessageId id;
  if (!copy_exact(id.bytes, bytes)) return Error::kMalformed;
  if ((id.bytes[6] >> 4) != 7 || (id.bytes[8] >> 6) != 2) return Error::kMalformed;
  return id;
}

std::string MessageId::to_text() const {
  std::string text = to_hex(bytes);
  for (const size_t position : {8u, 13u, 18u, 23u}) text.insert(position, 1, '-');
  return text;
}

Result<MessageId> MessageId::parse(std::string_view text) {
  if (text.size() != kTextLength) return Error::kMalformed;
  ByteArray<16> bytes{};
  size_t digits = 0;
  for (size_t i = 0; i < kTextLength; ++i) {
    if (is_dash(i)) {
      if (text[i] != '-') return Error::kMalformed;
      continue;
    }
    const int value = hex_value(text[i]);
    if (value < 0) return Error::kMalformed;
    uint8_t& byte = bytes[digits++ / 2];
    byte = static_cast<uint8_t>((byte << 4) | value);
  }
  return from_bytes(bytes);
}

uint64_t MessageId::time_ms() const {
  uint64_t time = 0;
  for (size_t i = 0; i < 6; ++i) time = (time << 8) | bytes[i];
  return time;
}

std::string_view status_name(MessageStatus status) {
  switch (status) {
    case MessageStatus::kPending:
      return "pending";
    case MessageStatus::kSent:
      return "sent";
    case MessageStatus::kDelivered:
      return "delivered";
    case MessageStatus::kRead:
      return "read";
    case MessageStatus::kHeld:
      return "held";
    case MessageStatus::kCancelled:
      return "cancelled";
    case MessageStatus::kReceived:
      return "received";
  }
  return "unknown";
}

bool is_known(MessageStatus status) { return status_name(status) != "unknown"; }

MessageStatus merge_status(MessageStatus now, MessageStatus news) {
  if (now == MessageStatus::kReceived) return now;
  const auto rank = [](MessageStatus status) {
    // Held and cancelled are where pending is: whatever the network confirms goes further.
    return status <= MessageStatus::kRead ? static_cast<int>(status) : 0;
  };
  return rank(news) > rank(now) ? news : now;
}

std::string_view wait_reason_name(WaitReason reason) {
  switch (reason) {
    case WaitReason::kNone:
      return "none";
    case WaitReason::kOffline:
      return "offline";
    case WaitReason::kConnecting:
      return "connecting";
    case WaitReason::kNoPrekeys:
      return "no_prekeys";
    case WaitReason::kBehindOthers:
      return "behind_others";
    case WaitReason::kInFlight:
      return "in_flight";
    case WaitReason::kRateLimited:
      return "rate_limited";
    case WaitReason::kStorage:
      return "storage";
    case WaitReason::kHeld:
      return "held";
  }
  return "unknown";
}

std::string_view contact_state_name(ContactState state) {
  switch (state) {
    case ContactState::kRequested:
      return "requested";
    case ContactState::kAccepted:
      return "accepted";
    case ContactState::kBlocked:
      return "blocked";
  }
  return "unknown";
}

std::string_view connection_state_name(event::ConnectionState state) {
  switch (state) {
    case event::ConnectionState::kOffline:
      return "offline";
    case event::ConnectionState::kWaiting:
      return "waiting";
    case event::ConnectionState::kConnecting:
      return "connecting";
    case event::ConnectionState::kAuthenticating:
      return "authenticating";
    case event::ConnectionState::kStalled:
      return "stalled";
    case event::ConnectionState::kOnline:
      return "online";
  }
  return "unknown";
}

}  // namespace homing
