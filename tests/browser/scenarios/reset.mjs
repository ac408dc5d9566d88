// Goal: connections that are reset while messages travel both ways lose and repeat nothing.

import { until } from "../support/until.mjs";

export const name = "RST while sending, 5 times";

export async function run(ground) {
  const { alice, bob } = await ground.meet();
  const hers = [];
  const his = [];
  for (let round = 1; round <= 5; ++round) {
    const numbers = Array.from({ length: 10 }, (_, index) => `round ${round}, ${index + 1}`);
    hers.push(...numbers);
    his.push(...numbers);
    await bob.send(numbers);
    const { passed } = ground.proxy;
    await alice.send(numbers);
    // Saved is not sent: the first bytes have left, the last ones have not been answered.
    await until("something is on its way", () => ground.proxy.passed > passed);
    ground.proxy.reset();
    await alice.tryNow();
    await alice.untilConnected();
  }
  await ground.untilArrived(alice, bob, hers);
  await ground.untilArrived(bob, alice, his);
}
