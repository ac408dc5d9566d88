// Goal: a message that goes into a connection over which nothing comes back shows soon that it is
// dead, and is sent over the next one, once.

import assert from "node:assert/strict";

export const name = "black hole, a message waits: noticed";

const boundMs = 8_000;

export async function run(ground) {
  const { alice, bob } = await ground.meet();
  ground.proxy.stall();
  const since = await alice.now();
  await alice.send(["into the void"]);
  const noticedMs = await alice.untilDisconnected(since);
  assert.ok(noticedMs < boundMs, `noticed after ${noticedMs} ms`);
  await alice.untilIcons(["into the void"], "pending");

  // The bytes that were held back arrive after all, and the message a second time: it is one.
  ground.proxy.restore();
  await ground.untilArrived(alice, bob, ["into the void"]);
  return `noticed after ${(noticedMs / 1000).toFixed(1)} s`;
}
