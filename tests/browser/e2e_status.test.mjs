// Goal: the four states of a message, as they look and as they are read out. Method: two browsers;
// each state is brought about by taking away what the next one needs.

import assert from "node:assert/strict";
import { test } from "node:test";

import { startScene } from "./support/chat_scene.mjs";
import { until } from "./support/until.mjs";

const long = { timeoutMs: 90_000 };

/** How the icon of the message with this text is drawn. */
function drawing(chat, text) {
  return chat.page.locator("homing-message-bubble").filter({ hasText: text })
    .locator("homing-status-icon svg").evaluate((svg) => ({
      role: svg.getAttribute("role"),
      label: svg.getAttribute("aria-label"),
      shape: svg.innerHTML.replace(/<!--.*?-->/g, ""),
      color: getComputedStyle(svg).color,
    }));
}

test("status: clock, one tick, two ticks, two blue ticks, each with its word", async (t) => {
  const scene = await startScene(t);
  const { alice, bob, contexts: [, bobs] } = await scene.meet();
  await alice.send("hello");
  await alice.untilStatus(["hello"], "read");

  scene.proxy.cut();
  await alice.untilConnected(false);
  await alice.send("travelling");
  await alice.untilStatus(["travelling"], "pending");
  const clock = await drawing(alice, "travelling");

  await bob.page.close();
  scene.proxy.restore();
  await alice.untilStatus(["travelling"], "sent", long);
  const oneTick = await drawing(alice, "travelling");

  // bob is there, but looks at his list and not at this conversation.
  const back = await scene.person("Bob", { context: bobs });
  await alice.untilStatus(["travelling"], "delivered", long);
  const twoTicks = await drawing(alice, "travelling");
  await back.chat.conversation("Alice").locator("[data-unread='1']").waitFor();

  await back.chat.openConversation("Alice");
  await alice.untilStatus(["travelling"], "read", long);
  const blueTicks = await drawing(alice, "travelling");

  const icons = [clock, oneTick, twoTicks, blueTicks];
  assert.deepEqual(icons.map(({ label }) => label), ["waiting", "sent", "delivered", "read"]);
  assert.ok(icons.every(({ role }) => role === "img"));
  assert.equal(new Set([clock, oneTick, twoTicks].map(({ shape }) => shape)).size, 3);
  assert.equal(blueTicks.shape, twoTicks.shape);
  assert.notEqual(blueTicks.color, twoTicks.color);
  const [red, , blue] = blueTicks.color.match(/\d+/g).map(Number);
  assert.ok(blue > red, `${blueTicks.color} is blue`);
});

test("status: without read receipts nothing turns blue", async (t) => {
  const scene = await startScene(t);
  const { alice, bob } = await scene.meet();
  await bob.page.getByRole("button", { name: "Settings" }).click();
  const toggle = bob.page.locator("input[name=read-receipts]");
  await toggle.uncheck();
  await bob.page.keyboard.press("Escape");

  await alice.send("have you seen this?");
  await alice.untilStatus(["have you seen this?"], "delivered");
  await until("bob has read it", async () =>
    (await bob.messages()).some(({ text }) => text === "have you seen this?") &&
    (await bob.page.locator("[data-unread]").count()) === 0);
  // A receipt would travel before this answer.
  await bob.send("seen, and not telling");
  await until("the answer is there", async () =>
    (await alice.messages()).some(({ text }) => text === "seen, and not telling"));
  await bob.untilStatus(["seen, and not telling"], "delivered");
  const [question] = (await alice.messages()).filter(({ outgoing }) => outgoing);
  assert.equal(question.status, "delivered");
  // The setting is kept.
  await bob.reload();
  await bob.page.getByRole("button", { name: "Settings" }).click();
  assert.equal(await toggle.isChecked(), false);
});
