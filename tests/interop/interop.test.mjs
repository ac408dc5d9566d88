// Goal: docs/crypto.md and docs/wire_format.md are enough to talk to the engine.
// Method: the modules beside this file are written from those documents alone, on other people's
// primitives. Seeded conversations between them and the engine, and the written forms compared one
// by one. Prints the seed; `--seed N` or HOMING_SEED repeats a run, `--transcripts N` says how
// many.

import assert from "node:assert/strict";
import { parseArgs } from "node:util";

import { CppProcess } from "./cpp_peer.mjs";
import { kFormatChecks } from "./formats.mjs";
import { limit_checks } from "./limits.mjs";
import { Random } from "./primitives.mjs";
import { Transcript, new_counts } from "./transcript.mjs";

const { values } = parseArgs({
  options: {
    peer: { type: "string", default: "../../build/native/tests/interop/homing_interop" },
    seed: { type: "string", default: process.env.HOMING_SEED ?? "1" },
    transcripts: { type: "string", default: "1000" },
  },
});
const kAtOnce = 16;
const seed = values.seed === "random" ? Math.floor(Math.random() * 2 ** 31) : Number(values.seed);
console.log(`interop: seed ${seed}`);

const peer = new CppProcess(values.peer);
let passed = 0;
let failed = 0;

/**
 * @param {string} what
 * @param {() => Promise<unknown>} run
 */
const check = async (what, run) => {
  try {
    await run();
    ++passed;
  } catch (error) {
    ++failed;
    console.log(`interop: FAILED ${what}: ${error instanceof Error ? error.stack : error}`);
  }
};

for (const [what, run] of Object.entries(kFormatChecks)) {
  await check(what.replaceAll("_", " "), () => run(peer, new Random(`${what} ${seed}`)));
}

for (const [what, run] of limit_checks(peer, seed)) await check(what.replaceAll("_", " "), run);

const counts = new_counts();
let next = 0;
const worker = async () => {
  while (next < Number(values.transcripts)) {
    const number = seed * 100_000 + next++;
    await check(`transcript ${number}`, () => new Transcript(number, counts).play(peer));
  }
};
await Promise.all(Array.from({ length: kAtOnce }, worker));
await check("the same seed gives the same envelopes", async () => {
  const play = () => new Transcript(seed * 100_000, new_counts()).play(peer);
  assert.equal(await play(), await play());
});
console.log(`interop: transcripts exchanged: ${next}`);
for (const [what, count] of Object.entries(counts)) {
  console.log(`interop: ${what.replaceAll("_", " ")}: ${count}`);
}
await check("the C++ peer ends well", async () => {
  const status = await peer.end();
  if (status !== 0) throw new Error(`status ${status}`);
});
console.log(`interop: ${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
