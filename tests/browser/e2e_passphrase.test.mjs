// Goal: a passphrase keeps a profile closed to whoever does not have it, and costs nothing else: a
// wrong one changes no byte, locking loses nothing, and it can be changed and removed.
// Method: the package in the demo's page, in headless Chromium; stores are compared byte for byte.

import assert from "node:assert/strict";
import { test } from "node:test";

import { startScene } from "./support/chat_scene.mjs";
import { exposeClient, storedFiles } from "./support/client_page.mjs";

const keyPath = "/homing/bob/key";

/** Opens bob's profile again, with or without a passphrase: "opened" or the code. */
function reopen(page, passphrase) {
  return page.evaluate(async (given) => {
    const options = { relay: "ws://127.0.0.1:9/ws", profile: "bob" };
    if (given !== undefined) options.passphrase = given;
    return globalThis.outcome(globalThis.Homing.open(options).then((homing) => {
      globalThis.homing = homing;
      return homing.hasPassphrase ? "opened with a passphrase" : "opened";
    }));
  }, passphrase);
}

const lock = (page) => page.evaluate(() => globalThis.outcome(globalThis.homing.lock()));
const close = (page) => page.evaluate(() => globalThis.homing.close());
const setPassphrase = (page, next, current) => page.evaluate(([to, from]) =>
  globalThis.outcome(globalThis.homing.setPassphrase(to, { current: from })), [next, current]);
const removePassphrase = (page, current) => page.evaluate((from) =>
  globalThis.outcome(globalThis.homing.removePassphrase(from)), current);

/** bob, who has a conversation, with his client at hand in the page. */
async function startBob(t) {
  const scene = await startScene(t);
  const { alice, bob } = await scene.meet();
  await bob.send("hello alice");
  await alice.untilStatus(["hello alice"], "received");
  await bob.untilStatus(["hello alice"], "read");
  await exposeClient(bob.page);
  return { scene, alice, bob, page: bob.page };
}

test("passphrase: set, needed, changed and removed", async (t) => {
  const { page } = await startBob(t);
  assert.equal(await lock(page), "no_passphrase");
  assert.equal(await setPassphrase(page, ""), "empty");
  assert.equal(await setPassphrase(page, "p".repeat(1025)), "too_large");
  assert.equal(await setPassphrase(page, "first secret"), "done");
  assert.equal(await page.evaluate(() => globalThis.homing.hasPassphrase), true);
  assert.equal(await setPassphrase(page, "second secret"), "wrong_passphrase");
  assert.equal(await setPassphrase(page, "second secret", "first secreT"), "wrong_passphrase");
  assert.equal(await removePassphrase(page, "second secret"), "wrong_passphrase");
  assert.equal(await setPassphrase(page, "second secret", "first secret"), "done");
  await close(page);

  assert.equal(await reopen(page), "locked");
  assert.equal(await reopen(page, "first secret"), "wrong_passphrase");
  assert.equal(await reopen(page, "second secret"), "opened with a passphrase");
  assert.equal(await removePassphrase(page, "second secret"), "done");
  await close(page);
  assert.equal(await reopen(page), "opened");
});

test("passphrase: one letter written in two ways is the same passphrase", async (t) => {
  const { page } = await startBob(t);
  assert.equal(await setPassphrase(page, "caf\u00e9"), "done");
  await close(page);
  assert.equal(await reopen(page, "cafe\u0301"), "opened with a passphrase");
});

test("passphrase: without it, or with a wrong one, the store stays as it is byte for byte",
  async (t) => {
    const { page } = await startBob(t);
    assert.equal(await setPassphrase(page, "first secret"), "done");
    assert.equal(await lock(page), "done");
    const before = await storedFiles(page, "bob");
    assert.ok(Object.keys(before).length >= 2);
    assert.equal(await reopen(page), "locked");
    assert.deepEqual(await storedFiles(page, "bob"), before);
    for (const wrong of ["first secreT", "x", "first secret "]) {
      assert.equal(await reopen(page, wrong), "wrong_passphrase");
      assert.deepEqual(await storedFiles(page, "bob"), before);
    }
    assert.equal(await reopen(page, "first secret"), "opened with a passphrase");
  });

test("passphrase: a change changes the key file alone, and a failed one nothing", async (t) => {
  const { page } = await startBob(t);
  const before = await storedFiles(page, "bob");
  assert.equal(await setPassphrase(page, "first secret"), "done");
  const after = await storedFiles(page, "bob");
  assert.notDeepEqual(after[keyPath], before[keyPath]);
  assert.deepEqual({ ...after, [keyPath]: [] }, { ...before, [keyPath]: [] });

  assert.equal(await setPassphrase(page, "second secret", "wrong"), "wrong_passphrase");
  assert.deepEqual(await storedFiles(page, "bob"), after);
});

test("passphrase: locked, messages wait at the relay; unlocked, they are there", async (t) => {
  const { alice, bob, page } = await startBob(t);
  assert.equal(await setPassphrase(page, "first secret"), "done");
  const stopped = page.evaluate(() => new Promise((resolve) => {
    globalThis.homing.addEventListener("stopped", ({ detail }) => resolve(detail.code));
  }));
  assert.equal(await lock(page), "done");
  assert.equal(await stopped, "locked");
  await alice.send("are you there?");
  await alice.untilStatus(["are you there?"], "sent");

  await bob.page.getByLabel("Passphrase", { exact: true }).fill("wrong");
  await bob.page.getByRole("button", { name: "Unlock" }).click();
  await bob.page.getByText("This is not the passphrase").waitFor();
  await bob.page.getByLabel("Passphrase", { exact: true }).fill("first secret");
  await bob.page.getByRole("button", { name: "Unlock" }).click();
  await bob.openConversation("Alice");
  await bob.untilStatus(["are you there?"], "received");
  await bob.untilStatus(["hello alice"], "read");
  await bob.send("yes");
  await bob.untilStatus(["yes"], "read");
  await alice.untilStatus(["yes"], "received");
  assert.deepEqual(bob.errors, []);
});

test("passphrase: of two changes at once one is made, and the other one told that it was not",
  async (t) => {
    const { page } = await startBob(t);
    const outcomes = await page.evaluate(() => Promise.all(
      ["first secret", "second secret"].map((next) =>
        globalThis.outcome(globalThis.homing.setPassphrase(next)))));
    const made = outcomes.indexOf("done");
    assert.ok(made >= 0);
    assert.match(outcomes[1 - made], /^(not_ready|wrong_passphrase)$/);
    await close(page);
    const [right, wrong] = made === 0
      ? ["first secret", "second secret"] : ["second secret", "first secret"];
    assert.equal(await reopen(page, wrong), "wrong_passphrase");
    assert.equal(await reopen(page, right), "opened with a passphrase");
  });

test("passphrase: locked while messages are being sent, what was saved is sent later, once",
  async (t) => {
    const { alice, bob, page } = await startBob(t);
    assert.equal(await setPassphrase(page, "first secret"), "done");
    const texts = Array.from({ length: 60 }, (_, i) => `in flight ${i}`);
    // Locks when the tenth is saved: others are being stored, sent and acknowledged then.
    const outcomes = await page.evaluate(async (list) => {
      const { homing } = globalThis;
      const [{ peer }] = await homing.conversations();
      const chat = homing.conversation(peer);
      const sends = list.map((text) => chat.send(text));
      const settled = sends.map((send) => send.then(({ status }) => status, ({ code }) => code));
      await sends[9];
      await homing.lock();
      return Promise.all(settled);
    }, texts);
    const saved = texts.filter((_, i) => outcomes[i] !== "closed");
    assert.ok(saved.length >= 10);
    assert.deepEqual(outcomes.filter((one) => !["pending", "sent", "closed"].includes(one)), []);

    assert.equal(await reopen(page, "first secret"), "opened with a passphrase");
    const stored = await page.evaluate(async () => {
      const [{ peer }] = await globalThis.homing.conversations();
      return (await globalThis.homing.conversation(peer).messages({ limit: 200 }))
        .map(({ text, status }) => ({ text, status }));
    });
    const found = stored.map(({ text }) => text).filter((text) => texts.includes(text));
    // Who was told "closed" does not know; but nothing is there twice or out of order.
    assert.deepEqual(found, texts.slice(0, found.length));
    assert.ok(found.length >= saved.length);
    await close(page);

    await page.getByLabel("Passphrase", { exact: true }).fill("first secret");
    await page.getByRole("button", { name: "Unlock" }).click();
    await bob.openConversation("Alice");
    await alice.untilStatus([found.at(-1)], "received");
    const arrived = (await alice.messages()).map(({ text }) => text)
      .filter((text) => texts.includes(text));
    assert.deepEqual(arrived, found.slice(-arrived.length));
    await bob.untilStatus([found.at(-1)], "read");
  });
