#include "engine/implementation.h"
#include "homing/limits.h"
#include "plant.h"
#include "session/primitives.h"

namespace homing {

/// A batch from the mailbox becomes one commit: texts, ratchet states, used-up keys, receipts to
/// send and the place in the mailbox. Only then is the batch acknowledged, so that the relay keeps
/// whatever a crash would lose.
void Engine::Implementation::on_frame(const wire::Deliver& f) {
  Arrivals arrivals;
  const uint64_t place_before = mailbox_.place;
  for (const wire::DeliverItem& item : f.items) take_in(item, arrivals);
  for (const auto& [from, ids] : arrivals.to_confirm) {
    enqueue_receipts(from, MessageStatus::kDelivered, ids);
  }
  for (const auto& [from, ids] : arrivals.missing) note_missing(from, ids);
  if (!arrivals.messages.empty()) {
    emit(Event(event::MessagesChanged{std::move(arrivals.messages)}));
  }
  // Also when everything was known already: the last acknowledgement may have been lost.
  const bool has_news = mailbox_.place != place_before && !HOMING_PLANT(place_not_stored);
  const wire::Ack ack{mailbox_.place, has_news ? tell_generation() : mailbox_.told};
  if (HOMING_PLANT(ack_before_commit)) {
    return emit_now(output::Transmit{connection_.number(), wire::encode(ack)});
  }
  transmit(ack);
}

void Engine::Implementation::take_in(const wire::DeliverItem& item, Arrivals& arrivals) {
  // Recognised before it is opened: a repeat is no attack and no error.
  if (item.place <= mailbox_.place && !HOMING_PLANT(place_not_deduped)) return;
  // Stored once for the whole batch, with what it is told by.
  mailbox_.place = item.place;
  const auto unreadable = [&](Error error) {
    if (error == Error::kUndecryptable) arrivals.missing[item.from].push_back(item.id);
    emit(Event(event::Unreadable{item.from, item.id, error}));
  };
  Result<SecretBytes> opened = sessions_->open(item.from, item.envelope, now_.wall_ms);
  if (!opened) return unreadable(opened.error());
  const Result<content::Content> content = content::decode(opened->view());
  if (!content) return unreadable(content.error());
  const bool stranger = !conversations_.find(item.from);
  if ((stranger && conversations_.requests() >= limits::kRequestsMax) || !know(item.from)) {
    return unreadable(Error::kFull);
  }
  ConversationLog& log = *conversations_.find(item.from);
  ++log.opened;
  // What waited for a bundle to begin a session with can go over the one that has come.
  Lane* lane = outbox_.lane(item.from);
  if (lane && lane->blocked_reason == WaitReason::kNoPrekeys &&
      sessions_->can_seal(item.from, now_.wall_ms)) {
    lane->blocked_until_ms = 0;
  }
  // Receipts still count: they are about what this user has written.
  const bool counts = !log.contact.blocked || std::holds_alternative<content::Receipt>(*content);
  if (!counts && !HOMING_PLANT(blocked_shown)) return;
  std::visit(
      [&](const auto& c) {
        if constexpr (std::is_same_v<std::decay_t<decltype(c)>, content::Text>) {
          take_in(item.from, c, arrivals);
        } else {
          take_in(item.from, c);
        }
      },
      *content);
}

void Engine::Implementation::take_in(const Address& from, const content::Text& text,
                                     Arrivals& arrivals) {
  const ConversationLog& log = *conversations_.find(from);
  if (!log.incoming.contains(text.id)) {
    Message message;
    message.id = text.id;
    message.peer = from;
    message.sequence = text.sequence;
    message.time_ms = text.time_ms;
    message.status = MessageStatus::kReceived;
    message.text = text.text;
    store(record::MessageStored{message, true});
    conversation_changed(from);
    arrivals.messages.push_back(std::move(message));
  }
  // A repeat is answered too: that the sender sends it again may mean that no receipt came.
  arrivals.to_confirm[from].push_back(text.id);
}

void Engine::Implementation::take_in(const Address& from,
                                     const content::Introduction& introduction) {
  record::ConversationInfo info = conversations_.find(from)->info;
  if (info.name.empty()) info.name = introduction.name;
  store(std::move(info));
  if (constant_time_equal(introduction.mark, settings_.invite_mark)) accept(from);
  if (conversations_.find(from)->listed()) conversation_changed(from);
}

}  // namespace homing
