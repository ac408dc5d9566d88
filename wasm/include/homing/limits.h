#pragma once

#include <cstddef>
#include <cstdint>

/// Every bound of homing, in one place: what it bounds, why this number. Sizes in bytes, times in
/// milliseconds. Tests exercise both sides of each.
namespace homing::limits {

// --- wire ---------------------------------------------------------------------------------------
/// One WebSocket message either way. Small enough to allocate per connection, large enough for a
/// hundred ordinary messages.
inline constexpr size_t kFrameBytesMax = 64 * 1024;
/// Nested CBOR arrays. Our deepest frame has 4; nlohmann's decoder recurses, so this bounds stack.
inline constexpr size_t kCborDepthMax = 8;
/// Items (messages, ids) in one batch frame.
inline constexpr size_t kBatchItemsMax = 256;
/// One envelope: a full-size text, padding, and a first message's keys, with room to spare.
inline constexpr size_t kEnvelopeBytesMax = 48 * 1024;
/// The text of one message in UTF-8 bytes; with padding and keys it still fits one envelope.
inline constexpr size_t kTextBytesMax = 32 * 1024;
/// A name a person gives to themselves or to a contact.
inline constexpr size_t kNameBytesMax = 128;
/// Distance of a message id's time from the relay's clock: past covers two weeks of retries,
/// future covers wrong device clocks.
inline constexpr uint64_t kIdAgeMsMax = 14ull * 24 * 3600 * 1000;
inline constexpr uint64_t kIdAheadMsMax = 10ull * 60 * 1000;

// --- session (docs/crypto.md) -------------------------------------------------------------------
/// How far one message may jump ahead in a receiving chain. Each step costs one HMAC.
inline constexpr uint32_t kRatchetJumpMax = 2000;
/// Message keys kept for messages that were overtaken, per session: 2,000 x 76 B = 152 KB.
inline constexpr size_t kSkippedKeysMax = 2000;
/// Skipped keys are dropped after this time, or after kSkippedKeyStepsMax DH ratchet steps.
inline constexpr uint64_t kSkippedKeyAgeMsMax = 30ull * 24 * 3600 * 1000;
inline constexpr uint32_t kSkippedKeyStepsMax = 5;
/// Older sessions with one peer, kept so that messages under way when a session was replaced can
/// still be read.
inline constexpr size_t kArchivedSessionsMax = 20;
/// Skipped keys of all sessions with one peer: with 44 bytes each they and the sessions fit one
/// journal record. Above it the oldest archived sessions go.
inline constexpr size_t kPeerSkippedKeysMax = 10'000;
/// An archived session that nobody used for this long is dropped: a peer seals on a session for at
/// most kSessionAgeMsMax, and relays keep a message for 30 days.
inline constexpr uint64_t kArchivedSessionAgeMsMax = 37ull * 24 * 3600 * 1000;
/// A fresh handshake after this time or this many messages.
inline constexpr uint64_t kSessionAgeMsMax = 7ull * 24 * 3600 * 1000;
inline constexpr uint32_t kSessionMessagesMax = 5000;
/// A signed prekey and a last-resort KEM prekey are replaced after this time: whoever steals their
/// private halves reads first messages of so much time and no more.
inline constexpr uint64_t kSignedPrekeyAgeMsMax = 7ull * 24 * 3600 * 1000;
/// The private halves are kept for so long after that: a relay keeps a first message for 30 days,
/// and its sender may have waited as long as a message id is taken before handing it in.
inline constexpr uint64_t kSignedPrekeyKeptMs = 30ull * 24 * 3600 * 1000 + kIdAgeMsMax;
/// Private halves of each of the two kinds: twice what the times above need, for clocks that jump
/// and stores that were rolled back. Oldest dropped first.
inline constexpr size_t kSignedPrekeysMax = 16;
/// New one-time keys are made at most this often because the relay says that they run out. A set
/// costs 120 signatures and 20 X-Wing key pairs, and drops the oldest private halves: a relay that
/// says so for ever must get no work out of it, and no handed-out key sooner than in five times
/// this. Until then the last-resort key serves.
inline constexpr uint64_t kRefillMs = 3'600'000;
/// One-time prekeys published at once: X25519 and X-Wing.
inline constexpr size_t kOneTimePrekeys = 100;
inline constexpr size_t kOneTimeKemPrekeys = 20;
/// Private halves kept, in full sets of one-time prekeys: those handed out whose first message has
/// not come yet. Oldest dropped first, which is what a claim that was never used deserves.
inline constexpr size_t kOneTimeKeysKeptFactor = 5;
/// Repeats of a first message under last-resort keys that are remembered, oldest dropped first.
inline constexpr size_t kFirstMessagesRemembered = 1000;

// --- outbox -------------------------------------------------------------------------------------
/// Messages waiting in all lanes together.
inline constexpr size_t kOutboxEntriesMax = 100'000;
/// Sealed and handed to the socket, not yet accepted.
inline constexpr size_t kInFlightEntriesMax = 512;
inline constexpr size_t kInFlightBytesMax = 512 * 1024;
/// What is in flight after the first answer of a connection, and at least: the next answer comes
/// within its deadline also at kSlowestBytesPerS.
inline constexpr size_t kWindowBytesMin = 8 * 1024;
/// More may be in flight after an answer within the first, less after one beyond the second.
inline constexpr uint64_t kAnswerSoonMs = 1'000;
inline constexpr uint64_t kAnswerLateMs = 3'000;
/// Receipts for one peer that share one envelope.
inline constexpr size_t kReceiptIdsMax = 256;
/// Envelopes of one peer that could not be opened and are asked for again, in one request.
inline constexpr size_t kRetryIdsMax = 256;
/// A peer is asked at most this often: if two could not read each other's requests, each would
/// answer the other's for ever.
inline constexpr uint64_t kRetryRequestMs = 3'600'000;
/// And is answered at most this often in the long run. Looking for what a request names is a walk
/// over the conversation, and its answer can be kRetryIdsMax texts.
inline constexpr uint64_t kRetryAnswerMs = 60'000;
/// But so many may come at once, because what an unanswered request names is not asked for again:
/// they have waited while we were away, or their sender was opened anew and does not know when it
/// asked last.
inline constexpr uint64_t kRetryAnswersMax = 8;
/// Pause before a prekey bundle is asked for again, when its owner had published none.
inline constexpr uint64_t kClaimRetryMs = 30'000;
/// Conversations of one profile.
inline constexpr size_t kConversationsMax = 10'000;
/// Of them those of strangers: they must not use up the room of the people one knows.
inline constexpr size_t kRequestsMax = 1'000;

// --- transport ----------------------------------------------------------------------------------
/// Decorrelated jitter between these two (min(cap, rand(base, 3 * previous))).
inline constexpr uint64_t kBackoffMsMin = 500;
inline constexpr uint64_t kBackoffMsMax = 60'000;
/// The longest pause a relay can ask for: long enough for a restart or a rate limit, and far from
/// where adding it to a clock would wrap around.
inline constexpr uint64_t kRetryAfterMsMax = 3'600'000;
/// From Connect until SocketOpened, and from there until `ready`.
inline constexpr uint64_t kConnectingMsMax = 8'000;
inline constexpr uint64_t kAuthenticatingMsMax = 8'000;
/// From Transmit of a submit until its `accepted`, and in addition the time its bytes take on the
/// slowest link that is served.
inline constexpr uint64_t kAcceptMsMax = 6'000;
inline constexpr uint64_t kSlowestBytesPerS = 1'000;
/// After this much of it the connection is said to be stalled.
inline constexpr uint64_t kStalledMs = 3'000;
/// The deadlines above are doubled with each that passes, up to this factor, and are as before once
/// the relay has done something: a link of five seconds' latency is slow and not dead.
inline constexpr uint64_t kPatienceMax = 4;
/// The relay pings this often; silence longer than interval + grace, in all below 35 s, means a
/// dead connection.
inline constexpr uint64_t kHeartbeatMs = 25'000;
inline constexpr uint64_t kHeartbeatGraceMs = 9'000;
/// Bytes that wait in the browser behind a socket: eight times what may be in flight, so only a
/// relay that has stopped reading gets there.
inline constexpr size_t kSocketBufferedBytesMax = 4 * 1024 * 1024;
/// The highest generation in a frame, either way: a relay stores it in 63 bits.
inline constexpr uint64_t kGenerationMax = uint64_t{1} << 62;
/// What a relay may claim to have seen that this device has not told. The device goes on above it,
/// one by one, and must never come to the bound: no relay would take what it sends.
inline constexpr uint64_t kGenerationClaimedMax = uint64_t{1} << 61;
/// How far a profile that was moved by a backup goes on above it. The original tells one more with
/// each frame that it submits, which leaves it months; and 2^40 moves fit below the bound.
inline constexpr uint64_t kGenerationsMovedBy = uint64_t{1} << 20;
/// Our own ping after a hint (online, visible, wake) must be answered within this time.
inline constexpr uint64_t kProbeMsMax = 3'000;

// --- journal ------------------------------------------------------------------------------------
/// Body of one record.
inline constexpr size_t kRecordBytesMax = 1024 * 1024;
/// Commit files after which everything is compacted into one snapshot.
inline constexpr size_t kJournalFilesMax = 64;
/// Records and bytes in one commit; more wait for the next.
inline constexpr size_t kCommitRecordsMax = 32 * 1024;
inline constexpr size_t kCommitBytesMax = 4 * 1024 * 1024;

// --- passphrase and backup ----------------------------------------------------------------------
/// A passphrase in UTF-8 bytes: longer than anybody types, short enough to hash at once.
inline constexpr size_t kPassphraseBytesMax = 1024;
/// Argon2id for new passphrases: what RFC 9106 recommends where memory is scarce, as on a phone.
inline constexpr uint32_t kPassphrasePasses = 3;
inline constexpr uint32_t kPassphraseMemoryKib = 64 * 1024;
/// What a stored file may ask for: later versions can grow fourfold in memory and in time, and a
/// hostile file takes 256 MiB and ten seconds, not the device.
inline constexpr uint32_t kPassphrasePassesMax = 16;
inline constexpr uint32_t kPassphraseMemoryKibMax = 256 * 1024;
/// Argon2 itself needs eight blocks of 1 KiB.
inline constexpr uint32_t kPassphraseMemoryKibMin = 8;
/// The contents of a backup. All of it is in memory before anything is stored, as the journal is
/// when it is open.
inline constexpr uint64_t kBackupBytesMax = 512ull * 1024 * 1024;
/// Files in a backup: a journal has as many only if half of the bytes above are tiny commits, and a
/// hostile one would take ten times its bytes in names.
inline constexpr uint32_t kBackupFilesMax = 1024 * 1024;

}  // namespace homing::limits
