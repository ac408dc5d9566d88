#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "batch.h"
#include "homing/output.h"
#include "simulation/client.h"
#include "simulation/judge.h"
#include "simulation/texts.h"
#include "wire/frame.h"

namespace homing::simulation {

/// Says what must be true, from what users were told and what is stored, without looking into the
/// engines. Safety is checked at every output; oracle_final.cc checks what must have come about in
/// the end.
class Oracle {
 public:
  Oracle(Judge& judge, const Plan& plan) : judge_(judge), plan_(plan) {}
  void add(Client& client) { clients_.push_back(&client); }

  /// A text nobody has written before.
  std::string new_text(uint32_t from, const Address& to, size_t bytes);

  // What happens (oracle.cc).
  void on_command(Client& client, const decltype(Command::command)& command);
  void on_reply(Client& client, const decltype(Command::command)& command,
                const output::Reply& reply);
  void on_event(Client& client, const Event& event);
  void on_opened(Client& client);
  void on_committed(Client& client, const output::Commit& commit,
                    const std::vector<MessageId>& arrived);

  // What goes over the wire (oracle_wire.cc).
  void on_transmit(Client& client, uint64_t instance, uint64_t connection, ByteView frame);
  void on_answer(Client& client, uint64_t instance, uint64_t connection, ByteView frame);
  void on_stored(const relay::Batch& batch, const relay::BatchOutcome& outcome);

  // What a fault takes away (oracle_losses.cc).
  void on_store_changed(Client& client, const DurableModel& before);
  void on_person_gone(Client& client, const Address& address);
  void on_relay_lost();
  void on_malice(Malice malice) { malice_ = malice; }

  // Whom users want to hear from (oracle_contacts.cc).
  /// Strangers and blocked people among this client's conversations.
  std::vector<Address> unaccepted(Client& client) const;

  // In the end (oracle_final.cc).
  /// Whether everything that was saved has arrived and is known to have.
  bool all_is_well();
  /// The same, and says what is not.
  void check_final();
  /// The messages of this client that wait for their user.
  std::vector<std::pair<Address, MessageId>> held(Client& client) const;
  /// The n-th message this client has sent, if there is any.
  std::optional<std::pair<Address, MessageId>> message_of(Client& client, uint32_t n) const;

 private:
  struct Tracked {
    uint32_t from = 0;
    Address from_address;
    Address to_address;
    uint64_t sequence = 0;  // 0: not known
    uint64_t sent_at = 0;   // its place among all that users were told is saved; 0: not told
    bool saved = false;     // its user was told so
    bool edited = false;    // more than one text was given for it
    bool held = false;      // as its user knows it
    bool ever_held = false;
    bool cancelled = false;  // its user was told so
    bool at_relay = false;
    bool stored_at_recipient = false;
    bool read_at_recipient = false;
    bool lost_by_sender = false;     // a fault has taken it out of that store
    bool lost_by_recipient = false;  // as well
    bool unreadable = false;         // its recipient was told so
    std::string excuse;              // "": it must arrive
  };
  struct PerClient {
    std::set<MessageId> shown;                   // incoming
    std::map<MessageId, uint8_t> told;           // outgoing: the furthest status told
    std::set<MessageId> saved;                   // as replied
    bool silent = false;                         // has ever switched receipts of delivery off
    std::map<uint32_t, uint64_t> one_time_used;  // id in a first message, to its place
  };
  struct Window {
    std::map<MessageId, size_t> outstanding;
    bool proved = false;
    std::map<Address, uint64_t> last_sequence;
    std::set<MessageId> sent;
  };

  Client* client_at(const Address& address) const;
  Tracked& track(const MessageId& id, const Address& from, const Address& to);
  void excuse(Tracked& tracked, const char* why);
  void check_cancelled(const Tracked& tracked);
  void on_messages(Client& client, const event::MessagesChanged& event);
  void on_status(Client& client, const event::StatusChanged& event);
  void on_unreadable(Client& client, const event::Unreadable& event);
  void check_publish(Client& client, uint64_t instance, const wire::Publish& publish);
  void check_submit(Client& client, Window& window, const wire::Submit& submit);
  void check_order(Client& client, Window& window, const wire::SubmitItem& item,
                   const MessageId& message);
  void check_key(Client& client, const wire::SubmitItem& item, const MessageId& message);
  void check_bounds(Client& client);
  void check_conversation(Client& client, const Address& peer);
  bool is_at_recipient(const MessageId& id, const Tracked& tracked);
  std::string missing(const MessageId& id, const Tracked& tracked);
  void check_one_time_keys(Client& client);
  void on_contact_command(Client& client, const decltype(Command::command)& command);
  void on_contact_reply(const Client& client, const decltype(Command::command)& command,
                        const output::Reply& reply);
  void on_decisions_lost(const Client& client);
  void on_decisions_found(Client& client);
  void on_deleted(Client& client);
  bool may_be_unreadable(const Client& client, const Address& from) const;

  Judge& judge_;
  const Plan& plan_;
  Texts texts_;
  std::vector<Client*> clients_;
  std::map<MessageId, Tracked> tracked_;
  std::map<uint32_t, std::vector<MessageId>> sent_by_;
  std::map<uint32_t, PerClient> of_;
  std::map<std::pair<uint64_t, uint64_t>, Window> windows_;  // by instance and connection
  std::unordered_map<uint64_t, uint64_t> sent_with_key_;     // message key to envelope
  std::unordered_map<uint64_t, uint64_t> stored_with_key_;   // the same, at the relay
  std::map<std::pair<uint32_t, MessageId>, uint64_t> sent_bytes_;
  std::map<MessageId, MessageId> under_;     // envelope id, as sent, to the message in it
  std::map<Address, uint32_t> gone_;         // addresses of wiped stores
  using Pair = std::pair<Address, Address>;  // who decides, about whom
  std::set<Pair> accepted_;                  // at any time, by anything they did
  std::set<Pair> maybe_blocked_;             // since Block was asked for
  std::set<Pair> asked_to_block_;            // the same, and no acceptance since
  std::set<Pair> blocked_;                   // since its user was told so
  uint64_t saved_count_ = 0;
  bool relay_lost_ = false;
  Malice malice_ = Malice::kNone;  // that has happened at any time
};

}  // namespace homing::simulation
