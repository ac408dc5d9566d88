#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <unordered_set>
#include <vector>

#include "homing/message.h"
#include "simulation/disk.h"
#include "simulation/watch.h"

namespace homing::simulation {

/// What a client's store holds for certain: its journal files, read by code that shares nothing
/// with the engine's replay. Outputs are judged by it (I5): nothing may be told, sent or
/// acknowledged that is not here.
class DurableModel {
 public:
  /// Begins anew from what is stored; so does `watch`.
  void read(const Disk& disk, Watch& watch);
  /// A commit has just been applied. Gives the messages of others that it brought.
  std::vector<MessageId> add(const output::Commit& commit, const Disk& disk, Watch& watch);

  struct Known {
    bool outgoing = false;
    Address peer;
    MessageStatus status{};
    bool deleted = false;  // with its conversation, by the user
  };
  const std::map<MessageId, Known>& messages() const { return messages_; }
  /// Its user wants the conversation gone: a snapshot may leave it out instead of clearing it.
  void may_delete(const Address& peer) { may_delete_.insert(peer); }
  const Known* find(const MessageId& id) const {
    const auto found = messages_.find(id);
    return found == messages_.end() ? nullptr : &found->second;
  }
  bool has_sealed(ByteView envelope) const;
  /// How far the mailbox of the relay with any store has been taken in.
  uint64_t place() const { return place_; }
  /// The message that goes out under this envelope id; the id itself if nothing else is known.
  MessageId message_of(const MessageId& envelope_id) const;
  uint64_t generation() const { return generation_; }
  /// Whether the commit that was added last deleted a conversation.
  bool has_deleted() const { return has_deleted_; }
  /// The newest private prekeys, as PrekeyStore::decode() reads them.
  const Bytes& prekeys() const { return prekeys_.back(); }
  /// Those the last commit brought, and the one before them: what may be published just after it.
  const std::vector<Bytes>& recent_prekeys() const { return prekeys_; }

 private:
  void read_file(ByteView file, ByteView key_file, Watch& watch);
  void delete_all_but(const std::set<MessageId>& kept);

  std::map<MessageId, Known> messages_;
  std::unordered_set<uint64_t> sealed_;
  std::map<uint64_t, MessageId> text_of_entry_;
  std::map<MessageId, MessageId> text_of_envelope_;
  uint64_t place_ = 0;
  uint64_t generation_ = 0;
  std::vector<Bytes> prekeys_{Bytes()};
  std::vector<MessageId> arrived_;
  std::set<Address> may_delete_;
  bool has_deleted_ = false;
};

}  // namespace homing::simulation
