// Goal: a network that answers every request with a page of its own is no connection, whatever its
// status is. Method: that page, in the place of the relay.

import assert from "node:assert/strict";

import { until } from "../support/until.mjs";

export const name = "captive portal, 200 and HTML";

export async function run(ground) {
  const { alice, bob } = await ground.meet();
  const portal = await ground.startPortal();
  const since = await alice.now();
  ground.proxy.retarget({ port: portal.port });
  ground.proxy.reset();
  await alice.untilDisconnected(since);
  await alice.write("behind a portal");
  const { answered } = portal;
  await alice.tryNow();
  await until("the portal has answered again", () => portal.answered > answered);
  await alice.untilIcons(["behind a portal"], "pending");
  await until("the page says what it is", () =>
    alice.ask(({ connection }) => connection.error === "not_a_relay"));
  assert.ok(!(await alice.statesSince(since)).includes("online"), "was never taken for a relay");

  ground.proxy.retarget({ port: ground.relayPort });
  await alice.tryNow();
  await ground.untilArrived(alice, bob, ["behind a portal"]);
}
