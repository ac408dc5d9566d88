// docs/crypto.md, "Ratchet".

import { pad, unpad } from "./padding.mjs";
import {
  Refused,
  aead,
  ascii,
  concat,
  hmac,
  require_that,
  three_keys,
  u32,
  x25519,
} from "./primitives.mjs";

const kJumpMax = 2000;
const kSkippedMax = 2000;
const kSkippedAgeMsMax = 30 * 24 * 3600 * 1000;
const kChainsMax = 5;

/**
 * A receiving chain; `skipped` holds the keys of messages that were overtaken, in order.
 * @typedef {{ header_key: Uint8Array, chain_key: Uint8Array, next: number,
 *             skipped: Map<number, { key: Uint8Array, since_ms: number }> }} Chain
 * @typedef {{ ratchet_key: Uint8Array, previous: number, number: number }} Header
 * @typedef {import("./primitives.mjs").Random} Random
 */

const message_key = (/** @type {Uint8Array} */ chain_key) => hmac(chain_key, Uint8Array.of(1));
const next_chain_key = (/** @type {Uint8Array} */ chain_key) => hmac(chain_key, Uint8Array.of(2));

const step = (/** @type {Uint8Array} */ root_key, /** @type {Uint8Array} */ shared) =>
  three_keys(root_key, shared, ascii("homing/ratchet/v1"));

/** @param {Uint8Array} clear @returns {Header} */
const read_header = (clear) => {
  const view = new DataView(clear.buffer, clear.byteOffset);
  return {
    ratchet_key: clear.slice(0, 32),
    previous: view.getUint32(32),
    number: view.getUint32(36),
  };
};

/**
 * The chain as it is when its next message is `number`; the one given stays as it was.
 * @param {Chain} chain
 * @param {number} number
 * @param {number} now_ms
 * @returns {Chain}
 */
const advanced = (chain, number, now_ms) => {
  require_that(number - chain.next <= kJumpMax, "undecryptable");
  const out = { ...chain, skipped: new Map(chain.skipped) };
  for (; out.next < number; ++out.next) {
    out.skipped.set(out.next, { key: message_key(out.chain_key), since_ms: now_ms });
    out.chain_key = next_chain_key(out.chain_key);
  }
  return out;
};

export class Ratchet {
  #associated;
  #root_key;
  /** @type {Uint8Array} */
  #secret;
  /** @type {Uint8Array | null} the peer's ratchet key */
  #remote = null;
  /** @type {{ header_key: Uint8Array, chain_key: Uint8Array } | null} */
  #sending = null;
  #next_sending_header_key;
  #next_receiving_header_key;
  #number = 0;
  #previous = 0;
  /** The peer made a step, and we have not answered it by one of ours. */
  #step_due = false;
  /** @type {Chain[]} newest first */
  #chains = [];

  /**
   * @param {import("./handshake.mjs").Secrets} secrets
   * @param {Uint8Array} secret
   * @param {{ sending: Uint8Array, receiving: Uint8Array }} next_header_keys
   */
  constructor(secrets, secret, next_header_keys) {
    this.#associated = secrets.associated;
    this.#root_key = secrets.root_key;
    this.#secret = secret;
    this.#next_sending_header_key = next_header_keys.sending;
    this.#next_receiving_header_key = next_header_keys.receiving;
  }

  /**
   * @param {import("./handshake.mjs").Secrets} secrets
   * @param {Uint8Array} signed_prekey the responder's
   * @param {Random} random
   */
  static initiate(secrets, signed_prekey, random) {
    const out = new Ratchet(secrets, new Uint8Array(32), {
      sending: secrets.header_key,
      receiving: secrets.next_header_key,
    });
    out.#remote = signed_prekey;
    out.#sending_step(random);
    return out;
  }

  /**
   * @param {import("./handshake.mjs").Secrets} secrets
   * @param {Uint8Array} signed_prekey_secret
   */
  static respond(secrets, signed_prekey_secret) {
    return new Ratchet(secrets, signed_prekey_secret, {
      sending: secrets.next_header_key,
      receiving: secrets.header_key,
    });
  }

  /** @param {Random} random */
  #sending_step(random) {
    if (this.#remote === null) throw new Error("sealing on a session that opened nothing");
    this.#secret = random.bytes(32);
    const [root_key, chain_key, header_key] = step(
      this.#root_key,
      x25519.shared(this.#secret, this.#remote),
    );
    this.#root_key = root_key;
    this.#sending = { header_key: this.#next_sending_header_key, chain_key };
    this.#next_sending_header_key = header_key;
    this.#previous = this.#number;
    this.#number = 0;
    this.#step_due = false;
  }

  /**
   * @param {Uint8Array} content
   * @param {Random} random
   */
  seal(content, random) {
    if (this.#step_due) this.#sending_step(random);
    if (this.#sending === null) throw new Error("sealing on a session that opened nothing");
    const { header_key, chain_key } = this.#sending;
    const clear = concat(
      x25519.public_key(this.#secret),
      u32(this.#previous),
      u32(this.#number++),
    );
    const header = aead.seal(header_key, this.#associated, clear, random);
    const associated = concat(this.#associated, header);
    const body = aead.seal(message_key(chain_key), associated, pad(content), random);
    this.#sending = { header_key, chain_key: next_chain_key(chain_key) };
    return { header, body };
  }

  /**
   * @param {Uint8Array} header
   * @param {Uint8Array} body
   * @param {number} now_ms
   */
  open(header, body, now_ms) {
    const sealed = { header, body };
    for (const [index, chain] of this.#chains.entries()) {
      const clear = aead.open(chain.header_key, this.#associated, header);
      if (clear !== null) return this.#open_on(index, read_header(clear), sealed, now_ms);
    }
    const clear = this.#step_due
      ? null
      : aead.open(this.#next_receiving_header_key, this.#associated, header);
    if (clear === null) throw new Refused("undecryptable");
    return this.#open_step(read_header(clear), sealed, now_ms);
  }

  /**
   * @param {number} index of a chain
   * @param {Header} header
   * @param {{ header: Uint8Array, body: Uint8Array }} sealed
   * @param {number} now_ms
   */
  #open_on(index, { number }, sealed, now_ms) {
    const chain = this.#chains[index];
    if (number < chain.next) {
      const skipped = chain.skipped.get(number);
      if (skipped === undefined || now_ms - skipped.since_ms > kSkippedAgeMsMax) {
        throw new Refused("undecryptable");
      }
      const content = this.#open_body(skipped.key, sealed);
      chain.skipped.delete(number);
      return content;
    }
    // The peer sends nothing on a chain after it began the next.
    require_that(index === 0, "undecryptable");
    const { content, after } = this.#open_next(chain, number, sealed, now_ms);
    this.#chains[0] = after;
    this.#trim();
    return content;
  }

  /**
   * @param {Header} header
   * @param {{ header: Uint8Array, body: Uint8Array }} sealed
   * @param {number} now_ms
   */
  #open_step({ ratchet_key, previous, number }, sealed, now_ms) {
    const [newest, ...older] = this.#chains;
    const finished = newest === undefined ? [] : [advanced(newest, previous, now_ms)];
    const [root_key, chain_key, header_key] = step(
      this.#root_key,
      x25519.shared(this.#secret, ratchet_key),
    );
    const begun = {
      header_key: this.#next_receiving_header_key,
      chain_key,
      next: 0,
      skipped: new Map(),
    };
    const { content, after } = this.#open_next(begun, number, sealed, now_ms);
    this.#root_key = root_key;
    this.#next_receiving_header_key = header_key;
    this.#remote = ratchet_key;
    this.#step_due = true;
    this.#chains = [after, ...finished, ...older].slice(0, kChainsMax);
    this.#trim();
    return content;
  }

  /**
   * @param {Chain} chain
   * @param {number} number
   * @param {{ header: Uint8Array, body: Uint8Array }} sealed
   * @param {number} now_ms
   */
  #open_next(chain, number, sealed, now_ms) {
    const after = advanced(chain, number, now_ms);
    const content = this.#open_body(message_key(after.chain_key), sealed);
    after.chain_key = next_chain_key(after.chain_key);
    ++after.next;
    return { content, after };
  }

  /**
   * @param {Uint8Array} key
   * @param {{ header: Uint8Array, body: Uint8Array }} sealed
   */
  #open_body(key, { header, body }) {
    const padded = aead.open(key, concat(this.#associated, header), body);
    if (padded === null) throw new Refused("undecryptable");
    return unpad(padded);
  }

  /** Drops the oldest skipped keys above the limit. */
  #trim() {
    let excess = this.#chains.reduce((sum, { skipped }) => sum + skipped.size, 0) - kSkippedMax;
    for (const { skipped } of this.#chains.toReversed()) {
      for (const number of skipped.keys()) {
        if (excess-- <= 0) return;
        skipped.delete(number);
      }
    }
  }
}
