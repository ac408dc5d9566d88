// Goal: what is sent without a network leaves by itself, in order, once, and can be changed until
// then. Method: the demo page in two browsers, whose only way to the relay is a proxy that is cut.

import assert from "node:assert/strict";
import { test } from "node:test";

import { startScene } from "./support/chat_scene.mjs";
import { until } from "./support/until.mjs";

const long = { timeoutMs: 90_000 };

async function cutOff({ proxy }, chat) {
  proxy.cut();
  await chat.untilConnected(false);
}

test("outbox: messages sent offline survive a reload and are delivered in order", async (t) => {
  const scene = await startScene(t);
  const { alice, bob } = await scene.meet();
  await cutOff(scene, alice);
  const texts = ["first", "second", "third"];
  for (const text of texts) await alice.send(text);
  await alice.untilStatus(texts, "pending");
  await alice.reload();
  await alice.openConversation("Bob");
  await alice.untilStatus(texts, "pending");
  scene.proxy.restore();
  await alice.untilStatus(texts, "read", long);
  assert.deepEqual((await bob.messages()).map(({ text }) => text), texts);
  assert.deepEqual([...alice.errors, ...bob.errors], []);
});

test("outbox: somebody who has never been online can be written to offline", async (t) => {
  const scene = await startScene(t);
  const bob = await scene.person("Bob");
  await bob.chat.ready();
  const invite = await bob.chat.inviteLink();
  await bob.chat.untilConnected(true);
  scene.proxy.cut();
  const alice = await scene.person("Alice", { invite });
  await alice.chat.openConversation("Bob");
  await alice.chat.send("written before we ever met");
  await alice.chat.untilStatus(["written before we ever met"], "pending");
  scene.proxy.restore();
  await bob.chat.openConversation("Alice");
  await alice.chat.untilStatus(["written before we ever met"], "read", long);
});

test("outbox: what waits says why, and can be edited and cancelled", async (t) => {
  const scene = await startScene(t);
  const { alice, bob } = await scene.meet();
  await cutOff(scene, alice);
  for (const text of ["keep", "change", "regret"]) await alice.send(text);

  const bubble = (text) => alice.page.locator("homing-message-bubble").filter({ hasText: text });
  await bubble("change").getByRole("button", { name: /waiting/ }).click();
  await until("a reason is shown", async () => {
    const reason = await bubble("change").locator("[data-why] [role=status]").textContent();
    return reason?.trim().length > 0;
  });
  await bubble("change").getByRole("button", { name: "Edit" }).click();
  const editor = alice.page.getByLabel("Edit message");
  await editor.fill("changed");
  await editor.press("Enter");
  await alice.untilStatus(["changed"], "pending");
  await bubble("regret").getByRole("button", { name: /waiting/ }).click();
  await bubble("regret").getByRole("button", { name: "Cancel sending" }).click();
  await alice.untilStatus(["regret"], "cancelled");

  scene.proxy.restore();
  await alice.untilStatus(["keep", "changed"], "read", long);
  assert.deepEqual((await bob.messages()).map(({ text }) => text), ["keep", "changed"]);
});

test("outbox: a connection that breaks before the answer loses and repeats nothing", async (t) => {
  const scene = await startScene(t);
  const { alice, bob } = await scene.meet();
  await alice.send("before");
  await alice.untilStatus(["before"], "read");
  scene.proxy.stall();
  await alice.send("handed over, never confirmed");
  await cutOff(scene, alice);
  scene.proxy.restore();
  await alice.untilStatus(["handed over, never confirmed"], "read", long);
  assert.deepEqual((await bob.messages()).map(({ text }) => text),
    ["before", "handed over, never confirmed"]);
});

test("outbox: Try now does not wait for the next attempt", async (t) => {
  const scene = await startScene(t);
  const { alice } = await scene.meet();
  await cutOff(scene, alice);
  await alice.send("now, please");
  const tryNow = alice.page.getByRole("button", { name: "Try now" });
  await tryNow.waitFor();
  scene.proxy.restore();
  // The page may have connected by itself in this moment; then there is nothing to press.
  await tryNow.click({ timeout: 2000 }).catch(() => undefined);
  await alice.untilStatus(["now, please"], "read", long);
});
