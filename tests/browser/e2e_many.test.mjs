// Goal: 10,000 messages that were written offline and outlived a reload arrive in order, once, and
// neither page stands still for more than 100 ms meanwhile. Once, and for less than 250 ms, it may:
// another program on the machine can do that to it. Method: the demo page in two browsers; the
// client behind the page writes and reads, because nobody types that much.

import assert from "node:assert/strict";
import { test } from "node:test";

import { startScene } from "./support/chat_scene.mjs";
import { until } from "./support/until.mjs";

const count = 10_000;
const longTaskMsMax = 100;
const disturbedMsMax = 250;
const texts = Array.from({ length: count }, (_, i) => `message ${i + 1} of ${count}`);

/** Writes all of them, a few per frame, and resolves when all are stored. */
function writeAll(page, all) {
  return page.evaluate(async (list) => {
    const { client } = document.querySelector("homing-app");
    const [{ peer }] = await client.conversations();
    const chat = client.conversation(peer);
    const stored = [];
    for (let at = 0; at < list.length; at += 50) {
      for (const text of list.slice(at, at + 50)) stored.push(chat.send(text));
      await new Promise(requestAnimationFrame);
    }
    await Promise.all(stored);
  }, all);
}

/** All texts that the page's store has from the other side, oldest first. */
function readAll(page) {
  return page.evaluate(async () => {
    const { client } = document.querySelector("homing-app");
    const [{ peer }] = await client.conversations();
    const chat = client.conversation(peer);
    const all = [];
    for (let before; ;) {
      const some = await chat.messages({ limit: 500, ...(before && { before }) });
      if (some.length === 0) return all.map(({ text }) => text);
      all.unshift(...some);
      [before] = some;
    }
  });
}

function pending(page) {
  return page.evaluate(() => document.querySelector("homing-app").client.pending());
}

test("many: 10,000 messages written offline arrive in order, once, no freeze", async (t) => {
  const scene = await startScene(t);
  const { alice, bob } = await scene.meet();
  await bob.page.evaluate(() => {
    globalThis.arrived = [];
    document.querySelector("homing-app").client.addEventListener("message", ({ detail }) => {
      const incoming = detail.messages.filter(({ outgoing }) => !outgoing);
      globalThis.arrived.push(...incoming.map(({ text }) => text));
    });
  });
  scene.proxy.cut();
  await alice.untilConnected(false);

  const began = performance.now();
  await writeAll(alice.page, texts);
  const written = performance.now();
  assert.equal(await pending(alice.page), count);
  const whileWriting = await alice.seen();
  await alice.reload();
  assert.equal(await pending(alice.page), count);
  const reloaded = performance.now();
  await alice.openConversation("Bob");

  scene.proxy.restore();
  await until("everything has arrived", () =>
    bob.page.evaluate((wanted) => globalThis.arrived.length >= wanted, count),
  { timeoutMs: 180_000 });
  const arrived = performance.now();
  await alice.untilStatus([texts.at(-1)], "read", { timeoutMs: 90_000 });
  const read = performance.now();

  assert.deepEqual(await bob.page.evaluate(() => globalThis.arrived), texts);
  assert.deepEqual(await readAll(bob.page), texts);
  assert.equal(await pending(alice.page), 0);

  const seconds = (from, to) => `${((to - from) / 1000).toFixed(1)} s`;
  const longest = (tasks) => Math.round(Math.max(0, ...tasks.map(({ duration }) => duration)));
  const tasks = {
    "alice, writing": whileWriting.longTasks,
    "alice, sending": (await alice.seen()).longTasks,
    "bob, receiving": (await bob.seen()).longTasks,
  };
  t.diagnostic(
    `written in ${seconds(began, written)}, reloaded in ${seconds(written, reloaded)}, ` +
    `arrived in ${seconds(reloaded, arrived)}, all read after ${seconds(reloaded, read)}`);
  for (const [who, list] of Object.entries(tasks)) {
    t.diagnostic(`longest task of ${who}: ${longest(list)} ms`);
  }
  for (const [who, list] of Object.entries(tasks)) {
    const tooLong = list.filter(({ duration }) => duration > longTaskMsMax);
    assert.ok(tooLong.length <= 1, `${who}: ${tooLong.length} tasks over ${longTaskMsMax} ms`);
    assert.ok(longest(list) <= disturbedMsMax, `${who}: a task of ${longest(list)} ms`);
  }
  assert.deepEqual([...alice.errors, ...bob.errors], []);
});
