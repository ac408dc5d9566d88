#include "simulation/durable_model.h"

#include "journal/file_codec.h"
#include "journal/key_file.h"
#include "journal/record.h"
#include "simulation/fast_hash.h"

namespace homing::simulation {
namespace {

bool is_journal(const std::string& name) {
  return !name.starts_with(journal::kQuarantinePrefix) &&
         (name.ends_with(".commit") || name.ends_with(".snapshot"));
}

ByteView key_file_of(const Disk& disk) {
  const auto key = disk.files().find(std::string(journal::kKeyFileName));
  return key == disk.files().end() ? ByteView() : ByteView(*key->second);
}

}  // namespace

void DurableModel::read(const Disk& disk, Watch& watch) {
  *this = {};
  watch.restart();
  // Names sort by position.
  for (const auto& [name, bytes] : disk.files()) {
    if (is_journal(name)) read_file(*bytes, key_file_of(disk), watch);
  }
}

std::vector<MessageId> DurableModel::add(const output::Commit& commit, const Disk& disk,
                                         Watch& watch) {
  arrived_.clear();
  prekeys_ = {prekeys_.back()};
  has_deleted_ = false;
  for (const StoredFile& file : commit.put) {
    if (is_journal(file.name)) read_file(file.bytes, key_file_of(disk), watch);
  }
  return std::move(arrived_);
}

bool DurableModel::has_sealed(ByteView envelope) const {
  return sealed_.contains(hash_of(envelope));
}

MessageId DurableModel::message_of(const MessageId& envelope_id) const {
  const auto found = text_of_envelope_.find(envelope_id);
  return found == text_of_envelope_.end() ? envelope_id : found->second;
}

void DurableModel::read_file(ByteView file, ByteView key_file, Watch& watch) {
  const Result<SecretKey> key = journal::decode_key(key_file);
  const Result<journal::FileHeader> header = journal::decode_header(file);
  if (!key || !header) return;
  const Result<std::vector<Record>> records = journal::read_records(file, *key);
  if (!records) return;
  watch.take_in(header->kind, *records);
  generation_ = header->generation;
  std::set<MessageId> stored;
  for (const Record& record : *records) {
    if (const auto* message = std::get_if<record::MessageStored>(&record)) {
      const Message& m = message->message;
      if (!m.outgoing) arrived_.push_back(m.id);
      messages_[m.id] = {m.outgoing, m.peer, m.status};
      stored.insert(m.id);
    } else if (const auto* news = std::get_if<record::StatusStored>(&record)) {
      for (const MessageId& id : news->ids) {
        const auto known = messages_.find(id);
        if (known == messages_.end()) continue;
        MessageStatus& status = known->second.status;
        const bool cancelled = news->status == MessageStatus::kCancelled;
        // Not merge_status(), which is under test.
        if (cancelled || status > MessageStatus::kRead || news->status > status) {
          status = news->status;
        }
      }
    } else if (const auto* entry = std::get_if<record::Entry>(&record)) {
      if (entry->kind == record::EntryKind::kText) text_of_entry_[entry->number] = entry->message;
    } else if (const auto* sealed = std::get_if<record::Sealed>(&record)) {
      sealed_.insert(hash_of(sealed->envelope));
      const auto text = text_of_entry_.find(sealed->number);
      if (text != text_of_entry_.end()) text_of_envelope_[sealed->envelope_id] = text->second;
    } else if (const auto* held = std::get_if<record::Held>(&record)) {
      const auto text = text_of_entry_.find(held->number);
      if (text == text_of_entry_.end() || !messages_.contains(text->second)) continue;
      messages_[text->second].status =
          held->reason ? MessageStatus::kHeld : MessageStatus::kPending;
    } else if (const auto* cleared = std::get_if<record::Cleared>(&record)) {
      has_deleted_ = true;
      for (auto& [id, known] : messages_) {
        if (known.peer == cleared->peer) known.deleted = true;
      }
    } else if (const auto* mailbox = std::get_if<record::Mailbox>(&record)) {
      place_ = mailbox->place;
    } else if (const auto* prekeys = std::get_if<record::Prekeys>(&record)) {
      const ByteView view = prekeys->store.view();
      prekeys_.emplace_back(view.begin(), view.end());
    }
  }
  if (header->kind == journal::FileKind::kSnapshot) delete_all_but(stored);
}

void DurableModel::delete_all_but(const std::set<MessageId>& kept) {
  for (auto& [id, known] : messages_) {
    if (known.deleted || kept.contains(id) || !may_delete_.contains(known.peer)) continue;
    known.deleted = has_deleted_ = true;
  }
}

}  // namespace homing::simulation
