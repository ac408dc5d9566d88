#include "session/ratchet.h"

#include <algorithm>

#include "homing/limits.h"
#include "plant.h"
#include "session/padding.h"

namespace homing {
namespace {

/// What a body's AEAD binds: the session's data, then the sealed header.
Bytes body_data(ByteView associated_data, const SealedHeader& header) {
  Bytes out;
  out.reserve(associated_data.size() + header.size());
  append(out, associated_data);
  append(out, header);
  return out;
}

/// Padding is judged together with the tag: what has a genuine tag but wrong padding is refused
/// before anything changes, like all else.
Result<SecretBytes> open_body(const MessageKey& key, ByteView associated_data, ByteView body) {
  Result<SecretBytes> padded = key.open(associated_data, body);
  if (!padded) return padded.error();
  if (const Result<void> unpadded = unpad(*padded); !unpadded) return unpadded.error();
  return padded;
}

}  // namespace

Ratchet::Ratchet(SecretKey root, SecretKey ratchet_secret, SecretKey next_sending_header_key,
                 SecretKey next_receiving_header_key)
    : root_(std::move(root)),
      ratchet_secret_(std::move(ratchet_secret)),
      next_sending_header_key_(std::move(next_sending_header_key)),
      next_receiving_header_key_(std::move(next_receiving_header_key)) {}

Result<Ratchet> Ratchet::initiator(const HandshakeSecrets& secrets, const PublicKey& signed_prekey,
                                   RandomSource& random) {
  Ratchet out(secrets.root_key.clone(), SecretKey(), secrets.initiator_header_key.clone(),
              secrets.responder_next_header_key.clone());
  out.peer_ratchet_key_ = signed_prekey;
  if (const Result<void> started = out.start_sending(random); !started) return started.error();
  return out;
}

Ratchet Ratchet::responder(const HandshakeSecrets& secrets, const SecretKey& signed_prekey) {
  Ratchet out(secrets.root_key.clone(), signed_prekey.clone(),
              secrets.responder_next_header_key.clone(), secrets.initiator_header_key.clone());
  out.ratchet_key_ = x25519::public_key(signed_prekey);
  return out;
}

Result<void> Ratchet::start_sending(RandomSource& random) {
  if (!peer_ratchet_key_) return Error::kNoSession;
  SecretKey secret = random.secret();
  const Result<SecretKey> dh = x25519::shared_secret(secret, *peer_ratchet_key_);
  if (!dh) return dh.error();
  RootStep step = root_.step(*dh);
  root_ = std::move(step.root);
  sending_ = Sending{std::move(next_sending_header_key_), std::move(step.chain), 0};
  next_sending_header_key_ = std::move(step.next_header_key);
  ratchet_key_ = x25519::public_key(secret);
  ratchet_secret_ = std::move(secret);
  return {};
}

Result<SealedHeader> Ratchet::seal(ByteView associated_data, ByteView content, RandomSource& random,
                                   Bytes& body) {
  if (!sending_) {
    if (const Result<void> started = start_sending(random); !started) return started.error();
  }
  const SecretBytes padded = pad(content);
  const RatchetHeader header{ratchet_key_, previous_length_, sending_->next};
  const SealedHeader sealed = seal_header(sending_->header_key, associated_data, header, random);
  const MessageKey key = sending_->chain.next();
  ++sending_->next;
  key.seal(body_data(associated_data, sealed), padded.view(), random, body);
  return sealed;
}

Result<SecretBytes> Ratchet::open(ByteView associated_data, const SealedHeader& header,
                                  ByteView body, uint64_t now_ms) {
  const Bytes data = body_data(associated_data, header);
  for (size_t i = receiving_.size(); i-- > 0;) {
    const auto clear = open_header(receiving_[i].header_key, associated_data, header);
    if (clear) return open_on_chain(i, *clear, data, body, now_ms);
  }
  // The peer makes a new chain only after it has seen our newest ratchet key, so there can be none
  // while that key has not been made yet.
  if (step_ > 0 && !sending_) return Error::kUndecryptable;
  const auto clear = open_header(next_receiving_header_key_, associated_data, header);
  if (!clear) return Error::kUndecryptable;
  return open_on_step(*clear, data, body, now_ms);
}

Result<SecretBytes> Ratchet::open_on_chain(size_t index, const RatchetHeader& header,
                                           ByteView associated_data, ByteView body,
                                           uint64_t now_ms) {
  ReceivingChain& chain = receiving_[index];
  if (header.number < chain.next) {
    const MessageKey* key = chain.skipped.find(header.number, now_ms);
    if (key == nullptr) return Error::kUndecryptable;
    Result<SecretBytes> content = open_body(*key, associated_data, body);
    if (!content) return content.error();
    chain.skipped.erase(header.number);
    drop_old_keys(now_ms);
    return content;
  }
  Result<ChainAdvance> advance = chain.advance_to(header.number);
  if (!advance) return advance.error();
  const MessageKey key = advance->chain.next();
  if (HOMING_PLANT(state_before_tag)) chain.next = header.number + 1;
  Result<SecretBytes> content = open_body(key, associated_data, body);
  if (!content) return content.error();
  chain.commit(std::move(*advance), header.number, now_ms);
  drop_old_keys(now_ms);
  return content;
}

Result<SecretBytes> Ratchet::open_on_step(const RatchetHeader& header, ByteView associated_data,
                                          ByteView body, uint64_t now_ms) {
  const Result<SecretKey> dh = x25519::shared_secret(ratchet_secret_, header.ratchet_key);
  if (!dh) return Error::kUndecryptable;
  RootStep step = root_.step(*dh);

  std::optional<ChainAdvance> rest;
  if (!receiving_.empty() && header.previous_length > receiving_.back().next) {
    Result<ChainAdvance> advance = receiving_.back().advance_to(header.previous_length);
    if (!advance) return advance.error();
    rest = std::move(*advance);
  }
  ReceivingChain chain;
  chain.chain = std::move(step.chain);
  chain.step = step_ + 1;
  Result<ChainAdvance> advance = chain.advance_to(header.number);
  if (!advance) return advance.error();
  const MessageKey key = advance->chain.next();
  Result<SecretBytes> content = open_body(key, associated_data, body);
  if (!content) return content.error();

  // Genuine: from here on nothing can fail.
  if (!receiving_.empty()) {
    receiving_.back().close(std::move(rest), header.previous_length, now_ms);
  }
  chain.header_key = std::move(next_receiving_header_key_);
  chain.commit(std::move(*advance), header.number, now_ms);
  receiving_.push_back(std::move(chain));
  root_ = std::move(step.root);
  next_receiving_header_key_ = std::move(step.next_header_key);
  peer_ratchet_key_ = header.ratchet_key;
  previous_length_ = sending_ ? sending_->next : 0;
  sending_.reset();
  ++step_;
  drop_old_keys(now_ms);
  return content;
}

void Ratchet::drop_old_keys(uint64_t now_ms) {
  for (ReceivingChain& chain : receiving_) chain.skipped.drop_expired(now_ms);
  std::erase_if(receiving_, [this](const ReceivingChain& chain) {
    return !chain.chain &&
           (chain.skipped.empty() || step_ - chain.step >= limits::kSkippedKeyStepsMax);
  });
  size_t count = skipped_count();
  for (ReceivingChain& chain : receiving_) {
    for (; count > limits::kSkippedKeysMax && !chain.skipped.empty(); --count) {
      chain.skipped.drop_oldest();
    }
  }
}

size_t Ratchet::skipped_count() const {
  size_t count = 0;
  for (const ReceivingChain& chain : receiving_) count += chain.skipped.size();
  return count;
}

void Ratchet::encode(SecretWriter& to) const {
  to.raw(root_.secret().view());
  to.raw(ratchet_secret_.view());
  to.raw(ratchet_key_);
  to.u8(peer_ratchet_key_ ? 1 : 0);
  if (peer_ratchet_key_) to.raw(*peer_ratchet_key_);
  to.u8(sending_ ? 1 : 0);
  if (sending_) {
    to.raw(sending_->header_key.view());
    to.raw(sending_->chain.secret().view());
    to.u32(sending_->next);
  }
  to.u32(previous_length_);
  to.raw(next_sending_header_key_.view());
  to.raw(next_receiving_header_key_.view());
  to.u32(step_);
  to.u8(static_cast<uint8_t>(receiving_.size()));
  for (const ReceivingChain& chain : receiving_) chain.encode(to);
}

Result<Ratchet> Ratchet::decode(ByteReader& from) {
  Ratchet out(read_secret_key(from), SecretKey(), SecretKey(), SecretKey());
  out.ratchet_secret_ = read_secret_key(from);
  out.ratchet_key_ = from.array<32>();
  const uint8_t has_peer_key = from.u8();
  if (has_peer_key == 1) out.peer_ratchet_key_ = from.array<32>();
  const uint8_t is_sending = from.u8();
  if (has_peer_key > 1 || is_sending > 1) return Error::kMalformed;
  if (is_sending == 1) {
    SecretKey header_key = read_secret_key(from);
    ChainKey chain(read_secret_key(from));
    out.sending_ = Sending{std::move(header_key), std::move(chain), from.u32()};
  }
  out.previous_length_ = from.u32();
  out.next_sending_header_key_ = read_secret_key(from);
  out.next_receiving_header_key_ = read_secret_key(from);
  out.step_ = from.u32();
  const uint8_t chains = from.u8();
  if (!from.ok()) return Error::kTruncated;
  if (chains > limits::kSkippedKeyStepsMax || (chains == 0) != (out.step_ == 0))
    return Error::kMalformed;
  for (uint8_t i = 0; i < chains; ++i) {
    Result<ReceivingChain> chain = ReceivingChain::decode(from);
    if (!chain) return chain.error();
    // The newest, and only it, still moves; it began with the last step.
    const bool newest = i + 1 == chains;
    const bool later = out.receiving_.empty() || chain->step > out.receiving_.back().step;
    if (chain->chain.has_value() != newest || (newest && chain->step != out.step_) || !later) {
      return Error::kMalformed;
    }
    out.receiving_.push_back(std::move(*chain));
  }
  if (!from.ok()) return Error::kTruncated;
  if (out.skipped_count() > limits::kSkippedKeysMax) return Error::kMalformed;
  return out;
}

}  // namespace homing
