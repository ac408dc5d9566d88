// Random faults on real processes: `script/faults` calls this, docs/testing.md tells what it shows.
//
//   node faults.mjs [--rounds N] [--seed N] [--only FAULT]
//
// A round: while everybody writes, one or two faults happen; everything is restored, everybody
// writes again, and then all that was saved has to be where it belongs. Exits with 1 when not.

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
const people = ["alice", "bob", "carol"];
const burstsMax = 5;
/** Of so many rounds one ends without anybody pressing "Try now". */
const unaidedEvery = 8;

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

/**
 * What happens in a round: the names of one or two random faults (at once, and then not of the same
 * part), the directed cases that are due after them, and whether anybody helps afterwards.
 */
function choose({ rounds, only }, random, round) {
  const parts = [relayFaults, linkFaults, browserFaults];
  const left = parts.splice(random.below(parts.length), 1);
  if (random.below(3) === 0) left.push(random.pick(parts));
  const drawn = left.map((part) => random.pick(Object.keys(part)));
  const wake = random.below(unaidedEvery) !== 0;
  // Spread over the run, so that what follows each of them is seen, too.
  const cases = Object.keys(directedCases);
  const due = cases.filter((_, index) => Math.floor((index * rounds) / cases.length) === round);
  if (only === undefined) return { drawn, due, wake };
  return only in faults ? { drawn: [only], due: [], wake } : { drawn: [], due: [only], wake };
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

async function playRound(scene, random, round, { drawn, due, wake }) {
  const stop = new AbortController();
  const chatting = chat(scene, new Random(random.below(1 << 30), round), stop.signal);
  try {
    const draws = drawn.map((name) => [name, new Random(random.below(1 << 30), round)]);
    await Promise.all(draws.map(([name, own]) => faults[name](scene, own)));
  } finally {
    stop.abort();
    await chatting;
  }
  await scene.restore();
  for (const person of scene.people) await person.tab.send(scene.others(person));
  await scene.settle({ wake });
  for (const name of due) {
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
  const scene = await Scene.start(people);
  let failure;
  let unaided = 0;
  let round = 0;
  for (; round < options.rounds && failure === undefined; ++round) {
    const random = new Random(options.seed, round);
    const plan = choose(options, random, round);
    const names = [...plan.drawn, ...plan.due];
    try {
      await playRound(scene, random, round, plan);
      for (const name of names) happened[name] = (happened[name] ?? 0) + 1;
      if (!plan.wake) unaided += 1;
    } catch (error) {
      failure = { round, names, error };
    }
    if ((round + 1) % 10 === 0 && failure === undefined) {
      const { asked, delivered } = scene.history.counts();
      const seconds = Math.round((performance.now() - began) / 1000);
      console.log(`round ${round + 1}: ${asked} messages, ${delivered} delivered, ${seconds} s`);
    }
  }
  let { history } = scene;
  if (failure === undefined) {
    // Once more and all at once, by a judge that has seen nothing yet.
    history = new History().takeAll(scene.events);
    const [first] = history.settle();
    if (first !== undefined) failure = { round, names: [], error: new Error(first.text) };
  }
  await scene.stop();
  const seconds = Math.round((performance.now() - began) / 1000);
  printSummary({ rounds: round, seconds, seed: options.seed, happened, unaided, history, failure });
  if (failure !== undefined) {
    console.log(`history in ${await saveHistory(scene.events, options.seed, failure)}`);
  }
  const failed = failure === undefined ? 0 : 1;
  console.log(`faults: ${round - failed} passed, ${failed} failed`);
  process.exitCode = failed;
}

await main();
// Not left to end by itself, for the reason told in tests/browser/run_scenarios.mjs.
process.exit();
