// Goal: where a kilobyte takes a second, messages are sent and a new connection is made.

export const name = "1 kB/s";

export async function run(ground) {
  const { alice, bob } = await ground.meet();
  ground.proxy.slow(1_000);
  const texts = Array.from({ length: 10 }, (_, index) => `${index + 1} ${"x".repeat(100)}`);
  await alice.send(texts);
  await bob.send(["against the stream"]);
  await ground.untilArrived(alice, bob, texts);

  ground.proxy.reset();
  await alice.write("over a new connection");
  await alice.tryNow();
  await ground.untilArrived(alice, bob, ["over a new connection"]);
  await ground.untilArrived(bob, alice, ["against the stream"]);
}
