import assert from "node:assert/strict";

export const name = "kill -9 of the browser, 100 pending";

export async function run(ground) {
  const { alice, bob } = await ground.meet();
  const since = await alice.now();
  ground.proxy.cut();
  await alice.untilDisconnected(since);
  const texts = Array.from({ length: 100 }, (_, index) => `number ${index + 1}`);
  await alice.send(texts);

  // From here on it takes what was saved: nothing was said to the browser beforehand.
  await ground.killBrowser();
  await ground.startBrowser();
  await alice.open(ground.browser);
  await bob.open(ground.browser);
  const waiting = (await alice.sent()).filter(({ status }) => status === "pending");
  assert.deepEqual(waiting.map(({ text }) => text), texts);

  ground.proxy.restore();
  await alice.hear("online");
  await ground.untilArrived(alice, bob, texts);
}
