// Goal: with nothing to answer, neither relay nor server, the page opens and takes messages.

import assert from "node:assert/strict";

import { CannotDo } from "../engines/driver.mjs";

export const name = "cold start offline";

export async function run(ground) {
  const { alice, bob } = await ground.meet();
  if (!await alice.untilKept()) throw new CannotDo("no service worker");
  await ground.relay.kill();
  ground.proxy.cut();
  await ground.killBrowser();
  await ground.startBrowser();
  await alice.open(ground.browser);
  await bob.open(ground.browser);
  assert.deepEqual((await alice.received()).map(({ text }) => text), ["hello, alice"]);
  await alice.openConversation();
  await alice.write("in the tunnel");
  await alice.untilIcons(["in the tunnel"], "pending");

  await ground.startRelay();
  ground.proxy.restore();
  await alice.tryNow();
  await bob.tryNow();
  await ground.untilArrived(alice, bob, ["in the tunnel"]);
}
