// The measuring loop, in the page. Every round measures each candidate, and another one goes first.

import * as makers from "./candidates.mjs";

const kText = "A text of two hundred bytes. ".repeat(10).slice(0, 200);
/** The direction changes after so many messages. */
const kTurn = 10;

/** Only one candidate answers with promises; the others are not made to wait for any. */
const isPromise = (value) => typeof value?.then === "function";

async function exchange(candidate, messages) {
  for (let i = 0; i < messages; i += 1) {
    const side = Math.floor(i / kTurn) % 2 === 0;
    let sealed = candidate.seal(side, kText);
    if (isPromise(sealed)) sealed = await sealed;
    let text = candidate.open(!side, sealed);
    if (isPromise(text)) text = await text;
    if (text !== kText) throw new Error(`message ${i} came as ${text}`);
  }
}

async function timed(work) {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/** Gives { name: { messages: [per second], meet: [ms] } }, one value a round. */
export async function measure({ rounds, messages, sessions }) {
  const names = Object.keys(messages);
  const candidates = {};
  const times = {};
  for (const name of names) {
    candidates[name] = await makers[name]();
    times[name] = { messages: [], meet: [] };
  }
  // The first round warms up the compilers and does not count.
  for (let round = -1; round < rounds; round += 1) {
    const first = (round + names.length) % names.length;
    for (const name of [...names.slice(first), ...names.slice(0, first)]) {
      const candidate = candidates[name];
      const met = [];
      for (let i = 0; candidate.meet && i < sessions; i += 1) {
        await candidate.prepare();
        met.push(
          await timed(async () => {
            let good = candidate.meet(kText);
            if (isPromise(good)) good = await good;
            if (!good) throw new Error(`${name}: the first message did not open`);
          }),
        );
      }
      // So that both directions have been used before the clock starts.
      await exchange(candidate, 2 * kTurn);
      const count = messages[name];
      const ms = await timed(() => exchange(candidate, count));
      if (round < 0) continue;
      times[name].messages.push((1000 * count) / ms);
      times[name].meet.push(...met);
    }
  }
  return times;
}
