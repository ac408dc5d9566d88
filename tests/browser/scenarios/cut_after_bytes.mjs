// Goal: a connection may end at any byte, within a frame as well, and nothing is lost or repeated.

import { until } from "../support/until.mjs";

export const name = "cut after k bytes";

const cutsAfter = [1, 10, 100, 300, 700, 1500];

export async function run(ground) {
  const { alice, bob } = await ground.meet();
  const texts = [];
  for (const bytes of cutsAfter) {
    const { opened } = ground.proxy;
    ground.proxy.cutWithin(bytes);
    // More bytes than until any of the cuts.
    const next = Array.from({ length: 8 }, (_, index) => `${bytes} bytes, ${index + 1}`);
    texts.push(...next);
    await alice.send(next);
    await until("the connection has ended", () => ground.proxy.connections === 0 ||
      ground.proxy.opened > opened);
    await alice.tryNow();
    await alice.untilConnected();
  }
  await ground.untilArrived(alice, bob, texts);
  return `k = ${cutsAfter.join(", ")}`;
}
