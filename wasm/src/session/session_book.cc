#include "session/session_book.h"

#include "homing/limits.h"

namespace homing {
namespace {

constexpr uint8_t kFormat = 1;

}  // namespace

SessionBook::SessionBook(Identity identity, PrekeyStore prekeys)
    : identity_(std::move(identity)), prekeys_(std::move(prekeys)) {}

void SessionBook::renew_prekeys(uint64_t now_ms, RandomSource& random) {
  prekeys_.renew(now_ms, random);
  prekeys_changed_ = true;
}

void SessionBook::mark_prekeys_published() {
  prekeys_.mark_published();
  prekeys_changed_ = true;
}

void SessionBook::refill_prekeys(size_t one_time, size_t one_time_kem, RandomSource& random) {
  prekeys_.refill(one_time, one_time_kem, random);
  prekeys_changed_ = true;
}

bool SessionBook::can_seal(const Address& peer, uint64_t now_ms) const {
  const auto found = peers_.find(peer);
  return found != peers_.end() && found->second.current && found->second.current->may_seal(now_ms);
}

std::optional<PublicKey> SessionBook::current_session(const Address& address) const {
  const auto found = peers_.find(address);
  if (found == peers_.end() || !found->second.current) return std::nullopt;
  return found->second.current->base_key();
}

Result<void> SessionBook::begin(const Address& address, const PrekeyBundle& bundle, uint64_t now_ms,
                                RandomSource& random) {
  Result<Initiation> initiation = initiate(identity_, address, bundle, random);
  if (!initiation) return initiation.error();
  Result<Session> session =
      Session::initiate(std::move(*initiation), bundle.signed_prekey.key, now_ms, random);
  if (!session) return session.error();
  Peer& peer = peers_[address];
  if (peer.current) peer.current->keep(now_ms);
  archive(address);
  peer.current = std::make_unique<Session>(std::move(*session));
  trim(peer, now_ms);
  changed_.insert(address);
  return {};
}

Result<Bytes> SessionBook::seal(const Address& address, ByteView content, uint64_t now_ms,
                                RandomSource& random) {
  const auto found = peers_.find(address);
  if (found == peers_.end() || !found->second.current) return Error::kNoSession;
  Result<Bytes> envelope = found->second.current->seal(content, now_ms, random);
  if (envelope) changed_.insert(address);
  return envelope;
}

Result<SecretBytes> SessionBook::open(const Address& address, ByteView bytes, uint64_t now_ms) {
  const Result<Envelope> envelope = decode_envelope(bytes);
  if (!envelope) return Error::kUndecryptable;
  Result<SecretBytes> content = envelope->first ? open_first(address, *envelope, now_ms)
                                                : open_later(address, *envelope, now_ms);
  if (!content) return Error::kUndecryptable;
  trim(peers_[address], now_ms);
  changed_.insert(address);
  return content;
}

Result<SecretBytes> SessionBook::open_first(const Address& address, const Envelope& envelope,
                                            uint64_t now_ms) {
  const auto found = peers_.find(address);
  if (found != peers_.end()) {
    Peer& peer = found->second;
    // The base key is the name of a session: what comes under it again is for that session, and is
    // genuine only if the other fields have come again as well.
    const PublicKey& base_key = envelope.first->base_key;
    if (peer.current && peer.current->base_key() == base_key) {
      if (!peer.current->was_started_by(*envelope.first)) return Error::kUndecryptable;
      return peer.current->open(envelope.header, envelope.body, now_ms);
    }
    for (size_t i = 0; i < peer.archived.size(); ++i) {
      Session& session = *peer.archived[i];
      if (session.base_key() != base_key) continue;
      if (!session.was_started_by(*envelope.first)) return Error::kUndecryptable;
      Result<SecretBytes> content = session.open(envelope.header, envelope.body, now_ms);
      if (content) use(peer, take_archived(peer, i), now_ms);
      return content;
    }
  }
  return open_new(address, envelope, now_ms);
}

Result<SecretBytes> SessionBook::open_new(const Address& address, const Envelope& envelope,
                                          uint64_t now_ms) {
  const FirstFields& fields = *envelope.first;
  if (address == identity_.address()) return Error::kSelf;
  // The cheap checks first: verifying and deriving cost a hundred times more.
  const Result<PrekeyStore::PrivateKeys> keys =
      prekeys_.find(fields.signed_prekey_id, fields.one_time_prekey_id, fields.kem_prekey_id);
  if (!keys) return keys.error();
  if (prekeys_.is_remembered(fields.signed_prekey_id, fields.kem_prekey_id, fields.base_key)) {
    return Error::kUndecryptable;
  }
  if (const Result<void> verified = verify_identity(fields.identity, address); !verified) {
    return verified.error();
  }
  Result<HandshakeSecrets> secrets = respond(identity_, *keys, fields);
  if (!secrets) return secrets.error();
  auto session = std::make_unique<Session>(
      Session::respond(std::move(*secrets), fields, *keys->signed_prekey, now_ms));
  Result<SecretBytes> content = session->open(envelope.header, envelope.body, now_ms);
  if (!content) return content.error();

  // If the lost state had opened it and answered, the initiator follows that answer's ratchet; a
  // second answer from here would fork it, and neither side could read the other. Only open, then.
  if (prekeys_.may_be_spent(fields.one_time_prekey_id, fields.kem_prekey_id)) session->retire();

  // Genuine: only now may a key be used up, or anybody could empty our store of them.
  prekeys_.consume(fields.signed_prekey_id, fields.one_time_prekey_id, fields.kem_prekey_id,
                   fields.base_key);
  prekeys_changed_ = true;
  use(peers_[address], std::move(session), now_ms);
  return content;
}

Result<SecretBytes> SessionBook::open_later(const Address& address, const Envelope& envelope,
                                            uint64_t now_ms) {
  const auto found = peers_.find(address);
  if (found == peers_.end()) return Error::kUndecryptable;
  Peer& peer = found->second;
  if (peer.current) {
    Result<SecretBytes> content = peer.current->open(envelope.header, envelope.body, now_ms);
    if (content) return content;
  }
  for (size_t i = 0; i < peer.archived.size(); ++i) {
    Result<SecretBytes> content = peer.archived[i]->open(envelope.header, envelope.body, now_ms);
    if (!content) continue;
    use(peer, take_archived(peer, i), now_ms);
    return content;
  }
  return Error::kUndecryptable;
}

void SessionBook::add_archived(Peer& peer, std::unique_ptr<Session> session) {
  peer.archived.insert(peer.archived.begin(), std::move(session));
  if (peer.archived.size() > limits::kArchivedSessionsMax) peer.archived.pop_back();
}

void SessionBook::archive_current(Peer& peer) {
  if (peer.current) add_archived(peer, std::move(peer.current));
}

std::unique_ptr<Session> SessionBook::take_archived(Peer& peer, size_t index) {
  std::unique_ptr<Session> session = std::move(peer.archived[index]);
  peer.archived.erase(peer.archived.begin() + static_cast<ptrdiff_t>(index));
  return session;
}

/// The peer seals on this session, so it is what the peer has: follow, if it may seal here.
void SessionBook::use(Peer& peer, std::unique_ptr<Session> session, uint64_t now_ms) {
  if (session->may_seal(now_ms)) {
    peer.current.swap(session);
  } else if (session->is_retired() && peer.current && !peer.current->is_unanswered()) {
    // The peer may be unable to follow what we have: it may have barred it. The next seal begins a
    // session that neither has barred.
    archive_current(peer);
  }
  if (session) add_archived(peer, std::move(session));
}

void SessionBook::trim(Peer& peer, uint64_t now_ms) {
  std::erase_if(peer.archived, [now_ms](const std::unique_ptr<Session>& session) {
    return now_ms > session->used_ms() &&
           now_ms - session->used_ms() > limits::kArchivedSessionAgeMsMax;
  });
  size_t skipped = peer.current ? peer.current->ratchet().skipped_count() : 0;
  for (size_t i = 0; i < peer.archived.size(); ++i) {
    skipped += peer.archived[i]->ratchet().skipped_count();
    if (skipped > limits::kPeerSkippedKeysMax) {
      peer.archived.resize(i);
      break;
    }
  }
}

void SessionBook::archive(const Address& address) {
  const auto found = peers_.find(address);
  if (found == peers_.end() || !found->second.current) return;
  found->second.current->retire();
  archive_current(found->second);
  changed_.insert(address);
}

void SessionBook::archive_all() {
  prekeys_.skip_ids();
  prekeys_changed_ = true;
  for (auto& [address, peer] : peers_) {
    if (peer.current) {
      peer.current->retire();
      archive_current(peer);
    }
    for (const auto& session : peer.archived) session->retire();
    changed_.insert(address);
  }
}

void SessionBook::forget(const Address& address) {
  if (peers_.erase(address) > 0) changed_.insert(address);
}

SecretBytes SessionBook::encode_peer(const Address& address) const {
  const auto found = peers_.find(address);
  if (found == peers_.end()) return {};
  const Peer& peer = found->second;
  SecretWriter to;
  to.u8(kFormat);
  to.u8(peer.current ? 1 : 0);
  if (peer.current) peer.current->encode(to);
  to.u8(static_cast<uint8_t>(peer.archived.size()));
  for (const auto& session : peer.archived) session->encode(to);
  return to.take();
}

Result<void> SessionBook::decode_peer(const Address& address, ByteView record) {
  if (record.empty()) {
    peers_.erase(address);
    return {};
  }
  ByteReader from(record);
  const uint8_t format = from.u8();
  if (format != kFormat) return format > kFormat ? Error::kUnsupported : Error::kMalformed;
  const uint8_t has_current = from.u8();
  if (has_current > 1) return Error::kMalformed;
  Peer peer;
  if (has_current == 1) {
    Result<Session> session = Session::decode(from);
    if (!session) return session.error();
    peer.current = std::make_unique<Session>(std::move(*session));
  }
  const uint8_t archived = from.u8();
  if (archived > limits::kArchivedSessionsMax) return Error::kMalformed;
  for (uint8_t i = 0; i < archived; ++i) {
    Result<Session> session = Session::decode(from);
    if (!session) return session.error();
    peer.archived.push_back(std::make_unique<Session>(std::move(*session)));
  }
  if (!from.ok()) return Error::kTruncated;
  if (!from.finished()) return Error::kMalformed;
  peers_[address] = std::move(peer);
  return {};
}

std::vector<Address> SessionBook::take_changed_peers() {
  std::vector<Address> out(changed_.begin(), changed_.end());
  changed_.clear();
  return out;
}

bool SessionBook::take_prekeys_changed() { return std::exchange(prekeys_changed_, false); }

std::vector<Address> SessionBook::peers() const {
  std::vector<Address> out;
  out.reserve(peers_.size());
  for (const auto& entry : peers_) out.push_back(entry.first);
  return out;
}

size_t SessionBook::archived_count(const Address& address) const {
  const auto found = peers_.find(address);
  return found == peers_.end() ? 0 : found->second.archived.size();
}

}  // namespace homing
