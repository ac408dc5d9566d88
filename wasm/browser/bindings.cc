// What homing.d.ts promises. The only place, with views.cc, where names change from snake_case to
// camelCase; text forms of ids and addresses are parsed here, and a wrong one is a refused command,
// never an exception.

#include <emscripten/bind.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "browser/byte_views.h"
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
            .must_exist = options["mustExist"].isTrue(),
            .on_events = [on_events = options["onEvents"]](std::vector<homing::HostEvent> events) {
              const homing::Time now = homing::Host::now();
              val out = val::array();
              for (size_t i = 0; i < events.size(); ++i) out.set(i, to_view(events[i], now));
              on_events(out);
            }})) {}

  void open() { host_->open(); }
  void unlock(const val& key_file) { host_->unlock(homing::to_bytes(key_file)); }
  void close() { host_->close(); }

  void send(uint32_t request, const std::string& to, const std::string& text,
            const std::string& id) {
    with_message(request, to, id, [&](const Address& peer, const MessageId& message) {
      return command::Send{peer, text, message};
    });
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

  bool has_passphrase() const { return host_->has_passphrase(); }
  val key_file() const { return homing::to_array(host_->key_file()); }
  void set_key_file(uint32_t request, const val& key_file) {
    host_->set_key_file(request, homing::to_bytes(key_file));
  }
  val read_files() { return homing::to_view(host_->read_files()); }
  void import_files(uint32_t request, const val& files) {
    host_->import_files(request, homing::to_files(files));
  }

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

// The hosts by their number, which no other host gets later: a call after delete() is found out.
std::vector<std::unique_ptr<HostBinding>>& hosts() {
  static std::vector<std::unique_ptr<HostBinding>> all;
  return all;
}

HostBinding& host_of(uint32_t number) {
  HOMING_ASSERT(number < hosts().size() && hosts()[number] != nullptr);
  return *hosts()[number];
}

void delete_host(uint32_t number) { hosts()[number] = nullptr; }

// What JavaScript's Host can do, by name.
std::vector<const char*>& host_functions() {
  static std::vector<const char*> all;
  return all;
}

template <typename Function>
void bind_function(const char* name, Function* function) {
  emscripten::function(name, function);
  host_functions().push_back(name);
}

// A method of HostBinding as a function whose first parameter is the host's number.
template <auto kMethod>
struct Method;
template <typename Out, typename... In, Out (HostBinding::*kMethod)(In...)>
struct Method<kMethod> {
  static Out call(uint32_t host, In... in) { return (host_of(host).*kMethod)(in...); }
};
template <typename Out, typename... In, Out (HostBinding::*kMethod)(In...) const>
struct Method<kMethod> {
  static Out call(uint32_t host, In... in) { return (host_of(host).*kMethod)(in...); }
};

template <auto kMethod>
void bind(const char* name) {
  bind_function(name, &Method<kMethod>::call);
}

// A Host in JavaScript: every function with the host's number in front. Embind's classes could do
// it too, but come with inheritance and ownership of all kinds: 3 KB of JavaScript.
val create_host(const val& options) {
  const val number(static_cast<uint32_t>(hosts().size()));
  hosts().push_back(std::make_unique<HostBinding>(options));
  val host = val::object();
  for (const char* name : host_functions()) {
    host.set(name, val::module_property(name).call<val>("bind", val::null(), number));
  }
  return host;
}

}  // namespace

EMSCRIPTEN_BINDINGS(homing) {
  bind<&HostBinding::open>("open");
  bind<&HostBinding::unlock>("unlock");
  bind<&HostBinding::key_file>("keyFile");
  bind<&HostBinding::has_passphrase>("hasPassphrase");
  bind<&HostBinding::set_key_file>("setKeyFile");
  bind<&HostBinding::read_files>("readFiles");
  bind<&HostBinding::import_files>("importFiles");
  bind<&HostBinding::close>("close");
  bind<&HostBinding::send>("send");
  bind<&HostBinding::edit>("edit");
  bind<&HostBinding::cancel>("cancel");
  bind<&HostBinding::retry>("retry");
  bind<&HostBinding::mark_read>("markRead");
  bind<&HostBinding::accept>("accept");
  bind<&HostBinding::block>("block");
  bind<&HostBinding::delete_conversation>("deleteConversation");
  bind<&HostBinding::set_verified>("setVerified");
  bind<&HostBinding::accept_invite>("acceptInvite");
  bind<&HostBinding::set_name>("setName");
  bind<&HostBinding::set_read_receipts>("setReadReceipts");
  bind<&HostBinding::set_delivered_receipts>("setDeliveredReceipts");
  bind<&HostBinding::renew_invite>("renewInvite");
  bind<&HostBinding::try_now>("tryNow");
  bind<&HostBinding::hint>("hint");
  bind<&HostBinding::address>("address");
  bind<&HostBinding::invite>("invite");
  bind<&HostBinding::name>("name");
  bind<&HostBinding::read_receipts>("readReceipts");
  bind<&HostBinding::delivered_receipts>("deliveredReceipts");
  bind<&HostBinding::conversations>("conversations");
  bind<&HostBinding::messages>("messages");
  bind<&HostBinding::message>("message");
  bind<&HostBinding::why>("why");
  bind<&HostBinding::safety_number>("safetyNumber");
  bind<&HostBinding::matches_safety_code>("matchesSafetyCode");
  bind<&HostBinding::pending>("pending");
  bind<&HostBinding::connection>("connection");
  bind_function("delete", &delete_host);

  emscripten::function("createHost", &create_host);
}
