// Goal: the page tells apart why there is no connection, as far as a browser can find out.

import { until } from "../support/until.mjs";

export const name = "no way, no relay, no network: told apart";

export async function run(ground) {
  const { alice, bob } = await ground.meet();
  const untilTold = (error) => until(`the page says ${error}`, async () => {
    await alice.tryNow();
    return alice.ask(({ connection }, code) => connection.error === code, error);
  }, { timeoutMs: 60_000 });

  // Only the way to the relay is closed: the server of the page is there.
  ground.proxy.cut();
  await untilTold("unreachable");
  // A WebSocket does not come through where other requests do.
  ground.proxy.restore();
  ground.proxy.retarget({ port: (await ground.startRelayThatRefuses()).port });
  ground.proxy.reset();
  await untilTold("socket_refused");
  // Nothing answers any more.
  await ground.relay.kill();
  ground.proxy.cut();
  await untilTold("no_network");

  await ground.startRelay();
  ground.proxy.retarget({ port: ground.relayPort });
  ground.proxy.restore();
  await alice.write("found again");
  await alice.tryNow();
  await bob.tryNow();
  await ground.untilArrived(alice, bob, ["found again"]);
}
