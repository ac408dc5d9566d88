#pragma once

#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/conversation_news.h"
#include "engine/conversations.h"
#include "engine/output_queue.h"
#include "homing/engine.h"
#include "homing/limits.h"
#include "journal/journal.h"
#include "outbox/outbox.h"
#include "session/session_book.h"
#include "transport/connection.h"
#include "transport/send_window.h"
#include "wire/content.h"
#include "wire/frame.h"

namespace homing {

/// The engine's parts and how they work together. One file per leg of a message's way:
/// storage.cc (load, commit, snapshot), commands.cc (what the user wants), contacts.cc (from whom),
/// prekeys.cc (what others begin sessions from),
/// sending.cc (lanes to frames), receiving.cc (frames to conversations), queries.cc; engine.cc
/// holds the loop.
class Engine::Implementation {
 public:
  Implementation(EngineOptions options, RandomSource& random);

  void handle(const Input& input, Time now);
  Output poll();

  // queries.cc
  std::optional<Address> address() const;
  std::string invite() const;
  std::string name() const { return settings_.name; }
  bool read_receipts() const { return settings_.read_receipts; }
  bool delivered_receipts() const { return settings_.delivered_receipts; }
  std::vector<Conversation> conversations() const;
  std::vector<Message> messages(const Address& peer, std::optional<MessageId> before,
                                size_t limit) const;
  std::optional<Message> message(const Address& peer, const MessageId& id) const;
  Why why(const Address& peer, const MessageId& id) const;
  std::optional<SafetyNumber> safety_number(const Address& peer) const;
  bool matches_safety_code(const Address& peer, std::string_view code) const;
  size_t pending() const;
  event::ConnectionChanged connection() const { return connection_.describe(); }

 private:
  // --- engine.cc: the loop
  void on(const Command& command);
  void on(const input::StorageLoaded& loaded);
  void on(const input::Committed& committed);
  void on(const input::CommitFailed& failed);
  void on(const input::ConnectivityHint& hint);
  void on(const input::SocketOpened& opened);
  void on(const input::FrameReceived& received);
  void on(const input::SocketClosed& closed);
  void on(const input::TimerFired&) {}
  void end_turn();
  void notice_clock_jump(Time now);
  std::optional<uint64_t> deadline() const;
  void stop(Error error);
  bool open() const { return sessions_ != nullptr && !stopped_; }

  /// Makes a change: applies it and stages its record.
  template <typename T>
  auto store(const T& record) {
    journal_.append(record);
    return apply(record);
  }
  void emit(Output output) { outputs_.add(std::move(output)); }
  void emit_now(Output output) { outputs_.add_now(std::move(output)); }
  /// A ConversationChanged follows as soon as what was stored up to now is durable.
  void conversation_changed(const Address& peer) { news_.changed(peer); }
  void take_connection_outputs(std::vector<Output> outputs);
  void transmit(const wire::ClientFrame& frame);

  // --- storage.cc
  void begin_profile();
  bool restore(std::vector<Record> records);
  void write_state();
  std::optional<output::Commit> next_commit();
  void apply(const record::ConversationInfo& r) { conversations_.apply(r); }
  void apply(const record::MessageStored& r) { conversations_.apply(r); }
  std::vector<MessageId> apply(const record::StatusStored& r) { return conversations_.apply(r); }
  void apply(const record::Entry& r) { outbox_.apply(r); }
  void apply(const record::Sealed& r) { outbox_.apply(r); }
  void apply(const record::Settled& r) { outbox_.apply(r); }
  void apply(const record::Held& r);
  void apply(const record::ReadMark& r) { conversations_.apply(r); }
  void apply(const record::Mailbox& r) { mailbox_ = r; }
  void apply(const record::Contact& r) { conversations_.apply(r); }
  void apply(const record::Cleared& r) { conversations_.apply(r); }
  void apply(const record::Missing& r) { conversations_.apply(r); }
  void drop_orphans();
  void distrust_state(uint64_t generation);
  void store_settings();
  void store_sessions();

  // --- commands.cc
  using Answer = Result<output::Reply>;
  Answer run(const command::Send& c);
  Answer run(const command::Edit& c);
  Answer run(const command::Cancel& c);
  Answer run(const command::Retry& c);
  Answer run(const command::MarkRead& c);
  Answer run(const command::AcceptInvite& c);
  Answer run(const command::SetName& c);
  Answer run(const command::SetReadReceipts& c);
  Answer run(const command::SetDeliveredReceipts& c);
  Answer run(const command::RenewInvite& c);
  Answer run(const command::TryNow& c);
  void enqueue(const Address& peer, record::EntryKind kind, const MessageId& message);

  // --- contacts.cc
  Answer run(const command::Accept& c);
  Answer run(const command::Block& c);
  Answer run(const command::DeleteConversation& c);
  Answer run(const command::SetVerified& c);
  void accept(const Address& peer);

  // --- receipts.cc
  void enqueue_receipts(const Address& peer, MessageStatus status, std::span<const MessageId> ids);
  void append_receipts(const Address& peer, MessageStatus status, std::span<const MessageId> ids);
  void confirm_stored(const ConversationLog& log);

  // --- prekeys.cc
  void supply_prekeys();
  void told_prekeys(uint32_t one_time, uint32_t one_time_kem, bool any);

  // --- sending.cc
  struct Batch {
    wire::Submit frame;
    size_t bytes = wire::kBatchHeadBytesMax;
  };
  void pump();
  bool has_room() const;
  void await_answers();
  uint64_t note_answer();
  bool send_next(const Address& peer, Lane& lane, Batch& batch);
  bool seal(const Address& peer, Lane& lane, OutboxEntry& entry);
  Bytes content_of(const Address& peer, const OutboxEntry& entry) const;
  MessageId envelope_id_of(const OutboxEntry& entry);
  void renew_envelope_id(const Address& peer, const OutboxEntry& entry);
  bool id_in_range(const MessageId& id) const;
  /// The relay's clock, by which ids are judged. Goes on by the monotonic clock, because ours may
  /// be set at any time.
  uint64_t relay_now_ms() const { return now_.monotonic_ms + relay_minus_monotonic_ms_; }
  void claim(const Address& peer, Lane& lane);
  void flush(Batch& batch);
  uint64_t tell_generation();
  bool is_stale(const Address& peer, const OutboxEntry& entry) const;
  void block(Lane& lane, uint64_t pause_ms, WaitReason reason, std::optional<Error> error);

  // --- receiving.cc
  void on_frame(const wire::Challenge& f);
  void on_frame(const wire::Ready& f);
  void on_frame(const wire::Published& f);
  void on_frame(const wire::Bundle& f);
  void on_frame(const wire::Accepted& f);
  void on_frame(const wire::Refused& f);
  void on_frame(const wire::Deliver& f);
  void on_frame(const wire::Drained& f);
  void on_frame(const wire::PrekeysLow& f);
  void on_frame(const wire::RelayPing& f);
  void on_frame(const wire::RelayPong& f);
  void on_frame(const wire::ErrorFrame& f);
  void refused(const wire::RefusedItem& item);
  void settle(const Address& peer, std::vector<uint64_t> numbers);
  /// What one batch brought.
  struct Arrivals {
    std::vector<Message> messages;
    std::map<Address, std::vector<MessageId>> to_confirm;
    std::map<Address, std::vector<MessageId>> missing;
  };
  void take_in(const wire::DeliverItem& item, Arrivals& arrivals);
  void take_in(const Address& from, const content::Text& text, Arrivals& arrivals);
  void take_in(const Address& from, const content::Receipt& receipt);
  void take_in(const Address& from, const content::Introduction& introduction);
  void take_in(const Address& from, const content::RetryRequest& request);
  /// False when the table of conversations is full.
  bool know(const Address& peer);

  // --- retry_requests.cc
  void note_missing(const Address& peer, std::span<const MessageId> ids);
  void ask_for_missing(const Address& peer);
  void ask_for_missing();

  Conversation describe(const ConversationLog& log) const;

  struct Settings {
    std::string name;
    bool read_receipts = true;
    bool delivered_receipts = true;
    InviteMark invite_mark{};
    uint64_t first_sequence = 1;
  };

  EngineOptions options_;
  PooledRandom random_;
  Time now_;
  bool has_time_ = false;
  bool stopped_ = false;

  Journal journal_;
  std::optional<Error> storage_error_;
  Backoff storage_backoff_;
  uint64_t storage_retry_ms_ = 0;

  Settings settings_;
  std::unique_ptr<SessionBook> sessions_;  // null until the journal is loaded
  Conversations conversations_;
  Outbox outbox_;
  record::Mailbox mailbox_;

  Connection connection_;
  event::ConnectionState told_state_ = event::ConnectionState::kWaiting;
  std::optional<uint64_t> told_attempt_ms_;
  uint64_t relay_minus_monotonic_ms_ = 0;  // from the last `ready`; wraps, as unsigned numbers do
  SendWindow window_;
  std::optional<Address> last_served_;  // the lane that was last given a place

  /// What the relay has of our prekeys, as it said last; full after an upload.
  struct RelayPrekeys {
    size_t one_time = limits::kOneTimePrekeys;
    size_t one_time_kem = limits::kOneTimeKemPrekeys;
    bool any = true;
  };
  RelayPrekeys relay_prekeys_;
  uint64_t uploads_ = 0;
  bool uploading_ = false;     // on this connection; at most one, however it ends
  uint64_t refill_at_ms_ = 0;  // no refill before that, by the monotonic clock

  ConversationNews news_;
  OutputQueue outputs_;
};

}  // namespace homing
