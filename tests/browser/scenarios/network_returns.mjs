// Goal: when the network is there again, what waits is at the relay within a second. Method: the
// link is cut and mended, and the page hears of it what a browser says then; its own clock tells.

import assert from "node:assert/strict";

export const name = "return of the network: acknowledged";
export const isMeasured = true;

const boundMs = 1_000;
/** Of each return up to a second is drawn at random (Connection::hint): few would say little. */
const rounds = 20;

/** Runs in the page: how long after it hears "online" the message has its tick, in ms. */
async function returnToTick({ peer, text }) {
  const { client } = document.querySelector("homing-app");
  const message = (await client.conversation(peer).messages({ limit: 1 })).at(-1);
  if (message.text !== text || message.status !== "pending") throw new Error(message.status);
  const began = performance.now();
  dispatchEvent(new Event("online"));
  await message.sent;
  return performance.now() - began;
}

export async function run(ground) {
  const { alice, bob } = await ground.meet();
  const texts = Array.from({ length: rounds }, (_, index) => `return ${index + 1}`);
  const times = [];
  for (const text of texts) {
    const since = await alice.now();
    ground.proxy.cut();
    await alice.hear("offline");
    await alice.untilDisconnected(since);
    await alice.send([text]);
    ground.proxy.restore();
    times.push(await alice.page.evaluate(returnToTick, { peer: alice.peer.id, text }));
  }
  await ground.untilArrived(alice, bob, texts);
  times.sort((a, b) => a - b);
  const median = times[Math.floor(times.length / 2)];
  const [least, most] = [times[0], times.at(-1)].map(Math.round);
  const told = `median ${Math.round(median)} ms of ${rounds} (${least} to ${most})`;
  assert.ok(median < boundMs, told);
  return told;
}
