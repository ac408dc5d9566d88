#include "journal/record.h"

#include "homing/limits.h"

namespace homing {
namespace {

using namespace record;

void write(SecretWriter& out, const Address& address) { out.raw(address.hash); }
void write(SecretWriter& out, const MessageId& id) { out.raw(id.bytes); }
void write(SecretWriter& out, const std::vector<MessageId>& ids) {
  out.u32(static_cast<uint32_t>(ids.size()));
  for (const MessageId& id : ids) write(out, id);
}
void write(SecretWriter& out, const std::optional<Error>& error) {
  out.u8(error ? static_cast<uint8_t>(*error) : 0);
}

Address read_address(ByteReader& in) { return Address{in.array<32>()}; }
MessageId read_id(ByteReader& in) { return MessageId{in.array<16>()}; }
std::vector<MessageId> read_ids(ByteReader& in) {
  const uint32_t count = in.u32();
  std::vector<MessageId> ids;
  // The count may lie; the bytes that are there do not.
  ids.reserve(std::min<size_t>(count, in.left() / 16));
  for (uint32_t i = 0; i < count && in.ok(); ++i) ids.push_back(read_id(in));
  return ids;
}
std::optional<Error> read_error(ByteReader& in) {
  const uint8_t code = in.u8();
  return code == 0 ? std::nullopt : std::optional(static_cast<Error>(code));
}
bool read_flag(ByteReader& in) {
  const uint8_t flag = in.u8();
  if (flag > 1) in.refuse();
  return flag == 1;
}
MessageStatus read_status(ByteReader& in) {
  const auto status = static_cast<MessageStatus>(in.u8());
  if (!is_known(status)) in.refuse();
  return status;
}
/// Of an entry: what a receipt says, pending for everything else.
MessageStatus read_receipt_status(ByteReader& in, EntryKind kind) {
  const MessageStatus status = read_status(in);
  const bool says_something = status == MessageStatus::kDelivered || status == MessageStatus::kRead;
  if (says_something != (kind == EntryKind::kReceipt)) in.refuse();
  return status;
}
EntryKind read_kind(ByteReader& in) {
  const auto kind = static_cast<EntryKind>(in.u8());
  if (kind < EntryKind::kText || kind > EntryKind::kRetryRequest) in.refuse();
  return kind;
}
std::string read_string(ByteReader& in) { return std::string(as_text(in.sized())); }

void encode_body(const Profile& r, SecretWriter& out) {
  out.sized(r.identity.view());
  out.sized(as_bytes(r.name));
  out.u8(r.read_receipts ? 1 : 0);
  out.u8(r.delivered_receipts ? 1 : 0);
  out.raw(r.invite_mark);
  out.u64(r.first_sequence);
}
void decode_body(ByteReader& in, Profile& r) {
  r.identity = SecretBytes(in.sized());
  r.name = read_string(in);
  r.read_receipts = read_flag(in);
  r.delivered_receipts = read_flag(in);
  r.invite_mark = in.array<kInviteMarkBytes>();
  r.first_sequence = in.u64();
}

void encode_body(const Prekeys& r, SecretWriter& out) { out.sized(r.store.view()); }
void decode_body(ByteReader& in, Prekeys& r) { r.store = SecretBytes(in.sized()); }

void encode_body(const Sessions& r, SecretWriter& out) {
  write(out, r.peer);
  out.sized(r.sessions.view());
}
void decode_body(ByteReader& in, Sessions& r) {
  r.peer = read_address(in);
  r.sessions = SecretBytes(in.sized());
}

void encode_body(const ConversationInfo& r, SecretWriter& out) {
  write(out, r.peer);
  out.u8(r.identity ? 1 : 0);
  if (r.identity) {
    out.raw(r.identity->signing_key);
    out.raw(r.identity->identity_key);
    out.raw(r.identity->signature);
  }
  out.sized(as_bytes(r.name));
  out.u64(r.next_sequence);
}
void decode_body(ByteReader& in, ConversationInfo& r) {
  r.peer = read_address(in);
  if (read_flag(in)) {
    r.identity.emplace();
    r.identity->signing_key = in.array<32>();
    r.identity->identity_key = in.array<32>();
    r.identity->signature = in.array<64>();
  }
  r.name = read_string(in);
  r.next_sequence = in.u64();
}

void encode_body(const MessageStored& r, SecretWriter& out) {
  const Message& m = r.message;
  write(out, m.peer);
  write(out, m.id);
  out.u8(m.outgoing ? 1 : 0);
  out.u64(m.sequence);
  out.u64(m.time_ms);
  out.u8(static_cast<uint8_t>(m.status));
  write(out, m.held_reason);
  out.u8(r.unread ? 1 : 0);
  out.sized(as_bytes(m.text));
}
void decode_body(ByteReader& in, MessageStored& r) {
  Message& m = r.message;
  m.peer = read_address(in);
  m.id = read_id(in);
  m.outgoing = read_flag(in);
  m.sequence = in.u64();
  m.time_ms = in.u64();
  m.status = read_status(in);
  m.held_reason = read_error(in);
  r.unread = read_flag(in);
  m.text = read_string(in);
}

void encode_body(const StatusStored& r, SecretWriter& out) {
  write(out, r.peer);
  out.u8(static_cast<uint8_t>(r.status));
  write(out, r.ids);
}
void decode_body(ByteReader& in, StatusStored& r) {
  r.peer = read_address(in);
  r.status = read_status(in);
  r.ids = read_ids(in);
}

void encode_body(const Entry& r, SecretWriter& out) {
  write(out, r.peer);
  out.u64(r.number);
  out.u8(static_cast<uint8_t>(r.kind));
  write(out, r.message);
  out.u8(static_cast<uint8_t>(r.receipt));
  write(out, r.ids);
}
void decode_body(ByteReader& in, Entry& r) {
  r.peer = read_address(in);
  r.number = in.u64();
  r.kind = read_kind(in);
  r.message = read_id(in);
  r.receipt = read_receipt_status(in, r.kind);
  r.ids = read_ids(in);
}

void encode_body(const Sealed& r, SecretWriter& out) {
  write(out, r.peer);
  out.u64(r.number);
  write(out, r.envelope_id);
  out.sized(r.envelope);
}
void decode_body(ByteReader& in, Sealed& r) {
  r.peer = read_address(in);
  r.number = in.u64();
  r.envelope_id = read_id(in);
  const ByteView envelope = in.sized();
  r.envelope.assign(envelope.begin(), envelope.end());
}

void encode_body(const Settled& r, SecretWriter& out) {
  write(out, r.peer);
  out.u32(static_cast<uint32_t>(r.numbers.size()));
  for (const uint64_t number : r.numbers) out.u64(number);
}
void decode_body(ByteReader& in, Settled& r) {
  r.peer = read_address(in);
  const uint32_t count = in.u32();
  for (uint32_t i = 0; i < count && in.ok(); ++i) r.numbers.push_back(in.u64());
}

void encode_body(const Held& r, SecretWriter& out) {
  write(out, r.peer);
  out.u64(r.number);
  write(out, r.reason);
  out.u8(r.discard_envelope ? 1 : 0);
}
void decode_body(ByteReader& in, Held& r) {
  r.peer = read_address(in);
  r.number = in.u64();
  r.reason = read_error(in);
  r.discard_envelope = read_flag(in);
}

void encode_body(const ReadMark& r, SecretWriter& out) { write(out, r.peer); }
void decode_body(ByteReader& in, ReadMark& r) { r.peer = read_address(in); }

void encode_body(const Mailbox& r, SecretWriter& out) {
  out.raw(r.store_id);
  out.u64(r.place);
  out.u64(r.told);
}
void decode_body(ByteReader& in, Mailbox& r) {
  r.store_id = in.array<16>();
  r.place = in.u64();
  r.told = in.u64();
}

void encode_body(const Contact& r, SecretWriter& out) {
  write(out, r.peer);
  out.u8(r.accepted ? 1 : 0);
  out.u8(r.blocked ? 1 : 0);
  out.u8(r.verified ? 1 : 0);
  out.u8(r.written ? 1 : 0);
  out.raw(r.invite_mark);
}
void decode_body(ByteReader& in, Contact& r) {
  r.peer = read_address(in);
  r.accepted = read_flag(in);
  r.blocked = read_flag(in);
  r.verified = read_flag(in);
  r.written = read_flag(in);
  r.invite_mark = in.array<kInviteMarkBytes>();
}

void encode_body(const Cleared& r, SecretWriter& out) {
  write(out, r.peer);
  out.u8(r.forget ? 1 : 0);
}
void decode_body(ByteReader& in, Cleared& r) {
  r.peer = read_address(in);
  r.forget = read_flag(in);
}

void encode_body(const Missing& r, SecretWriter& out) {
  write(out, r.peer);
  write(out, r.envelopes);
}
void decode_body(ByteReader& in, Missing& r) {
  r.peer = read_address(in);
  r.envelopes = read_ids(in);
  if (r.envelopes.size() > limits::kRetryIdsMax) in.refuse();
}

template <typename T>
Result<Record> decode_as(ByteView body) {
  ByteReader in(body);
  T record;
  decode_body(in, record);
  if (!in.finished()) return Error::kMalformed;
  return Record(std::move(record));
}

}  // namespace

record::Type record_type(const Record& record) {
  // The variant lists the types in the order of their numbers.
  return static_cast<Type>(record.index() + 1);
}

SecretBytes encode_record(const Record& record) {
  SecretWriter out;
  std::visit([&out](const auto& r) { encode_body(r, out); }, record);
  return out.take();
}

Result<Record> decode_record(uint8_t type, ByteView body) {
  switch (static_cast<Type>(type)) {
    case Type::kProfile:
      return decode_as<Profile>(body);
    case Type::kPrekeys:
      return decode_as<Prekeys>(body);
    case Type::kSessions:
      return decode_as<Sessions>(body);
    case Type::kConversation:
      return decode_as<ConversationInfo>(body);
    case Type::kMessage:
      return decode_as<MessageStored>(body);
    case Type::kStatus:
      return decode_as<StatusStored>(body);
    case Type::kEntry:
      return decode_as<Entry>(body);
    case Type::kSealed:
      return decode_as<Sealed>(body);
    case Type::kSettled:
      return decode_as<Settled>(body);
    case Type::kHeld:
      return decode_as<Held>(body);
    case Type::kReadMark:
      return decode_as<ReadMark>(body);
    case Type::kMailbox:
      return decode_as<Mailbox>(body);
    case Type::kContact:
      return decode_as<Contact>(body);
    case Type::kCleared:
      return decode_as<Cleared>(body);
    case Type::kMissing:
      return decode_as<Missing>(body);
  }
  return Error::kUnknownType;
}

}  // namespace homing
