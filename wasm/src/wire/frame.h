#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "homing/address.h"
#include "homing/bytes.h"
#include "homing/message.h"
#include "homing/result.h"

/// The frames between a client and its relay: one binary WebSocket message each, one CBOR array
/// whose first item is the type. docs/wire_format.md has the grammar and worked examples.
/// Everything here is a plain value that owns its bytes.
namespace homing::wire {

/// Spoken in `challenge` and `hello`; the relay refuses others with kUnsupported.
inline constexpr uint32_t kProtocolVersion = 1;

/// Frame types on the wire; do not renumber. Below 16 from the client, from 16 on from the relay.
enum class FrameType : uint8_t {
  kHello = 1,
  kPublish = 2,
  kClaim = 3,
  kSubmit = 4,
  kAck = 5,
  kPing = 6,
  kPong = 7,
  kChallenge = 16,
  kReady = 17,
  kPublished = 18,
  kBundle = 19,
  kAccepted = 20,
  kRefused = 21,
  kDeliver = 22,
  kDrained = 23,
  kPrekeysLow = 24,
  kRelayPing = 25,
  kRelayPong = 26,
  kError = 31,
};

// --- from the client ----------------------------------------------------------------------------

/// Answers `challenge` and proves who is there: `signature` is made with the identity signing key
/// over auth_message(). `generation` is the device's journal generation (see `ready`).
struct Hello {
  uint32_t version = kProtocolVersion;
  Address address;
  ByteArray<32> signing_key{};   // IKs; with identity_key it must hash to `address`
  ByteArray<32> identity_key{};  // IKd
  ByteArray<32> client_nonce{};
  ByteArray<64> signature{};
  uint64_t generation = 0;
};

/// Replaces this device's signed and last-resort prekeys and adds one-time prekeys. The same
/// upload may be repeated: keys already known by id are skipped, those handed out stay gone.
struct Publish {
  uint64_t upload = 0;  // named again in `published`
  Bytes publication;    // session/prekey_bundle.h
};

/// Asks for a prekey bundle of somebody.
struct Claim {
  Address address;
};

/// One message for the relay to keep. `id` is what duplicates are recognised by.
struct SubmitItem {
  MessageId id;
  Address to;
  Bytes envelope;
};
struct Submit {
  uint64_t generation = 0;
  std::vector<SubmitItem> items;  // 1 to limits::kBatchItemsMax
};

/// Everything up to this place of the own mailbox is stored on the device and may be deleted.
struct Ack {
  uint64_t up_to = 0;
  uint64_t generation = 0;
};

/// Answered by the same token in a RelayPong; proves that the relay, not only the network, answers.
struct Ping {
  uint64_t token = 0;
};
/// Answers RelayPing.
struct Pong {
  uint64_t token = 0;
};

// --- from the relay -----------------------------------------------------------------------------

/// The first frame of a connection.
struct Challenge {
  uint32_t version = kProtocolVersion;
  ByteArray<32> nonce{};
};

/// The client is authenticated.
struct Ready {
  uint64_t now_ms = 0;        // the relay's clock; message ids are judged by it
  uint64_t generation = 0;    // the highest ever seen from this device: a higher one than the
                              // device's own means that its store was rolled back
  ByteArray<16> store_id{};   // changes when the relay's database is a new one: places start anew
  uint64_t retention_ms = 0;  // how long the mailbox keeps a message
  uint32_t one_time_prekeys = 0;      // left of this device's X25519 one-time prekeys
  uint32_t one_time_kem_prekeys = 0;  // left of its X-Wing ones
  bool has_prekeys = false;           // whether signed prekeys are published here
};

struct Published {
  uint64_t upload = 0;
};

/// Answers Claim; without a bundle when that address never published here.
struct Bundle {
  Address address;
  std::optional<Bytes> bundle;  // session/prekey_bundle.h
};

/// These messages are durable at the relay (also if they were so before).
struct Accepted {
  std::vector<MessageId> ids;
};

/// These are not stored, and each says why: kMailboxFull, kUnknownAddress, kIdOutOfRange, kTooLarge
/// are definite; kRateLimited and kOverloaded ask to try again after retry_after_ms.
struct RefusedItem {
  MessageId id;
  Error error{};
  uint64_t retry_after_ms = 0;
};
struct Refused {
  std::vector<RefusedItem> items;
};

/// Messages from the mailbox, in its order.
struct DeliverItem {
  uint64_t place = 0;  // grows by the mailbox's order; what Ack names
  Address from;
  MessageId id;
  Bytes envelope;
};
struct Deliver {
  std::vector<DeliverItem> items;
};

/// The mailbox held nothing more at this moment.
struct Drained {};

struct PrekeysLow {
  uint32_t one_time_prekeys = 0;
  uint32_t one_time_kem_prekeys = 0;
};

struct RelayPing {
  uint64_t token = 0;
};
struct RelayPong {
  uint64_t token = 0;
};

/// The connection's last frame when the relay closes it, or the refusal of a Claim or Publish.
struct ErrorFrame {
  Error error{};
  uint64_t retry_after_ms = 0;
  FrameType regarding = FrameType::kError;  // the refused frame's type; kError: the connection
};

using ClientFrame = std::variant<Hello, Publish, Claim, Submit, Ack, Ping, Pong>;
using RelayFrame = std::variant<Challenge, Ready, Published, Bundle, Accepted, Refused, Deliver,
                                Drained, PrekeysLow, RelayPing, RelayPong, ErrorFrame>;

Bytes encode(const ClientFrame& frame);
Bytes encode(const RelayFrame& frame);

/// Errors: those of decode_cbor(), kUnknownType for a type of neither side or of the other side,
/// kMalformed for items of another type or number, kTooLarge for a batch or envelope over its
/// limit.
Result<ClientFrame> decode_client_frame(ByteView bytes);
Result<RelayFrame> decode_relay_frame(ByteView bytes);

/// How many bytes of a frame a submit or deliver item takes at most, so that batches can be filled
/// to limits::kFrameBytesMax without encoding them twice.
size_t item_bytes_max(size_t envelope_bytes);
/// What the rest of a submit or deliver frame takes at most.
inline constexpr size_t kBatchHeadBytesMax = 32;

/// What Hello signs. `host` is the relay's name without port, as the client dialled it, so that a
/// relay cannot use a client's answer at another relay.
Bytes auth_message(std::string_view host, const ByteArray<32>& nonce, const Hello& hello);

/// WebSocket close codes that homing gives a meaning (RFC 6455 section 7.4.2 leaves 4000 on to us).
enum class CloseCode : uint16_t {
  kNormal = 1000,
  kGoingAway = 1001,
  kTextFrame = 1003,  // frames are binary
  kTooBig = 1009,
  kRestart = 1012,  // reason "r=<seconds>": come back after that
  kTryAgainLater = 1013,
  kProtocol = 4400,  // a malformed frame, or one not allowed in this state
  kAuthFailed = 4401,
  kAuthTimeout = 4408,
  kReplaced = 4409,     // the same device connected again
  kUnsupported = 4426,  // protocol version
};

}  // namespace homing::wire
