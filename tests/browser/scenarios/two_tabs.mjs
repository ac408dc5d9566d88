// Goal: two tabs of one profile send at once, and each of their messages arrives once and in order.

import assert from "node:assert/strict";

import { CannotDo } from "../engines/driver.mjs";

export const name = "two tabs sending at once, 500 each";

export async function run(ground) {
  const { alice, bob } = await ground.meet();
  const isShared = await alice.page.evaluate(() => typeof SharedWorker === "function");
  if (!isShared) throw new CannotDo("no shared workers: one tab at a time");
  const again = await alice.openAgain(ground.browser);
  const texts = [alice, again].map((_, tab) =>
    Array.from({ length: 500 }, (_, index) => `tab ${tab + 1}, number ${index + 1}`));
  await Promise.all([alice.send(texts[0]), again.send(texts[1])]);
  await alice.untilStatus(texts.flat(), "delivered", 120_000);

  const received = (await bob.received()).map(({ text }) => text);
  for (const [tab, list] of texts.entries()) {
    const ofTab = received.filter((text) => text.startsWith(`tab ${tab + 1},`));
    assert.deepEqual(ofTab, list, `what arrived of tab ${tab + 1}`);
  }
  // Both show the same.
  const [first, second] = [await alice.messages(), await again.messages()];
  assert.deepEqual(first.map(({ id }) => id), second.map(({ id }) => id));
}
