// Strangers, blocked people and deleted conversations: what their messages may and may not do.

#include "simulation/oracle.h"
#include "wire/invite.h"

namespace homing::simulation {

void Oracle::on_contact_command(Client& client, const decltype(Command::command)& command) {
  // Not client.address(), which is empty until the profile is stored.
  const std::optional<Address> known = client.engine() ? client.engine()->address() : std::nullopt;
  if (!known) return;
  const Address& own = *known;
  const auto accepts = [&](const Address& peer) {
    accepted_.insert({own, peer});
    asked_to_block_.erase({own, peer});
    blocked_.erase({own, peer});
  };
  if (const auto* send = std::get_if<command::Send>(&command)) {
    accepted_.insert({own, send->to});
  } else if (const auto* accept = std::get_if<command::Accept>(&command)) {
    accepts(accept->peer);
  } else if (const auto* accept_invite = std::get_if<command::AcceptInvite>(&command)) {
    const Result<Invite> invite = decode_invite(accept_invite->invite);
    if (!invite) return;
    const Address peer = address_of(invite->identity);
    accepts(peer);
    // Who made the invite has invited them.
    accepted_.insert({peer, own});
  } else if (const auto* block = std::get_if<command::Block>(&command)) {
    maybe_blocked_.insert({own, block->peer});
    asked_to_block_.insert({own, block->peer});
  } else if (const auto* receipts = std::get_if<command::SetDeliveredReceipts>(&command)) {
    of_[client.index()].silent |= !receipts->enabled;
  }
}

void Oracle::on_contact_reply(const Client& client, const decltype(Command::command)& command,
                              const output::Reply& reply) {
  const Address& own = client.address();
  const auto* block = std::get_if<command::Block>(&command);
  if (block && !reply.error && asked_to_block_.contains({own, block->peer})) {
    blocked_.insert({own, block->peer});
  }
  const auto* accept = std::get_if<command::Accept>(&command);
  // An answer to what came before the last Block says nothing about it.
  if (!accept || asked_to_block_.contains({own, accept->peer})) return;
  if (maybe_blocked_.erase({own, accept->peer}) == 0) return;
  // What had come to the relay by now may have been dropped here.
  for (auto& [id, tracked] : tracked_) {
    const bool between = tracked.from_address == accept->peer && tracked.to_address == own;
    if (between && tracked.at_relay && !tracked.stored_at_recipient) {
      excuse(tracked, "its recipient had blocked its sender");
    }
  }
}

/// An older store has older decisions.
void Oracle::on_decisions_lost(const Client& client) {
  const auto is_own = [&](const Pair& pair) { return pair.first == client.address(); };
  std::erase_if(blocked_, is_own);
  std::erase_if(asked_to_block_, is_own);
}

/// A block that its user had lifted is there again when the store lost that.
void Oracle::on_decisions_found(Client& client) {
  if (!client.has_lost()) return;
  for (const Conversation& conversation : client.engine()->conversations()) {
    if (conversation.contact != ContactState::kBlocked) continue;
    maybe_blocked_.insert({client.address(), conversation.peer});
  }
}

/// What a conversation held that its user has deleted is shown no more, and waits no more.
void Oracle::on_deleted(Client& client) {
  PerClient& mine = of_[client.index()];
  for (const auto& [id, known] : client.model().messages()) {
    if (!known.deleted) continue;
    const Address& from = known.outgoing ? client.address() : known.peer;
    const Address& to = known.outgoing ? known.peer : client.address();
    excuse(track(id, from, to), "its conversation was deleted");
    mine.saved.erase(id);
    mine.told.erase(id);
    mine.shown.erase(id);
  }
}

std::vector<Address> Oracle::unaccepted(Client& client) const {
  std::vector<Address> out;
  for (const auto& [who, whom] : maybe_blocked_) {
    if (who == client.address()) out.push_back(whom);
  }
  if (!client.engine()) return out;
  for (const Conversation& conversation : client.engine()->conversations()) {
    if (conversation.contact != ContactState::kAccepted) out.push_back(conversation.peer);
  }
  return out;
}

}  // namespace homing::simulation
