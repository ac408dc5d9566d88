// Both sides of every limit of docs/crypto.md that two parties can see, and the kinds of envelopes;
// the engine as the sender and as the recipient.

import assert from "node:assert/strict";

import { CppParty, OurParty, Prekeys } from "./parties.mjs";
import { encode_bundle } from "./prekeys.mjs";
import { Refused } from "./primitives.mjs";

const kStart = 1_800_000_000_000;
const kDay = 24 * 3600 * 1000;
const kText = Uint8Array.of(1, 2, 3);

/** @typedef {CppParty | OurParty} Party */

const kRefused = (/** @type {unknown} */ error) =>
  error instanceof Refused && error.code === "undecryptable";

/** A sender that began a session with a recipient, and verbs. */
class Pair {
  /**
   * @param {Party} sender
   * @param {Party} recipient
   */
  constructor(sender, recipient) {
    this.sender = sender;
    this.recipient = recipient;
    this.prekeys = new Prekeys(recipient.publication);
  }

  async begin(now_ms = kStart) {
    const bundle = encode_bundle(this.prekeys.claim());
    await this.sender.begin(this.recipient.address, bundle, now_ms);
  }

  seal(now_ms = kStart) {
    return this.sender.seal(this.recipient.address, kText, now_ms);
  }

  async seal_many(/** @type {number} */ count) {
    const out = [];
    for (let i = 0; i < count; ++i) out.push(await this.seal());
    return out;
  }

  async opens(/** @type {Uint8Array} */ envelope, now_ms = kStart) {
    const content = await this.recipient.open(this.sender.address, envelope, now_ms);
    assert.deepEqual(content, kText);
  }

  async refuses(/** @type {Uint8Array} */ envelope, now_ms = kStart) {
    const opening = this.recipient.open(this.sender.address, envelope, now_ms);
    await assert.rejects(opening, kRefused, `${this.recipient.name} opened it`);
  }

  async answered() {
    const { sender, recipient } = this;
    const answer = await recipient.seal(sender.address, kText, kStart);
    await sender.open(recipient.address, answer, kStart);
  }

  async can_seal(/** @type {number} */ now_ms) {
    const { sender, recipient } = this;
    return [
      (await sender.state(recipient.address, now_ms)).can_seal,
      (await recipient.state(sender.address, now_ms)).can_seal,
    ];
  }
}

const jump = async (/** @type {Pair} */ pair) => {
  await pair.begin();
  const sealed = await pair.seal_many(2002);
  await pair.refuses(sealed[2001]);
  await pair.opens(sealed[2000]);
  await pair.opens(sealed[2001]);
};

const jump_before_a_step = async (/** @type {Pair} */ pair) => {
  await pair.begin();
  await pair.opens(await pair.seal());
  await pair.answered();
  // Of the former chain 2,001 were never seen, which the next chain's header tells.
  const lost = await pair.seal_many(2002);
  await pair.opens(lost[0]);
  await pair.answered();
  await pair.refuses(await pair.seal());
  await pair.opens(lost[1]);
  await pair.opens(await pair.seal());
};

const skipped_keys = async (/** @type {Pair} */ pair) => {
  await pair.begin();
  const sealed = await pair.seal_many(2004);
  await pair.opens(sealed[2000]);
  await pair.opens(sealed[2003]);
  // 2,002 were overtaken: the two oldest went.
  for (const gone of [0, 1]) await pair.refuses(sealed[gone]);
  for (const kept of [2, 1999, 2001, 2002]) await pair.opens(sealed[kept]);
};

const skipped_age = async (/** @type {Pair} */ pair) => {
  await pair.begin();
  const sealed = await pair.seal_many(3);
  await pair.opens(sealed[2]);
  await pair.opens(sealed[1], kStart + 30 * kDay);
  await pair.refuses(sealed[0], kStart + 30 * kDay + 1);
};

const chains = async (/** @type {Pair} */ pair) => {
  await pair.begin();
  const [early, late, ...rest] = await pair.seal_many(3);
  await pair.opens(rest[0]);
  for (let steps = 0; steps < 4; ++steps) {
    await pair.answered();
    await pair.opens(await pair.seal());
  }
  await pair.opens(early);
  await pair.answered();
  await pair.opens(await pair.seal());
  await pair.refuses(late);
};

const session_age = async (/** @type {Pair} */ pair) => {
  await pair.begin();
  await pair.opens(await pair.seal());
  assert.deepEqual(await pair.can_seal(kStart + 7 * kDay), [true, true]);
  assert.deepEqual(await pair.can_seal(kStart + 7 * kDay + 1), [false, false]);
};

const session_messages = async (/** @type {Pair} */ pair) => {
  await pair.begin();
  for (let i = 0; i < 4999; ++i) await pair.opens(await pair.seal());
  assert.deepEqual(await pair.can_seal(kStart), [true, true]);
  await pair.opens(await pair.seal());
  assert.deepEqual(await pair.can_seal(kStart), [false, false]);
};

const envelope_size = async (/** @type {Pair} */ pair) => {
  await pair.begin();
  const { sender, recipient } = pair;
  // The largest class that fits a first envelope is 47,104 bytes; the next one is 49,152.
  const content = new Uint8Array(47_103).fill(7);
  const envelope = await sender.seal(recipient.address, content, kStart);
  assert.deepEqual(await recipient.open(sender.address, envelope, kStart), content);
  await assert.rejects(
    sender.seal(recipient.address, new Uint8Array(47_104), kStart),
    (error) => error instanceof Refused && error.code === "too_large",
  );
};

const archived_sessions = async (/** @type {Pair} */ pair) => {
  const under_way = [];
  for (let i = 0; i < 22; ++i) {
    await pair.begin();
    const sealed = await pair.seal_many(2);
    await pair.opens(sealed[0]);
    under_way.push(sealed[1]);
  }
  await pair.refuses(under_way[0]);
  for (const envelope of under_way.slice(1)) await pair.opens(envelope);
};

const first_kind_until_answered = async (/** @type {Pair} */ pair) => {
  await pair.begin();
  const kind = (/** @type {Uint8Array} */ envelope) => envelope[2];
  const sealed = await pair.seal_many(2);
  assert.deepEqual(sealed.map(kind), [1, 1]);
  await pair.opens(sealed[1]);
  assert.equal(kind(await pair.seal()), 1);
  await pair.answered();
  assert.equal(kind(await pair.seal()), 2);
  await pair.opens(sealed[0]);
};

const kLimits = {
  first_kind_until_answered,
  jump,
  jump_before_a_step,
  skipped_keys,
  skipped_age,
  chains,
  session_age,
  session_messages,
  envelope_size,
  archived_sessions,
};

/**
 * By name: what to run with the engine's process and a seed.
 * @param {import("./cpp_peer.mjs").CppProcess} process
 * @param {number} seed
 */
export const limit_checks = (process, seed) =>
  Object.entries(kLimits).flatMap(([name, run]) =>
    [0, 1].map((sender) => {
      const what = `${name} ${sender === 0 ? "from the engine" : "to the engine"}`;
      const check = async () => {
        const counts = { one_time: 1, kem: 1 };
        const engine = await CppParty.create(process, "limits", seed, counts);
        const parties = [engine, new OurParty(`${what} ${seed}`, counts)];
        await run(new Pair(parties[sender], parties[1 - sender]));
        await engine.drop();
      };
      return /** @type {const} */ ([what, check]);
    }),
  );
