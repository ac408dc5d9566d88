#include "browser/views.h"

#include <string>

namespace homing {
namespace {

using emscripten::val;

val text(std::string_view value) { return val(std::string(value)); }

val number(uint64_t value) { return val(static_cast<double>(value)); }

val wall_time(uint64_t monotonic_ms, const Time& now) {
  const double ahead = static_cast<double>(monotonic_ms) - static_cast<double>(now.monotonic_ms);
  return val(static_cast<double>(now.wall_ms) + ahead);
}

// Optional members are absent, not undefined, as exactOptionalPropertyTypes wants them.
void set_error(val& object, const char* name, const std::optional<Error>& error) {
  if (error) object.set(name, text(error_name(*error)));
}

val typed(const char* type) {
  val object = val::object();
  object.set("type", std::string(type));
  return object;
}

struct EventView {
  const Time& now;

  val operator()(const event::Opened& opened) const {
    val object = typed("opened");
    object.set("address", opened.address.to_text());
    object.set("quarantined", number(opened.quarantined));
    return object;
  }
  val operator()(const event::Stopped& stopped) const {
    val object = typed("stopped");
    set_error(object, "error", stopped.error);
    return object;
  }
  val operator()(const event::MessagesChanged& changed) const {
    val object = typed("messages");
    object.set("messages", to_views(changed.messages));
    return object;
  }
  val operator()(const event::StatusChanged& changed) const {
    val object = typed("status");
    object.set("peer", changed.peer.to_text());
    object.set("status", text(status_name(changed.status)));
    set_error(object, "heldReason", changed.held_reason);
    val ids = val::array();
    for (size_t i = 0; i < changed.ids.size(); ++i) ids.set(i, changed.ids[i].to_text());
    object.set("ids", ids);
    return object;
  }
  val operator()(const event::ConversationChanged& changed) const {
    val object = typed("conversation");
    object.set("conversation", to_view(changed.conversation));
    return object;
  }
  val operator()(const event::ConversationDeleted& deleted) const {
    val object = typed("deleted");
    object.set("peer", deleted.peer.to_text());
    return object;
  }
  val operator()(const event::ConnectionChanged& changed) const {
    val object = typed("connection");
    object.set("connection", to_view(changed, now));
    return object;
  }
  val operator()(const event::StorageChanged& changed) const {
    val object = typed("storage");
    set_error(object, "error", changed.error);
    object.set("unsaved", number(changed.unsaved));
    return object;
  }
  val operator()(const event::Unreadable& unreadable) const {
    val object = typed("unreadable");
    object.set("from", unreadable.from.to_text());
    object.set("id", unreadable.id.to_text());
    set_error(object, "error", unreadable.error);
    return object;
  }
};

val to_reply(const output::Reply& reply) {
  val object = typed("reply");
  object.set("request", reply.request);
  set_error(object, "error", reply.error);
  if (reply.message) object.set("message", to_view(*reply.message));
  if (reply.peer) object.set("peer", reply.peer->to_text());
  return object;
}

}  // namespace

val to_view(const Message& message) {
  val object = val::object();
  object.set("id", message.id.to_text());
  object.set("peer", message.peer.to_text());
  object.set("outgoing", message.outgoing);
  object.set("sequence", number(message.sequence));
  object.set("time", number(message.time_ms));
  object.set("status", text(status_name(message.status)));
  set_error(object, "heldReason", message.held_reason);
  object.set("text", message.text);
  return object;
}

val to_view(const Conversation& conversation) {
  val object = val::object();
  object.set("peer", conversation.peer.to_text());
  object.set("contact", text(contact_state_name(conversation.contact)));
  object.set("verified", conversation.verified);
  object.set("name", conversation.name);
  object.set("unread", number(conversation.unread));
  object.set("pending", number(conversation.pending));
  object.set("lastTime", number(conversation.last_time_ms));
  object.set("lastText", conversation.last_text);
  return object;
}

val to_view(const SafetyNumber& number) {
  val object = val::object();
  object.set("digits", number.digits);
  object.set("code", number.code);
  return object;
}

val to_view(const Why& why, const Time& now) {
  val object = val::object();
  object.set("reason", text(wait_reason_name(why.reason)));
  object.set("ahead", number(why.ahead));
  if (why.next_attempt_ms) object.set("nextAttempt", wall_time(*why.next_attempt_ms, now));
  set_error(object, "error", why.error);
  return object;
}

val to_view(const event::ConnectionChanged& connection, const Time& now) {
  val object = val::object();
  object.set("state", text(connection_state_name(connection.state)));
  if (connection.next_attempt_monotonic_ms) {
    object.set("nextAttempt", wall_time(*connection.next_attempt_monotonic_ms, now));
  }
  set_error(object, "error", connection.error);
  return object;
}

val to_view(const HostEvent& event, const Time& now) {
  if (const auto* reply = std::get_if<output::Reply>(&event)) return to_reply(*reply);
  if (std::holds_alternative<Locked>(event)) return typed("locked");
  return std::visit(EventView{now}, std::get<Event>(event));
}

}  // namespace homing
