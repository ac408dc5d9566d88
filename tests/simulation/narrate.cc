#include "simulation/narrate.h"

#include "session/envelope.h"
#include "wire/frame.h"

namespace homing::simulation {
namespace {

/// The end of an id is what differs.
std::string short_id(const MessageId& id) { return id.to_text().substr(30); }

std::string kind_of(ByteView envelope) {
  const Result<Envelope> decoded = decode_envelope(envelope);
  if (!decoded) return "?";
  return decoded->first ? "first" : "later";
}

}  // namespace

std::string narrate_client_frame(ByteView bytes) {
  const Result<wire::ClientFrame> frame = wire::decode_client_frame(bytes);
  if (!frame) return "malformed";
  if (std::holds_alternative<wire::Hello>(*frame)) return "hello";
  if (std::holds_alternative<wire::Publish>(*frame)) return "publish";
  if (std::holds_alternative<wire::Claim>(*frame)) return "claim";
  if (const auto* ack = std::get_if<wire::Ack>(&*frame)) return "ack " + std::to_string(ack->up_to);
  if (const auto* submit = std::get_if<wire::Submit>(&*frame)) {
    std::string out = "submit";
    for (const wire::SubmitItem& item : submit->items) {
      out += " " + short_id(item.id) + ":" + kind_of(item.envelope);
    }
    return out;
  }
  return "ping or pong";
}

std::string narrate_relay_frame(ByteView bytes) {
  const Result<wire::RelayFrame> frame = wire::decode_relay_frame(bytes);
  if (!frame) return "malformed";
  if (const auto* accepted = std::get_if<wire::Accepted>(&*frame)) {
    std::string out = "accepted";
    for (const MessageId& id : accepted->ids) out += " " + short_id(id);
    return out;
  }
  if (const auto* refused = std::get_if<wire::Refused>(&*frame)) {
    std::string out = "refused";
    for (const wire::RefusedItem& item : refused->items) {
      out += " " + short_id(item.id) + ":" + std::string(error_name(item.error));
    }
    return out;
  }
  if (const auto* deliver = std::get_if<wire::Deliver>(&*frame)) {
    std::string out = "deliver";
    for (const wire::DeliverItem& item : deliver->items) {
      out +=
          " " + std::to_string(item.place) + "=" + short_id(item.id) + ":" + kind_of(item.envelope);
    }
    return out;
  }
  if (const auto* ready = std::get_if<wire::Ready>(&*frame)) {
    return "ready, generation " + std::to_string(ready->generation);
  }
  return "frame " + std::to_string(frame->index());
}

std::string narrate_event(const Event& event) {
  if (const auto* shown = std::get_if<event::MessagesChanged>(&event)) {
    std::string out = "shows";
    for (const Message& message : shown->messages) {
      out += " " + short_id(message.id) + (message.outgoing ? " (own)" : "");
    }
    return out;
  }
  if (const auto* news = std::get_if<event::StatusChanged>(&event)) {
    std::string out = "status " + std::string(status_name(news->status));
    for (const MessageId& id : news->ids) out += " " + short_id(id);
    return out;
  }
  if (const auto* unreadable = std::get_if<event::Unreadable>(&event)) {
    return "unreadable " + short_id(unreadable->id);
  }
  if (const auto* state = std::get_if<event::ConnectionChanged>(&event)) {
    return "connection " + std::string(connection_state_name(state->state));
  }
  return "event " + std::to_string(event.index());
}

}  // namespace homing::simulation
