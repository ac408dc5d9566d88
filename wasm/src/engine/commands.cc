#include <algorithm>

#include "engine/implementation.h"
#include "homing/limits.h"
#include "plant.h"
#include "wire/invite.h"
#include "wire/utf8.h"

namespace homing {
namespace {

Result<void> check_text(std::string_view text) {
  if (text.empty()) return Error::kEmpty;
  if (text.size() > limits::kTextBytesMax) return Error::kTooLarge;
  if (!is_utf8(text)) return Error::kMalformed;
  return {};
}

output::Reply done() { return {}; }

output::Reply done_with(Message message) {
  output::Reply reply = done();
  reply.message = std::move(message);
  return reply;
}

}  // namespace

void Engine::Implementation::on(const Command& command) {
  if (!open()) {
    const Error error = stopped_ ? Error::kClosed : Error::kNotReady;
    return emit_now(output::Reply{command.request, error, std::nullopt, std::nullopt});
  }
  Answer answer = std::visit([this](const auto& c) { return run(c); }, command.command);
  output::Reply reply;
  if (answer) {
    reply = std::move(*answer);
  } else {
    reply.error = answer.error();
  }
  reply.request = command.request;
  if (HOMING_PLANT(reply_before_commit)) return emit_now(std::move(reply));
  emit(std::move(reply));
}

Engine::Implementation::Answer Engine::Implementation::run(const command::Send& c) {
  const Result<void> checked = check_text(c.text);
  if (!checked) return checked.error();
  if (c.to == sessions_->identity().address()) return Error::kSelf;
  const ConversationLog* log = conversations_.find(c.to);
  if (const Message* known = log && c.id ? log->find(*c.id) : nullptr) {
    if (!known->outgoing) return Error::kMalformed;
    return done_with(*known);
  }
  if (log && log->contact.blocked) return Error::kBlocked;
  if (outbox_.size() >= limits::kOutboxEntriesMax || !know(c.to)) return Error::kFull;
  accept(c.to);
  if (record::Contact contact = conversations_.find(c.to)->contact; !contact.written) {
    contact.written = true;
    store(contact);
  }

  Message message;
  message.id = c.id ? *c.id : MessageId::create(now_.wall_ms, random_);
  message.peer = c.to;
  message.outgoing = true;
  message.sequence = conversations_.find(c.to)->info.next_sequence;
  message.time_ms = now_.wall_ms;
  message.text = c.text;
  store(record::MessageStored{message, false});
  enqueue(c.to, record::EntryKind::kText, message.id);
  conversation_changed(c.to);
  emit(Event(event::MessagesChanged{{message}}));
  return done_with(std::move(message));
}

Engine::Implementation::Answer Engine::Implementation::run(const command::Edit& c) {
  const Result<void> checked = check_text(c.text);
  if (!checked) return checked.error();
  const ConversationLog* log = conversations_.find(c.peer);
  const Message* known = log ? log->find(c.id) : nullptr;
  if (!known || !known->outgoing) return Error::kNotFound;
  const OutboxEntry* entry = outbox_.find_message(c.peer, c.id);
  const bool left = entry && entry->sealed() && !entry->held;
  if (!entry || (left && !HOMING_PLANT(edited_after_seal))) {
    // Asked again by somebody who does not know that it was done before it left.
    if (known->text == c.text) return done_with(*known);
    return Error::kTooLate;
  }

  Message message = *known;
  message.text = c.text;
  message.status = MessageStatus::kPending;
  message.held_reason.reset();
  store(record::MessageStored{message, false});
  if (entry->held) store(record::Held{c.peer, entry->number(), std::nullopt, true});
  conversation_changed(c.peer);
  emit(Event(event::MessagesChanged{{message}}));
  return done_with(std::move(message));
}

Engine::Implementation::Answer Engine::Implementation::run(const command::Cancel& c) {
  const ConversationLog* log = conversations_.find(c.peer);
  const Message* known = log ? log->find(c.id) : nullptr;
  if (!known || !known->outgoing) return Error::kNotFound;
  const OutboxEntry* entry = outbox_.find_message(c.peer, c.id);
  const bool left = entry && entry->sealed() && !entry->held;
  if (!entry && known->status == MessageStatus::kCancelled) return done();  // asked again
  if (!entry || (left && !HOMING_PLANT(cancelled_after_seal))) return Error::kTooLate;
  store(record::Settled{c.peer, {entry->number()}});
  store(record::StatusStored{c.peer, MessageStatus::kCancelled, {c.id}});
  conversation_changed(c.peer);
  emit(Event(event::StatusChanged{c.peer, MessageStatus::kCancelled, std::nullopt, {c.id}}));
  return done();
}

Engine::Implementation::Answer Engine::Implementation::run(const command::Retry& c) {
  const OutboxEntry* entry = outbox_.find_message(c.peer, c.id);
  if (!entry || !entry->held) return Error::kNotFound;
  store(record::Held{c.peer, entry->number(), std::nullopt, is_stale(c.peer, *entry)});
  conversation_changed(c.peer);
  emit(Event(event::StatusChanged{c.peer, MessageStatus::kPending, std::nullopt, {c.id}}));
  return done();
}

Engine::Implementation::Answer Engine::Implementation::run(const command::MarkRead& c) {
  const ConversationLog* log = conversations_.find(c.peer);
  if (!log) return Error::kNotFound;
  if (log->unread.empty()) return done();
  enqueue_receipts(c.peer, MessageStatus::kRead, log->unread);
  store(record::ReadMark{c.peer});
  conversation_changed(c.peer);
  return done();
}

Engine::Implementation::Answer Engine::Implementation::run(const command::AcceptInvite& c) {
  const Result<Invite> invite = decode_invite(c.invite);
  if (!invite) return invite.error();
  const Address peer = address_of(invite->identity);
  if (peer == sessions_->identity().address()) return Error::kSelf;
  if (!know(peer)) return Error::kFull;
  accept(peer);
  record::Contact contact = conversations_.find(peer)->contact;
  record::ConversationInfo info = conversations_.find(peer)->info;
  info.identity = invite->identity;
  if (!invite->name.empty()) info.name = invite->name;
  store(info);
  // The link may be opened again and again; one introduction is enough.
  if (contact.invite_mark != invite->mark) {
    contact.invite_mark = invite->mark;
    store(contact);
    enqueue(peer, record::EntryKind::kIntroduction, MessageId{});
  }
  conversation_changed(peer);
  output::Reply reply = done();
  reply.peer = peer;
  return reply;
}

Engine::Implementation::Answer Engine::Implementation::run(const command::SetName& c) {
  if (c.name.size() > limits::kNameBytesMax) return Error::kTooLarge;
  if (!is_utf8(c.name)) return Error::kMalformed;
  settings_.name = c.name;
  store_settings();
  return done();
}

Engine::Implementation::Answer Engine::Implementation::run(const command::SetReadReceipts& c) {
  settings_.read_receipts = c.enabled;
  store_settings();
  return done();
}

Engine::Implementation::Answer Engine::Implementation::run(const command::SetDeliveredReceipts& c) {
  settings_.delivered_receipts = c.enabled;
  store_settings();
  return done();
}

Engine::Implementation::Answer Engine::Implementation::run(const command::RenewInvite&) {
  random_.fill(settings_.invite_mark);
  store_settings();
  return done();
}

Engine::Implementation::Answer Engine::Implementation::run(const command::TryNow&) {
  std::vector<Output> outputs;
  connection_.try_now(now_.monotonic_ms, outputs);
  take_connection_outputs(std::move(outputs));
  for (auto& [peer, lane] : outbox_.lanes()) lane.blocked_until_ms = 0;
  storage_retry_ms_ = 0;
  return done();
}

void Engine::Implementation::enqueue(const Address& peer, record::EntryKind kind,
                                     const MessageId& message) {
  record::Entry entry;
  entry.peer = peer;
  entry.number = outbox_.next_number();
  entry.kind = kind;
  entry.message = message;
  store(std::move(entry));
}

bool Engine::Implementation::know(const Address& peer) {
  if (conversations_.find(peer)) return true;
  if (conversations_.size() >= limits::kConversationsMax) return false;
  record::ConversationInfo info;
  info.peer = peer;
  info.next_sequence = settings_.first_sequence;
  store(std::move(info));
  return true;
}

}  // namespace homing
