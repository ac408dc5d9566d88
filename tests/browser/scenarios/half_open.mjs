// Goal: an end that lives on alone, as after a change of the network, is given up once something
// is to be sent. Unlike in a black hole, the next connection is good.

export const name = "half-open link";

export async function run(ground) {
  const { alice, bob } = await ground.meet();
  ground.proxy.halfOpen();
  await alice.write("over a link that is none");
  await bob.send(["to somebody who seems to be there"]);
  await ground.untilArrived(alice, bob, ["over a link that is none"]);
  await ground.untilArrived(bob, alice, ["to somebody who seems to be there"]);
}
