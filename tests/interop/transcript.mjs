// One conversation between the engine and the second implementation, all of it drawn from a seed:
// who begins, with which prekeys, what is sent, overtaken, lost, repeated and altered on the way.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";

import { decode_content, encode_content } from "./content.mjs";
import { CppParty, OurParty, Prekeys } from "./parties.mjs";
import { encode_bundle } from "./prekeys.mjs";
import { Random, Refused } from "./primitives.mjs";
import { RatchetModel } from "./ratchet_model.mjs";

const kStart = 1_800_000_000_000;

/**
 * @typedef {{ place: import("./ratchet_model.mjs").Place, envelope: Uint8Array,
 *             content: ReturnType<typeof decode_content> }} Message
 */

/** What happened, over all transcripts. */
export const new_counts = () => ({
  transcripts: 0,
  began_by_engine: 0,
  began_by_second: 0,
  began_by_both: 0,
  with_one_time_keys: 0,
  last_resort: 0,
  fresh_handshakes: 0,
  messages: 0,
  opened_by_engine: 0,
  opened_by_second: 0,
  overtaken: 0,
  lost: 0,
  repeats_refused: 0,
  altered_refused: 0,
  too_old_refused: 0,
  replays_refused: 0,
  rollbacks: 0,
  converged: 0,
});

export class Transcript {
  #random;
  #counts;
  #model = new RatchetModel();
  #now_ms = kStart;
  /** @type {(CppParty | OurParty)[]} */
  #parties = [];
  /** @type {Prekeys[]} */
  #prekeys = [];
  /** @type {Message[][]} under way to each side, oldest first */
  #under_way = [[], []];
  /** @type {Message[][]} opened by each side */
  #opened = [[], []];
  /** @type {number[]} */
  #sequence = [0, 0];
  /** A side began anew on top of a session, so that the peer may not know which came first. */
  #began_anew = false;
  #trace = createHash("sha256");

  /**
   * @param {number} seed
   * @param {ReturnType<typeof new_counts>} counts
   */
  constructor(seed, counts) {
    this.seed = seed;
    this.#random = new Random(`transcript ${seed}`);
    this.#counts = counts;
  }

  /**
   * Plays all of it; gives the hash of every envelope in order.
   * @param {import("./cpp_peer.mjs").CppProcess} process
   */
  async play(process) {
    const counts = { one_time: this.#random.below(3), kem: this.#random.below(3) };
    const engine = await CppParty.create(process, `p${this.seed}`, this.seed, counts);
    this.#parties = [engine, new OurParty(`party ${this.seed}`, counts)];
    this.#prekeys = this.#parties.map(({ publication }) => new Prekeys(publication));
    await this.#open_conversation();
    const actions = 10 + this.#random.below(30);
    for (let i = 0; i < actions; ++i) await this.#act(engine);
    await this.#settle();
    await engine.drop();
    ++this.#counts.transcripts;
    return this.#trace.digest("hex");
  }

  async #open_conversation() {
    const first = this.#random.below(2);
    if (this.#random.chance(25)) {
      ++this.#counts.began_by_both;
      await this.#send(first);
      await this.#send(1 - first);
      return;
    }
    ++this.#counts[first === 0 ? "began_by_engine" : "began_by_second"];
    await this.#send(first);
  }

  /** @param {CppParty} engine */
  async #act(engine) {
    const drawn = this.#random.below(100);
    const side = this.#random.below(2);
    if (drawn < 40) await this.#send(side);
    else if (drawn < 70) await this.#deliver_one(side);
    else if (drawn < 78) await this.#deliver_all(side);
    else if (drawn < 83) this.#lose(side);
    else if (drawn < 88) await this.#repeat(side);
    else if (drawn < 93) await this.#alter(side);
    else if (drawn < 94) await this.#converse(side);
    else if (drawn < 96) this.#now_ms += this.#random.below(20 * 3600 * 1000);
    else if (drawn < 98) await this.#begin(side);
    else if (drawn < 99) await this.#roll_back(engine);
    else await this.#replay_after_forgetting(side);
  }

  // --- actions -----------------------------------------------------------------------------------

  /** A fresh handshake. @param {number} side */
  async #begin(side) {
    const peer = 1 - side;
    const bundle = this.#prekeys[peer].claim();
    ++this.#counts[bundle.last_resort ? "last_resort" : "with_one_time_keys"];
    const { address } = this.#parties[peer];
    const { base_key } = await this.#parties[side].state(address, this.#now_ms);
    if (base_key !== "-") this.#began_anew = true;
    await this.#parties[side].begin(address, encode_bundle(bundle), this.#now_ms);
    ++this.#counts.fresh_handshakes;
  }

  #content(/** @type {number} */ side) {
    if (this.#random.chance(10)) {
      const ids = Array.from({ length: 1 + this.#random.below(20) }, () => this.#random.id());
      return /** @type {const} */ ({ kind: "receipt", status: 2 + this.#random.below(2), ids });
    }
    if (this.#random.chance(5)) {
      const envelopes = Array.from({ length: 1 + this.#random.below(9) }, () => this.#random.id());
      return /** @type {const} */ ({ kind: "retry_request", envelopes });
    }
    if (this.#random.chance(5)) {
      const mark = this.#random.bytes(16);
      return /** @type {const} */ ({ kind: "introduction", mark, name: "Zo\u00eb" });
    }
    const size = this.#random.chance(3) ? this.#random.below(32000) : this.#random.below(400);
    const letters = "abc \u00e9\u4e16".repeat(size / 10 + 1);
    return /** @type {const} */ ({
      kind: "text",
      id: this.#random.id(),
      sequence: ++this.#sequence[side],
      time: this.#now_ms,
      text: `${this.#sequence[side]}: ${letters.slice(0, size / 2)}`,
    });
  }

  /** @param {number} side */
  async #send(side) {
    const sender = this.#parties[side];
    const { address } = this.#parties[1 - side];
    if (!(await sender.state(address, this.#now_ms)).can_seal) await this.#begin(side);
    const { base_key } = await sender.state(address, this.#now_ms);
    const content = this.#content(side);
    const envelope = await sender.seal(address, encode_content(content), this.#now_ms);
    this.#trace.update(envelope);
    const place = this.#model.seal(base_key, side);
    this.#under_way[1 - side].push({ place, envelope, content });
    ++this.#counts.messages;
  }

  /**
   * @param {number} side
   * @param {Message} message
   */
  async #deliver(side, message) {
    const expected = this.#model.has_key(message.place);
    if (!expected) {
      ++this.#counts.too_old_refused;
      return this.#refuses(side, message.envelope, "a message whose chain is gone");
    }
    const { address } = this.#parties[1 - side];
    const bytes = await this.#parties[side].open(address, message.envelope, this.#now_ms);
    assert.deepEqual(decode_content(bytes), message.content);
    this.#model.opened(message.place);
    this.#opened[side].push(message);
    ++this.#counts[side === 0 ? "opened_by_engine" : "opened_by_second"];
  }

  /** Any message under way: whatever else is, is overtaken. @param {number} side */
  async #deliver_one(side) {
    const waiting = this.#under_way[side];
    if (waiting.length === 0) return;
    const index = this.#random.below(waiting.length);
    if (index > 0) ++this.#counts.overtaken;
    await this.#deliver(side, waiting.splice(index, 1)[0]);
  }

  /** @param {number} side */
  async #deliver_all(side) {
    for (const message of this.#under_way[side].splice(0)) await this.#deliver(side, message);
  }

  /** Answers upon answers, each of which overtakes all that is under way. @param {number} side */
  async #converse(side) {
    for (let turn = 0; turn < 14; ++turn) {
      const sender = (side + turn) % 2;
      await this.#send(sender);
      const newest = this.#under_way[1 - sender].pop();
      if (newest !== undefined) await this.#deliver(1 - sender, newest);
    }
  }

  /** @param {number} side */
  #lose(side) {
    const waiting = this.#under_way[side];
    if (waiting.length === 0) return;
    waiting.splice(this.#random.below(waiting.length), 1);
    ++this.#counts.lost;
  }

  /** @param {number} side */
  async #repeat(side) {
    const opened = this.#opened[side];
    if (opened.length === 0) return;
    const { envelope } = opened[this.#random.below(opened.length)];
    await this.#refuses(side, envelope, "a repeat");
    ++this.#counts.repeats_refused;
  }

  /** The original is still under way, and must open afterwards. @param {number} side */
  async #alter(side) {
    const waiting = this.#under_way[side];
    if (waiting.length === 0) return;
    const altered = waiting[this.#random.below(waiting.length)].envelope.slice();
    const at = this.#random.below(altered.length);
    altered[at] ^= 1 << this.#random.below(8);
    await this.#refuses(side, altered, `an envelope altered at ${at}`);
    const cut = altered.slice(0, this.#random.below(altered.length));
    await this.#refuses(side, cut, "an envelope cut short");
    ++this.#counts.altered_refused;
  }

  /** The engine's store loses what it did since the state saved; then all is sealed afresh. */
  async #roll_back(/** @type {CppParty} */ engine) {
    const { address } = this.#parties[1];
    const record = await engine.save(address);
    if (record.length === 0) return;
    await this.#send(0);
    await engine.roll_back(address, record);
    this.#began_anew = true;
    // What was sealed between is known to the recipient only.
    const lost = this.#under_way[1].pop();
    assert.ok(lost !== undefined);
    await engine.refill({ one_time: 1, kem: 1 });
    this.#prekeys[0] = new Prekeys(engine.publication);
    assert.equal((await engine.state(address, this.#now_ms)).can_seal, false);
    ++this.#counts.rollbacks;
  }

  /** First messages are not opened again even when their session is gone. */
  async #replay_after_forgetting(/** @type {number} */ side) {
    const firsts = this.#opened[side].filter(({ envelope }) => envelope[2] === 1);
    if (firsts.length === 0) return;
    await this.#parties[side].forget(this.#parties[1 - side].address);
    for (const { envelope } of firsts) {
      await this.#refuses(side, envelope, "a first message whose session is gone");
      ++this.#counts.replays_refused;
    }
    // What is under way was for the session that is gone, and the peer does not know of it.
    this.#under_way = [[], []];
    this.#opened = [[], []];
    this.#began_anew = true;
    await this.#begin(1 - side);
  }

  /**
   * @param {number} side
   * @param {Uint8Array} envelope
   * @param {string} what
   */
  async #refuses(side, envelope, what) {
    const party = this.#parties[side];
    const { address } = this.#parties[1 - side];
    await assert.rejects(
      party.open(address, envelope, this.#now_ms),
      (error) => error instanceof Refused && error.code === "undecryptable",
      `${party.name} opened ${what}`,
    );
  }

  /**
   * All that is under way arrives in any order, then everything at once. Both seal on one session
   * then, also when both began at the same time.
   */
  async #settle() {
    for (const side of [0, 1]) {
      while (this.#under_way[side].length > 0) await this.#deliver_one(side);
    }
    for (let round = 0; round < 2; ++round) {
      for (const side of [0, 1]) {
        await this.#send(side);
        await this.#deliver_all(1 - side);
      }
    }
    if (this.#began_anew) return;
    ++this.#counts.converged;
    const states = await Promise.all(
      this.#parties.map((party, side) =>
        party.state(this.#parties[1 - side].address, this.#now_ms),
      ),
    );
    assert.equal(states[0].base_key, states[1].base_key, "the sides seal on different sessions");
  }
}
