// What stands between an attack and its success: one defence a row, with the test that must fail
// without it. prove_defences.mjs takes each away in a build of its own and sees it fail.
//
// `leave_out` is removed from the file, `replace` is put in its `by`; either occurs exactly once
// there, however it is broken into lines. Where a defence is no line but the way things are built,
// `replace` makes the mistake that somebody could have made.

import { kDefencesAtRest } from "./defences_at_rest.mjs";

const session = (name) => `wasm/src/session/${name}.cc`;

export const kDefences = [
  // --- replayed, reordered, dropped, duplicated -------------------------------------------------
  {
    test: "attack: a first message replayed after its session is gone",
    defence: "one-time prekeys are deleted when they have served",
    file: session("session_book"),
    leave_out:
      "prekeys_.consume(fields.signed_prekey_id, fields.one_time_prekey_id, " +
      "fields.kem_prekey_id, fields.base_key);",
  },
  {
    test: "attack: a first message under last-resort keys replayed after its session is gone",
    defence: "first messages under last-resort keys are remembered",
    file: session("session_book"),
    replace:
      "prekeys_.is_remembered(fields.signed_prekey_id, fields.kem_prekey_id, fields.base_key)",
    by: "false",
  },
  {
    test: "attack: a first message repeated, or with other fields, while its session is there",
    defence: "all fields of the handshake must come again with a known base key",
    file: session("session_book"),
    leave_out: "if (!peer.current->was_started_by(*envelope.first)) return Error::kUndecryptable;",
  },
  {
    test: "attack: an envelope replayed, in order or late",
    defence: "a skipped key is wiped when it has opened its message",
    file: session("ratchet"),
    leave_out: "chain.skipped.erase(header.number);",
  },
  {
    test: "attack: envelopes reordered, dropped and duplicated",
    defence: "keys of messages that were overtaken are kept",
    file: session("receiving_chain"),
    leave_out: "skipped.add(next, std::move(advance.skipped), now_ms);",
  },
  {
    test: "attack: a relay that reorders what it delivers",
    defence: "the sender's number decides the place of a message",
    file: "wasm/src/engine/conversations.cc",
    leave_out: "place = i - 1;",
  },
  {
    test: "attack: a relay that drops some of what it delivers and repeats the rest",
    defence: "each place of the mailbox is taken in once",
    file: "wasm/src/inbox/receiving.cc",
    leave_out: "if (item.place <= mailbox_.place && !HOMING_PLANT(place_not_deduped)) return;",
  },

  // --- other keys than the recipient's ----------------------------------------------------------
  {
    test: "attack: somebody else's bundle under the recipient's address",
    defence: "an address is the hash of the identity keys",
    file: session("identity"),
    leave_out: "if (address_of(keys) != expected) return Error::kBadAddress;",
  },
  {
    test: "attack: identity keys that the address names but the signing key never signed",
    defence: "the identity key is signed by the signing key",
    file: session("identity"),
    replace:
      "return ed25519::verify(keys.signing_key, purpose::kIdentityKey, keys.identity_key, " +
      "keys.signature);",
    by: "return keys.signing_key.empty() ? Result<void>(Error::kBadSignature) : Result<void>();",
  },
  {
    test: "attack: a key of the relay's own in the recipient's bundle",
    defence: "the signed prekey's signature is checked",
    file: session("prekey_bundle"),
    replace:
      "signed_prekey.key, signed_prekey.signature); if (!checked) return checked; " +
      "return verify_prekey(identity, kem_purpose(",
    by:
      "signed_prekey.key, signed_prekey.signature); (void)checked; " +
      "return verify_prekey(identity, kem_purpose(",
  },
  {
    test: "attack: a key of the relay's own in the recipient's bundle",
    defence: "the one-time prekey's signature is checked",
    file: session("prekey_bundle"),
    replace: "if (!checked || !bundle.one_time_prekey) return checked;",
    by: "if (checked || !bundle.one_time_prekey) return checked;",
  },
  {
    test: "attack: a key of the relay's own in the recipient's bundle",
    defence: "the KEM prekey's signature is checked",
    file: session("prekey_bundle"),
    replace: "return verify_prekey(identity, kem_purpose(kem_prekey.last_resort),",
    by: "return kem_prekey.id != 0 ? Result<void>() : verify_prekey(identity, {},",
  },
  {
    test: "attack: a prekey bundle swapped by the relay",
    defence: "a bundle is verified before a session begins",
    file: session("handshake"),
    leave_out:
      "if (const Result<void> verified = verify(bundle, responder); !verified) " +
      "return verified.error();",
  },
  {
    test: "attack: a signature made for another purpose",
    defence: "every signature covers its purpose",
    file: session("primitives"),
    leave_out: "to.sized(as_bytes(purpose));",
  },
  {
    test: "attack: points of low order in a bundle and in a first message",
    defence: "the return code of every scalar multiplication is checked",
    file: session("primitives"),
    replace: "crypto_scalarmult_curve25519(out.data(), secret.data(), other.data()) != 0",
    by: "crypto_scalarmult_curve25519(out.data(), secret.data(), other.data()) > 0",
  },
  {
    test: "attack: one person's first message passed off as another's",
    defence: "a first message's identity keys must be those of its sender's address",
    file: session("session_book"),
    replace: "verify_identity(fields.identity, address)",
    by: "verify_identity(fields.identity)",
  },

  // --- changed bytes ----------------------------------------------------------------------------
  {
    test: "attack: an envelope or a bundle of another version",
    defence: "an envelope's version is checked",
    file: session("envelope"),
    leave_out: "if (version != kEnvelopeVersion) return Error::kUnsupported;",
  },
  {
    test: "attack: an envelope or a bundle of another version",
    defence: "a bundle's version is checked",
    file: session("prekey_bundle"),
    leave_out: "if (found != version) return Error::kUnsupported;",
  },
  {
    test: "attack: a handshake weakened by leaving out its one-time prekey",
    defence: "the transcript and the DH with the one-time prekey are part of the secrets",
    file: session("handshake"),
    replace: "append(info, digest_of(transcript));",
    by: "if (transcript.signed_prekey_id == 0) append(info, digest_of(transcript));",
    and: [
      [
        "if (inputs.base_to_one_time != nullptr) ikm.append(inputs.base_to_one_time->view());",
        "",
      ],
    ],
  },
  {
    test: "attack: a ciphertext truncated, lengthened or altered at any place",
    defence: "the return code of the AEAD is checked",
    file: session("primitives"),
    replace: "associated_data.size(), nonce.data(), key.data()) != 0) {",
    by: "associated_data.size(), nonce.data(), key.data()) > 0) {",
  },
  {
    test: "attack: the header of one envelope over the body of another",
    defence: "a body is bound to its header",
    file: session("ratchet"),
    leave_out: "append(out, header);",
  },
  {
    test: "attack: forged envelopes neither move a ratchet nor use up one-time keys",
    defence: "a ratchet moves only after the tag was good",
    file: session("ratchet"),
    replace: "if (HOMING_PLANT(state_before_tag)) chain.next = header.number + 1;",
    by: "chain.next = header.number + 1;",
  },
  {
    test: "attack: forged envelopes neither move a ratchet nor use up one-time keys",
    defence: "one-time prekeys are used up only by what opened",
    file: session("session_book"),
    replace: "if (!content) return content.error(); // If the lost state had opened it",
    by:
      "if (!content) { prekeys_.consume(fields.signed_prekey_id, fields.one_time_prekey_id, " +
      "fields.kem_prekey_id, fields.base_key); return content.error(); } // If",
  },

  // --- strangers --------------------------------------------------------------------------------
  {
    test: "contacts: a stranger's message is a request, and gets no receipt until it is accepted",
    defence: "receipts go to accepted people only",
    file: "wasm/src/receipts/receipts.cc",
    replace: "if (wanted && (known || HOMING_PLANT(receipt_to_stranger)))",
    by: "(void)known; if (wanted)",
  },
  {
    test: "contacts: what a blocked person writes is dropped and never confirmed",
    defence: "what a blocked person writes is dropped",
    file: "wasm/src/inbox/receiving.cc",
    leave_out: "if (!counts && !HOMING_PLANT(blocked_shown)) return;",
  },
  {
    test: "retry: what comes again stands before what was sent after it (I3)",
    defence: "what could not be opened is asked for again",
    file: "wasm/src/inbox/receiving.cc",
    leave_out: "for (const auto& [from, ids] : arrivals.missing) note_missing(from, ids);",
  },
  {
    test: "retry: requests that come together are all answered, up to kRetryAnswersMax",
    defence: "answers have a limit",
    file: "wasm/src/outbox/resending.cc",
    leave_out: "if (log.answers_until_ms > now_.monotonic_ms + kAheadMsMax) return;",
  },
  {
    test: "retry: two who cannot read each other ask each other once an hour",
    defence: "a peer is asked once an hour",
    file: "wasm/src/inbox/retry_requests.cc",
    leave_out: "log.ask_at_ms = now_.monotonic_ms + limits::kRetryRequestMs;",
  },
  {
    test: "retry: a stranger or a blocked person is not asked, or they would know who is there",
    defence: "only accepted people are asked",
    file: "wasm/src/inbox/retry_requests.cc",
    leave_out: "if (log.contact_state() != ContactState::kAccepted) return;",
  },
  {
    test: "contacts: strangers cannot use up the room for the people one knows",
    defence: "requests have a limit of their own",
    file: "wasm/src/inbox/receiving.cc",
    replace: "(stranger && conversations_.requests() >= limits::kRequestsMax) ||",
    by: "(void(stranger), false) ||",
  },

  // --- receipts, stores, prekeys ----------------------------------------------------------------
  {
    test: "attack: a relay that gives more than one tick, and a receipt that it wrote itself",
    defence: "only what was opened is read",
    file: "wasm/src/inbox/receiving.cc",
    replace: "if (!opened) return unreadable(opened.error());",
    by: "if (!opened) opened = SecretBytes(item.envelope);",
  },
  {
    test: "attack: a relay that gives more than one tick, and a receipt that it wrote itself",
    defence: "the relay's word is worth one tick",
    file: "wasm/src/outbox/sending.cc",
    replace: "? MessageStatus::kDelivered : MessageStatus::kSent;",
    by: "? MessageStatus::kDelivered : MessageStatus::kDelivered;",
  },
  {
    test: "attack: a receipt by one contact for what was sent to another",
    defence: "a receipt speaks of its sender's own conversation",
    file: "wasm/src/receipts/receipts.cc",
    replace: "take_in(const Address& from, const content::Receipt& receipt) {",
    by:
      "take_in(const Address& sender, const content::Receipt& receipt) {" +
      " Address from = sender;" +
      " for (const auto& [peer, log] : conversations_.all())" +
      " if (log.outgoing.contains(receipt.ids[0])) from = peer;",
  },
  {
    test: "attack: a store rolled back to an earlier state",
    defence: "sessions of a rolled-back store never seal again",
    file: "wasm/src/engine/storage.cc",
    leave_out: "sessions_->archive_all();",
  },
  {
    test: "limits: a relay cannot claim a generation that brings ours to its bound",
    defence: "what a relay says of our generations has a limit",
    file: "wasm/src/transport/relay_frames.cc",
    replace: "f.generation > std::max(limits::kGenerationClaimedMax, mailbox_.told)",
    by: "false",
  },
  {
    test: "attack: a rolled-back store that nobody notices repeats a key, but no nonce",
    defence: "every nonce is random",
    file: session("primitives"),
    replace: "const AeadNonce nonce = random.array<kAeadNonceBytes>();",
    by: "const AeadNonce nonce{}; (void)random;",
  },
  {
    test: "attack: all one-time prekeys claimed by somebody who never writes",
    defence: "used up one-time prekeys are made anew",
    file: "wasm/src/engine/prekeys.cc",
    replace: "published() && low &&",
    by: "published() && !low &&",
  },

  // --- what stays behind ------------------------------------------------------------------------
  ...[
    "memory: keys that have served are gone while the conversation goes on",
    "memory: after a restart only what was stored is there, and after the end nothing",
    "memory: engines keep no message key that has served, and closed ones nothing",
  ].map((test) => ({
    test,
    defence: "secrets are wiped",
    program: "homing_crypto",
    file: "wasm/src/bytes.cc",
    replace: "for (size_t i = 0; i < size; ++i) bytes[i] = 0;",
    by: "(void)bytes; (void)size;",
  })),
  {
    test: "memory: engines keep no message key that has served, and closed ones nothing",
    defence: "a buffer of secrets that grows wipes the smaller one",
    program: "homing_crypto",
    file: "wasm/src/bytes.cc",
    replace: "clear(); bytes_ = std::move(grown);",
    by: "bytes_ = std::move(grown);",
  },
  ...[
    "ledger: sessions that lose, reorder, begin anew and restart repeat nothing",
    "ledger: engines that crash, restart and send again repeat nothing",
  ].map((test) => ({
    test,
    defence: "every nonce is random",
    program: "homing_crypto",
    file: session("primitives"),
    replace: "const AeadNonce nonce = random.array<kAeadNonceBytes>();",
    by: "const AeadNonce nonce{}; (void)random;",
  })),
  {
    test: "shown: no secret in events, replies, queries, frames and files",
    defence: "a conversation is described without its keys",
    program: "homing_crypto",
    file: "wasm/src/engine/queries.cc",
    replace: "conversation.name = log.info.name;",
    by:
      "SecretWriter keys; sessions_->identity().encode(keys);" +
      " conversation.name = to_hex(keys.buffer().view().subspan(1));",
  },

  ...kDefencesAtRest,
];
