// Goal: what waits is sent when its page has been closed, where the browser can wake a service
// worker for it; and a page that is open is not disturbed by that.
// Method: the demo page, a proxy that cuts the network, and Chromium's sync events.

import assert from "node:assert/strict";
import { test } from "node:test";

import { watchServiceWorker } from "./support/background_sync.mjs";
import { startScene } from "./support/chat_scene.mjs";
import { until } from "./support/until.mjs";

const long = { timeoutMs: 90_000 };
const texts = ["the first of them", "the second", "and the last"];

/** alice and bob, and a way to wake alice's service worker. */
async function startStory(t) {
  const scene = await startScene(t);
  const { alice, bob, contexts: [context] } = await scene.meet();
  await alice.page.evaluate(async () => void await navigator.serviceWorker.ready);
  // Stays when her page goes, on the same origin, without being the app.
  const observer = await context.newPage();
  await observer.goto(`${scene.relay.url}/icon.svg`);
  const worker = await watchServiceWorker(observer);
  const query = new URLSearchParams({
    relay: `ws://127.0.0.1:${scene.proxy.port}/ws`, profile: "alice",
  });
  const fire = () => worker.fire(scene.relay.url, `homing-drain?${query}`);
  const hasProfile = () => observer.evaluate(async () => {
    const { held } = await navigator.locks.query();
    return held.some(({ name }) => name === "homing:alice");
  });
  return { scene, alice, bob, context, fire, hasProfile };
}

test("background: what waits leaves after its page was closed", async (t) => {
  const { scene, alice, bob, context, fire } = await startStory(t);
  scene.proxy.cut();
  for (const text of texts) await alice.send(text);
  await alice.page.close();
  scene.proxy.restore();
  await fire();
  await until("bob has them", async () =>
    (await bob.messages()).length === texts.length, long);
  assert.deepEqual((await bob.messages()).map(({ text }) => text), texts);

  // The page finds what the service worker did.
  const { chat } = await scene.person("Alice", { context });
  await chat.openConversation("Bob");
  await chat.untilStatus(texts, "read", long);
  assert.deepEqual((await bob.messages()).map(({ text }) => text), texts);
  assert.deepEqual(chat.errors, []);
});

test("background: a page that is open sends by itself, and is not disturbed", async (t) => {
  const { scene, alice, bob, fire } = await startStory(t);
  scene.proxy.cut();
  await alice.send(texts[0]);
  await fire();
  scene.proxy.restore();
  await alice.untilStatus([texts[0]], "read", long);
  await alice.send(texts[1]);
  await alice.untilStatus(texts.slice(0, 2), "read", long);
  assert.deepEqual((await bob.messages()).map(({ text }) => text), texts.slice(0, 2));
});

test("background: on a network that answers nothing it makes way for a page at once", async (t) => {
  const { scene, alice, bob, context, fire, hasProfile } = await startStory(t);
  scene.proxy.stall();
  await alice.send(texts[0]);
  await alice.page.close();
  await fire();
  await until("the service worker has the profile", hasProfile);
  const { chat } = await scene.person("Alice", { context });
  await chat.openConversation("Bob");
  assert.equal((await chat.messages()).at(-1).status, "pending");
  scene.proxy.restore();
  await chat.untilStatus([texts[0]], "read", long);
  assert.deepEqual((await bob.messages()).map(({ text }) => text), [texts[0]]);
});

test("background: without a network it gives up, and the browser can end", async (t) => {
  const { scene, alice, fire, hasProfile } = await startStory(t);
  scene.proxy.cut();
  await alice.send(texts[0]);
  await alice.page.close();
  await fire();
  await until("the service worker has the profile", hasProfile);
  await until("it has given up", async () => !await hasProfile(), { timeoutMs: 15_000 });
});

test("background: the page asks for it by the time it is hidden, and says so", async (t) => {
  const { scene, alice } = await startStory(t);
  scene.proxy.cut();
  await alice.page.evaluate(() => {
    globalThis.asked = [];
    const { register } = SyncManager.prototype;
    SyncManager.prototype.register = function (tag) {
      globalThis.asked.push(tag);
      return register.call(this, tag);
    };
  });
  await alice.send(texts[0]);
  await until("it is asked for", async () =>
    (await alice.page.evaluate(() => globalThis.asked.length)) > 0);
  const [tag] = await alice.page.evaluate(() => globalThis.asked);
  assert.match(tag, /^homing-drain\?relay=ws.*&profile=alice$/);
  await alice.page.evaluate(() => dispatchEvent(new Event("offline")));
  await alice.page.getByText("also when this page is closed").first().waitFor();
});
