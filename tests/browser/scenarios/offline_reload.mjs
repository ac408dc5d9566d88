export const name = "sent offline, page reloaded";

export async function run(ground) {
  const { alice, bob } = await ground.meet();
  const since = await alice.now();
  ground.proxy.cut();
  await alice.untilDisconnected(since);
  const texts = ["first", "second", "third"];
  for (const text of texts) await alice.write(text);
  await alice.untilIcons(texts, "pending");
  await bob.send(["meanwhile"]);

  await alice.reload();
  await alice.openConversation();
  await alice.untilIcons(texts, "pending");

  ground.proxy.restore();
  await alice.hear("online");
  await ground.untilArrived(alice, bob, texts);
  await ground.untilArrived(bob, alice, ["meanwhile"]);
}
