// Goal: a relay that is killed and started again has kept what it has confirmed, gets the rest, and
// both sides find it by themselves.

export const name = "relay killed and started again";

export async function run(ground) {
  const { alice, bob } = await ground.meet();
  const since = await alice.now();
  const texts = Array.from({ length: 10 }, (_, index) => `number ${index + 1}`);
  await alice.send(texts);
  await ground.relay.kill();
  await alice.untilDisconnected(since);
  await alice.write("to a relay that is not there");
  await bob.send(["to a relay that is not there either"]);

  await ground.startRelay();
  await ground.untilArrived(alice, bob, [...texts, "to a relay that is not there"]);
  await ground.untilArrived(bob, alice, ["to a relay that is not there either"]);
}
