// Goal: where every answer takes five seconds, messages are sent and a new connection is made.

export const name = "5 s latency";

export async function run(ground) {
  const { alice, bob } = await ground.meet();
  ground.proxy.delay(2_500);
  await alice.write("far away");
  await alice.send(["very", "far"]);
  await ground.untilArrived(alice, bob, ["far away", "very", "far"]);

  ground.proxy.reset();
  await alice.write("over a new connection");
  await alice.tryNow();
  await ground.untilArrived(alice, bob, ["over a new connection"]);
}
