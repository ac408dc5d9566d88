// Random faults on real processes: `script/faults` calls this, docs/testing.md tells what it shows.
//
//   node faults.mjs [--rounds N] [--seed N] [--only FAULT]
//
// A round: everybody writes, one or two faults happen, everything is restored, everybody writes
// again, and then all that was saved has to be where it belongs. Exits with 1 when it is not.

import { parseArgs } from "node:util";

import { browserFaults } from "./browser_faults.mjs";
import { directedCases } from "./directed.mjs";
import { linkFaults } from "./link_faults.mjs";
import { Random } from "./random.mjs";
import { relayFaults } from "./relay_faults.mjs";
import { History } from "./history.mjs";
import { printSummary, saveHistory } from "./report.mjs";
import { Scene } from "./scene.mjs";

const faults = { ...relayFaults, ...linkFaults, ...browserFaults };
const names = ["alice", "bob", "carol"];
const burstsMax = 5;

function readOptions() {
  const { values } = parseArgs({
    options: {
      rounds: { type: "string", default: "200" },
      seed: { type: "string", default: String(Date.now() % 1_000_000) },
      only: { type: "string" },
    },
  });
  const options = { ...values, rounds: Number(values.rounds), seed: Number(values.seed) };
  const known = [...Object.keys(faults), ...Object.keys(directedCases)];
  if (options.only !== undefined && !known.includes(options.only)) {
    throw new Error(`--only takes one of: ${known.join(" ")}`);
  }
  if (!(options.rounds >= 1) || !Number.isInteger(options.seed)) {
    throw new Error("--rounds and --seed take numbers");
  }
  return options;
}

/** What happens in a round: the names of one or two random faults, or of one directed case. */
function choose({ rounds, only }, random, round) {
  if (only !== undefined) return [only];
  const cases = Object.keys(directedCases);
  // Spread over the run, so that what follows each of them is seen, too.
  const due = cases.filter((_, index) => Math.floor((index * rounds) / cases.length) === round);
  const count = random.below(3) === 0 ? 2 : 1;
  const drawn = Array.from({ length: count }, () => random.pick(Object.keys(faults)));
  return [...drawn, ...due];
}

/** Everybody who can writes to everybody else, in bursts, until told to stop. */
async function chat(scene, random, signal) {
  for (let burst = 0; burst < burstsMax && !signal.aborted; ++burst) {
    await Promise.all(scene.people.map(async (person) => {
      const others = scene.others(person);
      const to = Array.from({ length: random.between(1, 3) }, () => random.pick(others));
      const size = random.below(4) === 0 ? random.below(8000) : 0;
      await person.tab?.send(to, size);
    }));
    await scene.moment(random);
  }
}

async function playRound(scene, random, round, drawn) {
  for (const name of drawn.filter((each) => each in faults)) {
    const stop = new AbortController();
    const chatting = chat(scene, new Random(round, random.below(1 << 30)), stop.signal);
    try {
      await faults[name](scene, random);
    } finally {
      stop.abort();
      await chatting;
    }
  }
  await scene.restore();
  for (const person of scene.people) await person.tab.send(scene.others(person));
  await scene.settle();
  for (const name of drawn.filter((each) => each in directedCases)) {
    await directedCases[name](scene, random);
    await scene.settle();
  }
  const reader = random.pick(scene.people);
  await reader.tab.call("markRead", random.pick(scene.others(reader)).address);
}

async function main() {
  const options = readOptions();
  const began = performance.now();
  const happened = {};
  console.log(`faults: ${options.rounds} rounds, seed ${options.seed}`);
  const scene = await Scene.start(names);
  let failure;
  let round = 0;
  for (; round < options.rounds && failure === undefined; ++round) {
    const random = new Random(options.seed, round);
    const drawn = choose(options, random, round);
    try {
      await playRound(scene, random, round, drawn);
      for (const name of drawn) happened[name] = (happened[name] ?? 0) + 1;
    } catch (error) {
      failure = { round, drawn, error };
    }
    if ((round + 1) % 10 === 0 && failure === undefined) {
      const { asked, delivered } = scene.history.counts();
      const seconds = Math.round((performance.now() - began) / 1000);
      console.log(`round ${round + 1}: ${asked} messages, ${delivered} delivered, ${seconds} s`);
    }
  }
  // Once more and all at once, by a judge that has seen nothing yet.
  const history = new History().takeAll(scene.events);
  if (failure === undefined) {
    const [first] = history.settle();
    if (first !== undefined) failure = { round, drawn: [], error: new Error(first.text) };
  }
  await scene.stop();
  const seconds = Math.round((performance.now() - began) / 1000);
  printSummary({ rounds: round, seconds, seed: options.seed, happened, history, failure });
  if (failure !== undefined) {
    console.log(`history in ${await saveHistory(scene.events, options.seed, failure)}`);
  }
  const failed = failure === undefined ? 0 : 1;
  console.log(`faults: ${round - failed} passed, ${failed} failed`);
  process.exitCode = failed;
}

await main();
