// One person of each implementation, behind the same verbs.

import { bytes_of } from "./cpp_peer.mjs";
import { decode_bundle, decode_publication, encode_publication } from "./prekeys.mjs";
import { Random } from "./primitives.mjs";
import { SessionBook } from "./session_book.mjs";

/**
 * @typedef {{ one_time: number, kem: number }} Counts of one-time prekeys
 * @typedef {{ can_seal: boolean, base_key: string, archived: number }} State
 */

/** Written in this folder from the documents. */
export class OurParty {
  name = "the second implementation";

  /**
   * @param {string} seed
   * @param {Counts} counts
   */
  constructor(seed, counts) {
    this.book = new SessionBook(new Random(seed), counts);
    this.address = this.book.identity.address;
    this.publication = encode_publication(this.book.prekeys.publication());
  }

  async begin(
    /** @type {Uint8Array} */ peer,
    /** @type {Uint8Array} */ bundle,
    /** @type {number} */ now_ms,
  ) {
    this.book.begin(peer, decode_bundle(bundle), now_ms);
  }

  async seal(
    /** @type {Uint8Array} */ peer,
    /** @type {Uint8Array} */ content,
    /** @type {number} */ now_ms,
  ) {
    return this.book.seal(peer, content, now_ms);
  }

  async open(
    /** @type {Uint8Array} */ peer,
    /** @type {Uint8Array} */ envelope,
    /** @type {number} */ now_ms,
  ) {
    return this.book.open(peer, envelope, now_ms);
  }

  async forget(/** @type {Uint8Array} */ peer) {
    this.book.forget(peer);
  }

  /** @returns {Promise<State>} */
  async state(/** @type {Uint8Array} */ peer, /** @type {number} */ now_ms) {
    const base_key = this.book.current_session(peer);
    return {
      can_seal: this.book.can_seal(peer, now_ms),
      base_key: base_key === null ? "-" : Buffer.from(base_key).toString("hex"),
      archived: this.book.archived_count(peer),
    };
  }

  async drop() {}
}

/** The engine's. */
export class CppParty {
  name = "the engine";
  #process;
  #id;

  /**
   * @param {import("./cpp_peer.mjs").CppProcess} process
   * @param {string} id
   * @param {string} created what `new` answered
   */
  constructor(process, id, created) {
    this.#process = process;
    this.#id = id;
    const [address, publication] = created.split(" ");
    this.address = bytes_of(address ?? "");
    this.publication = bytes_of(publication ?? "");
  }

  /**
   * @param {import("./cpp_peer.mjs").CppProcess} process
   * @param {string} id
   * @param {number} seed
   * @param {Counts} counts
   */
  static async create(process, id, seed, { one_time, kem }) {
    return new CppParty(process, id, await process.call("new", id, seed, one_time, kem));
  }

  async begin(
    /** @type {Uint8Array} */ peer,
    /** @type {Uint8Array} */ bundle,
    /** @type {number} */ now_ms,
  ) {
    await this.#process.call("begin", this.#id, peer, now_ms, bundle);
  }

  async seal(
    /** @type {Uint8Array} */ peer,
    /** @type {Uint8Array} */ content,
    /** @type {number} */ now_ms,
  ) {
    return bytes_of(await this.#process.call("seal", this.#id, peer, now_ms, content));
  }

  async open(
    /** @type {Uint8Array} */ peer,
    /** @type {Uint8Array} */ envelope,
    /** @type {number} */ now_ms,
  ) {
    return bytes_of(await this.#process.call("open", this.#id, peer, now_ms, envelope));
  }

  async forget(/** @type {Uint8Array} */ peer) {
    await this.#process.call("forget", this.#id, peer);
  }

  /** @returns {Promise<State>} */
  async state(/** @type {Uint8Array} */ peer, /** @type {number} */ now_ms) {
    const words = (await this.#process.call("state", this.#id, peer, now_ms)).split(" ");
    const [can_seal, base_key, archived] = words;
    return { can_seal: can_seal === "1", base_key: base_key ?? "", archived: Number(archived) };
  }

  async save(/** @type {Uint8Array} */ peer) {
    return bytes_of(await this.#process.call("save", this.#id, peer));
  }

  /** Goes back to a state that was saved, as a store does that lost its last commits. */
  async roll_back(/** @type {Uint8Array} */ peer, /** @type {Uint8Array} */ record) {
    await this.#process.call("load", this.#id, peer, record);
    await this.#process.call("archive_all", this.#id);
  }

  async refill(/** @type {Counts} */ { one_time, kem }) {
    this.publication = bytes_of(await this.#process.call("refill", this.#id, one_time, kem));
  }

  async invite(/** @type {string} */ name) {
    return this.#process.call("name", this.#id, new TextEncoder().encode(name));
  }

  async drop() {
    await this.#process.call("drop", this.#id);
  }
}

/**
 * The relay's part: hands out each one-time key of a publication once.
 */
export class Prekeys {
  #publication;

  /** @param {Uint8Array} publication */
  constructor(publication) {
    this.#publication = decode_publication(publication);
  }

  /** @returns {import("./prekeys.mjs").Bundle} */
  claim() {
    const { keys, signed, last_resort, one_time, kem } = this.#publication;
    const claimed = kem.shift();
    return {
      keys,
      signed,
      kem: claimed ?? last_resort,
      last_resort: claimed === undefined,
      one_time: one_time.shift() ?? null,
    };
  }
}
