// One person's sessions with others: docs/crypto.md, "Envelope" and "Which session".

import { verify_identity } from "./address.mjs";
import { encode } from "./cbor.mjs";
import { decode_envelope, encode_envelope, listed } from "./envelope.mjs";
import { initiate, respond } from "./handshake.mjs";
import { Identity } from "./identity.mjs";
import { Prekeys, verify_bundle } from "./prekeys.mjs";
import { Refused, blake2b, equal, require_that, to_hex } from "./primitives.mjs";
import { Ratchet } from "./ratchet.mjs";

const kSessionAgeMsMax = 7 * 24 * 3600 * 1000;
const kSessionMessagesMax = 5000;
const kArchivedMax = 20;
const kArchivedAgeMsMax = 37 * 24 * 3600 * 1000;

/** @typedef {import("./envelope.mjs").FirstFields} FirstFields */

/** Recognises a first message that comes again. @param {FirstFields} first */
const digest_of = (first) => blake2b(encode(listed(first)));

class Session {
  /**
   * @param {Ratchet} ratchet
   * @param {FirstFields} first
   * @param {boolean} ours we began it
   * @param {number} now_ms
   */
  constructor(ratchet, first, ours, now_ms) {
    this.ratchet = ratchet;
    this.base_key = first.base_key;
    this.digest = digest_of(first);
    /** @type {FirstFields | null} sent along until a reply was opened */
    this.pending = ours ? first : null;
    this.created_ms = now_ms;
    this.used_ms = now_ms;
    this.messages = 0;
    this.retired = false;
  }

  /** @param {number} now_ms */
  may_seal(now_ms) {
    return (
      !this.retired &&
      this.messages < kSessionMessagesMax &&
      now_ms - this.created_ms <= kSessionAgeMsMax
    );
  }

  /** @param {number} now_ms */
  count(now_ms) {
    ++this.messages;
    this.used_ms = now_ms;
  }
}

/** @typedef {{ current: Session | null, archived: Session[] }} Peer */

export class SessionBook {
  #random;
  /** @type {Map<string, Peer>} */
  #peers = new Map();

  /**
   * @param {import("./primitives.mjs").Random} random
   * @param {{ one_time: number, kem: number }} counts of one-time prekeys
   */
  constructor(random, { one_time, kem }) {
    this.#random = random;
    this.identity = Identity.generate(random);
    this.prekeys = new Prekeys(this.identity, one_time, kem, random);
  }

  /** @param {Uint8Array} address */
  #peer(address) {
    const key = to_hex(address);
    const peer = this.#peers.get(key) ?? { current: null, archived: [] };
    this.#peers.set(key, peer);
    return peer;
  }

  /**
   * @param {Peer} peer
   * @param {number} now_ms
   */
  static #trim(peer, now_ms) {
    peer.archived = peer.archived
      .filter(({ used_ms }) => now_ms - used_ms <= kArchivedAgeMsMax)
      .slice(0, kArchivedMax);
  }

  /**
   * @param {Uint8Array} address
   * @param {number} now_ms
   */
  can_seal(address, now_ms) {
    return this.#peer(address).current?.may_seal(now_ms) ?? false;
  }

  /** @param {Uint8Array} address */
  current_session(address) {
    return this.#peer(address).current?.base_key ?? null;
  }

  /**
   * @param {Uint8Array} address
   * @param {import("./prekeys.mjs").Bundle} bundle
   * @param {number} now_ms
   */
  begin(address, bundle, now_ms) {
    verify_bundle(bundle, address);
    const { secrets, first } = initiate(this.identity, bundle, this.#random);
    const ratchet = Ratchet.initiate(secrets, bundle.signed.key, this.#random);
    const peer = this.#peer(address);
    if (peer.current !== null) {
      peer.current.retired = true;
      peer.archived.unshift(peer.current);
    }
    peer.current = new Session(ratchet, first, true, now_ms);
    SessionBook.#trim(peer, now_ms);
  }

  /**
   * @param {Uint8Array} address
   * @param {Uint8Array} content
   * @param {number} now_ms
   */
  seal(address, content, now_ms) {
    const { current } = this.#peer(address);
    if (current === null || !current.may_seal(now_ms)) throw new Refused("no_session");
    const { header, body } = current.ratchet.seal(content, this.#random);
    current.count(now_ms);
    return encode_envelope({ first: current.pending, header, body });
  }

  /**
   * @param {Uint8Array} address who the relay says it is from
   * @param {Uint8Array} bytes
   * @param {number} now_ms
   */
  open(address, bytes, now_ms) {
    try {
      const envelope = decode_envelope(bytes);
      const peer = this.#peer(address);
      SessionBook.#trim(peer, now_ms);
      return envelope.first === null
        ? this.#open_later(peer, envelope, now_ms)
        : this.#open_first(address, peer, envelope.first, envelope, now_ms);
    } catch (error) {
      throw error instanceof Refused ? new Refused("undecryptable") : error;
    }
  }

  /**
   * @param {Uint8Array} address
   * @param {Peer} peer
   * @param {FirstFields} first
   * @param {import("./envelope.mjs").Envelope} envelope
   * @param {number} now_ms
   */
  #open_first(address, peer, first, envelope, now_ms) {
    const known = SessionBook.#sessions(peer).find(({ base_key }) =>
      equal(base_key, first.base_key),
    );
    if (known !== undefined) {
      require_that(equal(known.digest, digest_of(first)), "undecryptable");
      return SessionBook.#open_on(peer, known, envelope, now_ms);
    }
    verify_identity(first.keys, address);
    const prekeys = this.prekeys.find(first);
    const secrets = respond(this.identity, prekeys, first);
    const ratchet = Ratchet.respond(secrets, prekeys.signed);
    const content = ratchet.open(envelope.header, envelope.body, now_ms);
    this.prekeys.consume(first);
    const session = new Session(ratchet, first, false, now_ms);
    session.count(now_ms);
    if (peer.current !== null) peer.archived.unshift(peer.current);
    peer.current = session;
    SessionBook.#trim(peer, now_ms);
    return content;
  }

  /** @param {Peer} peer */
  static #sessions({ current, archived }) {
    return current === null ? archived : [current, ...archived];
  }

  /**
   * @param {Peer} peer
   * @param {import("./envelope.mjs").Envelope} envelope
   * @param {number} now_ms
   */
  #open_later(peer, envelope, now_ms) {
    for (const session of SessionBook.#sessions(peer)) {
      try {
        return SessionBook.#open_on(peer, session, envelope, now_ms);
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
      }
    }
    throw new Refused("undecryptable");
  }

  /**
   * @param {Peer} peer
   * @param {Session} session
   * @param {import("./envelope.mjs").Envelope} envelope
   * @param {number} now_ms
   */
  static #open_on(peer, session, { header, body }, now_ms) {
    const content = session.ratchet.open(header, body, now_ms);
    session.count(now_ms);
    session.pending = null;
    if (session !== peer.current && session.may_seal(now_ms)) {
      peer.archived = peer.archived.filter((other) => other !== session);
      if (peer.current !== null) peer.archived.unshift(peer.current);
      peer.current = session;
    } else if (session.retired && peer.current !== null && peer.current.pending === null) {
      peer.archived.unshift(peer.current);
      peer.current = null;
    }
    return content;
  }

  /** @param {Uint8Array} address */
  archived_count(address) {
    return this.#peer(address).archived.length;
  }

  /** @param {Uint8Array} address */
  forget(address) {
    this.#peers.delete(to_hex(address));
  }
}
