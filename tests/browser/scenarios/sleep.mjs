// Goal: after a sleep of ten minutes, during which the link died, the first message finds out and
// is sent soon. Method: the clocks of the page and of its workers are moved, since a process that
// is stopped does not move them. Once only the wall clock, as where the monotonic one stands still
// during sleep (Linux), and once both (as where it does not).

import assert from "node:assert/strict";

export const name = "sleep of 10 minutes (moved clocks)";

const sleepMs = 600_000;
/** A ping that nobody answers, a pause, a new connection; less than it takes without noticing. */
const boundMs = 7_000;

export async function run(ground) {
  const { alice, bob } = await ground.meet({ hasMovableClock: true });
  const told = [];
  for (const [clocks, monotonic] of [["wall clock", 0], ["both clocks", sleepMs]]) {
    ground.proxy.halfOpen();
    await ground.moveClocks({ wall: sleepMs, monotonic });
    const began = performance.now();
    await alice.send([`${clocks}: awake again`]);
    await alice.untilStatus([`${clocks}: awake again`], "sent");
    const tookMs = performance.now() - began;
    told.push(`${clocks} ${(tookMs / 1000).toFixed(1)} s`);
    assert.ok(tookMs < boundMs, told.at(-1));
  }
  await ground.untilArrived(alice, bob, ["wall clock: awake again", "both clocks: awake again"]);

  // The clock that the engine looks at is the one that was moved.
  const times = (await alice.sent()).map(({ time }) => time);
  assert.ok(times.at(-1) - times[0] >= 2 * sleepMs, `${times}`);
  return `acknowledged after: ${told.join(", ")}`;
}
