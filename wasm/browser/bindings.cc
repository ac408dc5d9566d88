// What homing.d.ts promises. The only place, with views.cc, where names change from snake_case to
// camelCase; text forms of ids and addresses are parsed here, and a wrong one is a refused command,
// never an exception.

#include <emscripten/bind.h>

#include <memory>
#include <string>
#include <utility>

#include "browser/host.h"
#include "browser/views.h"

namespace {

using emscripten::val;
using homing::Address;
using homing::Command;
using homing::Error;
using homing::MessageId;
namespace command = homing::command;

class HostBinding {
 public:
  explicit HostBinding(const val& options)
      : host_(std::make_unique<homing::Host>(homing::Host::Options{
            .relay_url = options["relay"].as<std::string>(),
            .profile = options["profile"].as<std::string>(),
            .durability = options["durability"].as<std::string>() == "relaxed"
                              ? homing::Durability::kRelaxed
                              : homing::Durability::kStrict,
            .on_events = [on_events = options["onEvents"]](std::vector<homing::HostEvent> events) {
              const homing::Time now = homing::Host::now();
              val out = val::array();
              for (size_t i = 0; i < events.size(); ++i) out.set(i, to_view(events[i], now));
              on_events(out);
            }})) {}

  void open() { host_->open(); }
  void close() { host_->close(); }

  void send(uint32_t request, const std::string& to, const std::string& text) {
    with_peer(request, to, [&](const Address& peer) { return command::Send{peer, text}; });
  }
  void edit(uint32_t request, const std::string& peer, const std::string& id,
            const std::string& text) {
    with_message(request, peer, id, [&](const Address& address, const MessageId& message) {
      return command::Edit{address, message, text};
    });
  }
  void cancel(uint32_t request, const std::string& peer, const std::string& id) {
    with_message(request, peer, id, [](const Address& address, const MessageId& message) {
      return command::Cancel{address, message};
    });
  }
  void retry(uint32_t request, const std::string& peer, const std::string& id) {
    with_message(request, peer, id, [](const Address& address, const MessageId& message) {
      return command::Retry{address, message};
    });
  }
  void mark_read(uint32_t request, const std::string& peer) {
    with_peer(request, peer, [](const Address& address) { return command::MarkRead{address}; });
  }
  void accept(uint32_t request, const std::string& peer) {
    with_peer(request, peer, [](const Address& address) { return command::Accept{address}; });
  }
  void block(uint32_t request, const std::string& peer) {
    with_peer(request, peer, [](const Address& address) { return command::Block{address}; });
  }
  void delete_conversation(uint32_t request, const std::string& peer) {
    with_peer(request, peer,
              [](const Address& address) { return command::DeleteConversation{address}; });
  }
  void set_verified(uint32_t request, const std::string& peer, bool verified) {
    with_peer(request, peer, [verified](const Address& address) {
      return command::SetVerified{address, verified};
    });
  }
  void accept_invite(uint32_t request, const std::string& invite) {
    host_->handle(Command{request, command::AcceptInvite{invite}});
  }
  void set_name(uint32_t request, const std::string& name) {
    host_->handle(Command{request, command::SetName{name}});
  }
  void set_read_receipts(uint32_t request, bool enabled) {
    host_->handle(Command{request, command::SetReadReceipts{enabled}});
  }
  void set_delivered_receipts(uint32_t request, bool enabled) {
    host_->handle(Command{request, command::SetDeliveredReceipts{enabled}});
  }
  void renew_invite(uint32_t request) { host_->handle(Command{request, command::RenewInvite{}}); }
  void try_now(uint32_t request) { host_->handle(Command{request, command::TryNow{}}); }

  void hint(const std::string& kind) {
    if (kind == "online") host_->hint(homing::input::Hint::kOnline);
    if (kind == "offline") host_->hint(homing::input::Hint::kOffline);
    if (kind == "wake") host_->hint(homing::input::Hint::kWake);
  }

  std::string address() const {
    const std::optional<Address> address = engine().address();
    return address ? address->to_text() : "";
  }
  std::string invite() const { return engine().invite(); }
  std::string name() const { return engine().name(); }
  bool read_receipts() const { return engine().read_receipts(); }
  bool delivered_receipts() const { return engine().delivered_receipts(); }
  val conversations() const { return homing::to_views(engine().conversations()); }

  val messages(const std::string& peer, const std::string& before, double limit) const {
    const homing::Result<Address> address = Address::parse(peer);
    if (!address.ok() || !(limit >= 1)) return val::array();
    std::optional<MessageId> end;
    if (!before.empty()) {
      const homing::Result<MessageId> id = MessageId::parse(before);
      if (!id.ok()) return val::array();
      end = *id;
    }
    // Infinity asks for all of them; more than a size can hold there are not.
    const size_t count = limit < 4e9 ? static_cast<size_t>(limit) : SIZE_MAX;
    return homing::to_views(engine().messages(*address, end, count));
  }

  val message(const std::string& peer, const std::string& id) const {
    const homing::Result<Address> address = Address::parse(peer);
    const homing::Result<MessageId> message_id = MessageId::parse(id);
    if (!address.ok() || !message_id.ok()) return val::undefined();
    const std::optional<homing::Message> found = engine().message(*address, *message_id);
    return found ? homing::to_view(*found) : val::undefined();
  }

  val why(const std::string& peer, const std::string& id) const {
    const homing::Result<Address> address = Address::parse(peer);
    const homing::Result<MessageId> message_id = MessageId::parse(id);
    const bool exists = address.ok() && message_id.ok();
    return homing::to_view(exists ? engine().why(*address, *message_id) : homing::Why{},
                           homing::Host::now());
  }

  val safety_number(const std::string& peer) const {
    const homing::Result<Address> address = Address::parse(peer);
    if (!address.ok()) return val::undefined();
    const auto number = engine().safety_number(*address);
    return number ? homing::to_view(*number) : val::undefined();
  }
  bool matches_safety_code(const std::string& peer, const std::string& code) const {
    const homing::Result<Address> address = Address::parse(peer);
    return address.ok() && engine().matches_safety_code(*address, code);
  }

  double pending() const { return static_cast<double>(engine().pending()); }
  val connection() const { return homing::to_view(engine().connection(), homing::Host::now()); }

 private:
  const homing::Engine& engine() const { return host_->engine(); }

  template <typename Make>
  void with_peer(uint32_t request, const std::string& peer, const Make& make) {
    const homing::Result<Address> address = Address::parse(peer);
    if (!address.ok()) {
      host_->refuse(request, address.error());
      return;
    }
    host_->handle(Command{request, make(*address)});
  }

  template <typename Make>
  void with_message(uint32_t request, const std::string& peer, const std::string& id,
                    const Make& make) {
    const homing::Result<MessageId> message_id = MessageId::parse(id);
    if (!message_id.ok()) {
      host_->refuse(request, message_id.error());
      return;
    }
    with_peer(request, peer, [&](const Address& address) { return make(address, *message_id); });
  }

  std::unique_ptr<homing::Host> host_;
};

// JavaScript owns what it gets and frees it with delete().
HostBinding* create_host(val options) { return new HostBinding(options); }

}  // namespace

EMSCRIPTEN_BINDINGS(homing) {
  using emscripten::class_;

  class_<homing::ConnectivityListener>("ConnectivityListener")
      .smart_ptr<std::shared_ptr<homing::ConnectivityListener>>("ConnectivityListenerPointer")
      .function("handleEvent", &homing::ConnectivityListener::handle_event);

  class_<HostBinding>("Host")
      .function("open", &HostBinding::open)
      .function("close", &HostBinding::close)
      .function("send", &HostBinding::send)
      .function("edit", &HostBinding::edit)
      .function("cancel", &HostBinding::cancel)
      .function("retry", &HostBinding::retry)
      .function("markRead", &HostBinding::mark_read)
      .function("accept", &HostBinding::accept)
      .function("block", &HostBinding::block)
      .function("deleteConversation", &HostBinding::delete_conversation)
      .function("setVerified", &HostBinding::set_verified)
      .function("acceptInvite", &HostBinding::accept_invite)
      .function("setName", &HostBinding::set_name)
      .function("setReadReceipts", &HostBinding::set_read_receipts)
      .function("setDeliveredReceipts", &HostBinding::set_delivered_receipts)
      .function("renewInvite", &HostBinding::renew_invite)
      .function("tryNow", &HostBinding::try_now)
      .function("hint", &HostBinding::hint)
      .function("address", &HostBinding::address)
      .function("invite", &HostBinding::invite)
      .function("name", &HostBinding::name)
      .function("readReceipts", &HostBinding::read_receipts)
      .function("deliveredReceipts", &HostBinding::delivered_receipts)
      .function("conversations", &HostBinding::conversations)
      .function("messages", &HostBinding::messages)
      .function("message", &HostBinding::message)
      .function("why", &HostBinding::why)
      .function("safetyNumber", &HostBinding::safety_number)
      .function("matchesSafetyCode", &HostBinding::matches_safety_code)
      .function("pending", &HostBinding::pending)
      .function("connection", &HostBinding::connection);

  emscripten::function("createHost", &create_host, emscripten::allow_raw_pointers());
}
