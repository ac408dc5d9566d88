#include <algorithm>
#include <set>
#include <span>

#include "engine/implementation.h"
#include "homing/limits.h"
#include "plant.h"
#include "receipts/receipt_id.h"
#include "session/primitives.h"

namespace homing {

MessageId receipt_id(const record::Entry& receipt, uint64_t now_ms) {
  ByteWriter says;
  says.raw(as_bytes("homing/receipt/v1"));
  says.raw(receipt.peer.hash);
  says.u64(receipt.number);
  says.u8(static_cast<uint8_t>(receipt.receipt));
  for (const MessageId& id : receipt.ids) says.raw(id.bytes);
  const Digest digest = blake2b_256({says.buffer()});
  ByteArray<10> tail{};
  std::copy_n(digest.begin(), tail.size(), tail.begin());
  return MessageId::derive(now_ms, tail);
}

/// The one way to a receipt: strangers and blocked people get none, or they could tell from them
/// when somebody is there.
void Engine::Implementation::enqueue_receipts(const Address& peer, MessageStatus status,
                                              std::span<const MessageId> ids) {
  const bool wanted =
      status == MessageStatus::kRead ? settings_.read_receipts : settings_.delivered_receipts;
  const ConversationLog* log = conversations_.find(peer);
  const bool known = log && log->contact_state() == ContactState::kAccepted;
  if (wanted && (known || HOMING_PLANT(receipt_to_stranger))) append_receipts(peer, status, ids);
}

/// A request was accepted: its sender learns what was stored and read of it until now.
void Engine::Implementation::confirm_stored(const ConversationLog& log) {
  const std::set<MessageId> unread(log.unread.begin(), log.unread.end());
  std::vector<MessageId> stored;
  std::vector<MessageId> read;
  for (const auto& message : log.messages) {
    if (message->outgoing) continue;
    stored.push_back(message->id);
    if (!unread.contains(message->id)) read.push_back(message->id);
  }
  enqueue_receipts(log.info.peer, MessageStatus::kDelivered, stored);
  enqueue_receipts(log.info.peer, MessageStatus::kRead, read);
}

/// Puts receipts into the lane, first into one that has not been sealed yet: a burst of messages is
/// answered by one envelope, and costs one record and not one per message.
void Engine::Implementation::append_receipts(const Address& peer, MessageStatus status,
                                             std::span<const MessageId> ids) {
  while (!ids.empty()) {
    record::Entry entry;
    if (const OutboxEntry* open = outbox_.open_receipt(peer, status)) {
      entry = open->what;
    } else {
      entry.peer = peer;
      entry.number = outbox_.next_number();
      entry.kind = record::EntryKind::kReceipt;
      entry.receipt = status;
    }
    const size_t room = limits::kReceiptIdsMax - entry.ids.size();
    const std::span<const MessageId> fitting = ids.first(std::min(room, ids.size()));
    entry.ids.insert(entry.ids.end(), fitting.begin(), fitting.end());
    ids = ids.subspan(fitting.size());
    store(std::move(entry));
  }
}

void Engine::Implementation::take_in(const Address& from, const content::Receipt& receipt) {
  // Who does not send read receipts does not see others' either.
  const bool hide_read = receipt.status == MessageStatus::kRead && !settings_.read_receipts;
  const MessageStatus status = hide_read ? MessageStatus::kDelivered : receipt.status;
  const ConversationLog* log = conversations_.find(from);
  if (!log) return;
  std::vector<MessageId> known;
  std::vector<uint64_t> settled;
  for (const MessageId& id : receipt.ids) {
    const auto message = log->outgoing.find(id);
    if (message == log->outgoing.end()) continue;
    known.push_back(id);
    const MessageStatus now = message->second->status;
    if (now != MessageStatus::kPending && now != MessageStatus::kHeld) continue;
    // The recipient has it: whatever the relay has said or not said, it need not go again. Also not
    // if it was never sealed as far as this store knows, which was rolled back then.
    const OutboxEntry* waiting = outbox_.find_message(from, id);
    if (waiting) settled.push_back(waiting->number());
  }
  if (known.empty()) return;
  if (!settled.empty()) store(record::Settled{from, std::move(settled)});
  std::vector<MessageId> changed = store(record::StatusStored{from, status, std::move(known)});
  if (changed.empty()) return;
  conversation_changed(from);
  emit(Event(event::StatusChanged{from, status, std::nullopt, std::move(changed)}));
}

}  // namespace homing
