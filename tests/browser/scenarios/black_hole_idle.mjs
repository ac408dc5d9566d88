// Goal: a connection over which nothing comes any more is given up soon, though nobody writes, and
// though the socket says that it is open.

import assert from "node:assert/strict";

export const name = "black hole, nobody writes: noticed";

const boundMs = 35_000;
/** Whatever is noticed sooner was noticed because something had been sent. */
const leastMs = 10_000;

export async function run(ground) {
  const { alice, bob } = await ground.meet();
  // alice's receipts have arrived, too: nothing of hers is under way.
  await ground.exchange(bob, alice, ["the last word before"]);
  await bob.untilStatus(["hello, alice", "the last word before"], "read");
  const since = await alice.now();
  ground.proxy.stall();
  const noticedMs = await alice.untilDisconnected(since);
  assert.ok(noticedMs > leastMs && noticedMs < boundMs, `noticed after ${noticedMs} ms`);

  // What was held back must not come to the ears of the next connection.
  await bob.send(["meanwhile"]);
  ground.proxy.cut();
  ground.proxy.restore();
  await alice.tryNow();
  await ground.untilArrived(bob, alice, ["meanwhile"]);
  return `noticed after ${(noticedMs / 1000).toFixed(1)} s`;
}
