// Goal: one host serves any number of tabs: each is live and consistent, hears answers to its own
// questions, and comes and goes without the others noticing. Method: see tab.mjs.

import assert from "node:assert/strict";
import { test } from "node:test";
import { MessageChannel } from "node:worker_threads";

import { Refusal } from "../../build/web-test/src/refusal.js";
import createHoming from "./fake-homing.mjs";
import { createLocks } from "./fake_locks.mjs";
import { openTab, options, startHost, until } from "./tab.mjs";

const bob = "b".repeat(52);

/** A host and two tabs that have the profile open. */
async function openTwo(t, environment = {}) {
  const locks = createLocks();
  const host = startHost({ locks, ...environment });
  const tabs = [openTab(t, { host }), openTab(t, { host })];
  await Promise.all(tabs.map(({ link }) => link.open(options)));
  return { locks, host, tabs };
}

/** Holds a lock until the function it resolves with is called. */
function hold(locks, name) {
  return new Promise((granted) => {
    void locks.request(name, {}, () => new Promise((release) => granted(release)));
  });
}

const texts = ({ heard }) => heard.events.filter(({ type }) => type === "messages")
  .flatMap(({ messages }) => messages.map(({ text }) => text));

test("shared: what one tab does all tabs hear, and the answer it alone", async (t) => {
  const { tabs: [first, second] } = await openTwo(t);
  // Both number their requests from 1.
  const [one, two] = await Promise.all([
    first.link.command("send", bob, "from the first", "id 1"),
    second.link.command("send", bob, "from the second", "id 2"),
  ]);
  assert.deepEqual([one.message.id, two.message.id], ["id 1", "id 2"]);
  for (const tab of [first, second]) {
    await until(() => texts(tab).length === 2);
    assert.deepEqual(texts(tab).sort(), ["from the first", "from the second"]);
    assert.ok(!tab.heard.events.some(({ type }) => type === "reply"));
  }
  await assert.rejects(second.link.command("send", bob, "", "id 3"), { code: "empty" });
});

test("shared: who joins gets what the others know, and a change is told to all", async (t) => {
  const { host, tabs: [first, second] } = await openTwo(t);
  await first.link.command("setName", "Alice");
  await until(() => second.heard.changed.length > 0);
  for (const { heard } of [first, second]) assert.equal(heard.changed.at(-1).name, "Alice");
  await assert.rejects(first.link.command("acceptInvite", "short"), { code: "malformed" });
  await first.link.command("tryNow");
  assert.equal(second.heard.changed.length, 1);

  const state = await openTab(t, { host }).link.open(options);
  assert.equal(state.name, "Alice");
  assert.deepEqual(state.storage, { unsaved: 0 });
});

test("shared: a tab that joins is told that storing fails", async (t) => {
  let tell;
  const load = async () => {
    const { createHost } = await createHoming();
    return { createHost: (given) => { tell = given.onEvents; return createHost(given); } };
  };
  const { host } = await openTwo(t, { load });
  tell([{ type: "storage", error: "storage_quota", unsaved: 3 }]);
  const { storage } = await openTab(t, { host }).link.open(options);
  assert.deepEqual(storage, { error: "storage_quota", unsaved: 3 });
});

test("shared: another relay or durability is refused, and disturbs nobody", async (t) => {
  const { host, tabs: [first] } = await openTwo(t);
  for (const other of [{ relay: "ws://other/ws" }, { durability: "relaxed" }]) {
    const tab = openTab(t, { host });
    await assert.rejects(tab.link.open({ ...options, ...other }), { code: "options_differ" });
  }
  await first.link.command("tryNow");
});

test("shared: closing one tab leaves the others open, closing the last lets go", async (t) => {
  const { locks, tabs: [first, second] } = await openTwo(t);
  await first.link.close();
  await assert.rejects(first.link.query("conversations"), { code: "closed" });
  assert.deepEqual(await second.link.query("conversations"), []);
  assert.ok(locks.isHeld("homing:alice"));
  await second.link.close();
  assert.ok(!locks.isHeld("homing:alice"));
});

test("shared: a tab that is gone without a word is noticed by the lock it held", async (t) => {
  const locks = createLocks();
  const host = startHost({ locks });
  const release = await hold(locks, "page 1");
  const tab = openTab(t, { host, page: "page 1" });
  await tab.link.open(options);
  const other = openTab(t, { host });
  await other.link.open(options);
  release();
  await until(() => !locks.isHeld("page 1"));
  await assert.rejects(tab.link.query("conversations"), { code: "closed" });
  await other.link.query("conversations");
  await other.link.close();
  assert.ok(!locks.isHeld("homing:alice"));
});

test("shared: what any page sees of the network counts for the machine", async (t) => {
  const { tabs: [first, second] } = await openTwo(t);
  second.link.hint("offline");
  await until(() => first.heard.events.some(({ type }) => type === "connection"));
  const { connection } = first.heard.events.find(({ type }) => type === "connection");
  assert.equal(connection.state, "waiting");
});

test("shared: locking locks all tabs and ends the worker", async (t) => {
  let ended = 0;
  const { locks, tabs: [first, second] } = await openTwo(t, { end: () => { ended += 1; } });
  const asked = second.link.command("send", bob, "late", "id");
  asked.catch(() => undefined);
  await first.link.close("lock");
  await until(() => second.heard.stopped.length > 0);
  assert.deepEqual(second.heard.stopped, ["locked"]);
  assert.equal(ended, 1);
  assert.ok(!locks.isHeld("homing:alice"));
});

test("shared: a crash of the engine is told to all, and ends the worker", async (t) => {
  let ended = 0;
  const { host, tabs } = await openTwo(t, { end: () => { ended += 1; } });
  host.fail("unreachable");
  for (const { heard } of tabs) await until(() => heard.stopped.length > 0);
  for (const { heard } of tabs) assert.deepEqual(heard.stopped, ["worker_failed"]);
  assert.equal(ended, 1);
});

test("shared: joining takes no passphrase, but a wrong one is refused", async (t) => {
  const load = async () => {
    const { createHost } = await createHoming();
    return {
      createHost: (given) => Object.assign(createHost(given), {
        hasPassphrase: () => true, keyFile: () => new Uint8Array(1),
      }),
    };
  };
  const loadTasks = async () => ({
    takeOffPassphrase: async (keyFile, passphrase) => {
      if (passphrase !== "right") throw new Refusal("wrong_passphrase");
      return keyFile;
    },
  });
  const { host, tabs: [first] } = await openTwo(t, { load, loadTasks });
  await openTab(t, { host }).link.open({ ...options, passphrase: "right" });
  const wrong = openTab(t, { host }).link.open({ ...options, passphrase: "wrong" });
  await assert.rejects(wrong, { code: "wrong_passphrase" });
  await first.link.command("tryNow");
});

test("shared: one tab waits, another is refused, and a third takes over for all", async (t) => {
  const locks = createLocks();
  const elsewhere = openTab(t, { locks });
  await elsewhere.link.open(options);
  const host = startHost({ locks });
  const waiting = openTab(t, { host }).link.open({ ...options, whenInUse: "wait" });
  await assert.rejects(openTab(t, { host }).link.open(options), { code: "profile_in_use" });
  const taking = [1, 2].map(() => openTab(t, { host }));
  // Both at once: neither takes it from the other.
  await Promise.all(taking.map(({ link }) => link.open({ ...options, whenInUse: "take" })));
  await waiting;
  await until(() => elsewhere.heard.stopped.length > 0);
  assert.deepEqual(elsewhere.heard.stopped, ["taken_over"]);
  for (const { link, heard } of taking) {
    await link.command("tryNow");
    assert.deepEqual(heard.stopped, []);
  }
});

test("shared: a tab that reads nothing is left behind, and catches up", async (t) => {
  const unreadMax = 512;
  const host = startHost();
  const working = openTab(t, { host });
  await working.link.open(options);
  // A page that does nothing by itself.
  const { port1: frozen, port2 } = new MessageChannel();
  t.after(() => frozen.close());
  host.attach(port2);
  port2.start();
  const got = { opened: 0, events: 0, result: 0 };
  frozen.on("message", ({ type }) => { got[type] += 1; });
  frozen.postMessage({ type: "open", options });
  await until(() => got.opened === 1);

  for (let i = 0; i < unreadMax + 100; i += 1) {
    await working.link.command("send", bob, `text ${i}`, `id ${i}`);
  }
  await until(() => texts(working).length === unreadMax + 100);
  // An answer comes all the same, and behind all that was posted before.
  frozen.postMessage({ type: "query", request: 1, name: "pending", parameters: [] });
  await until(() => got.result === 1);
  assert.deepEqual(got, { opened: 1, events: unreadMax, result: 1 });

  for (let i = 0; i < unreadMax; i += 1) frozen.postMessage({ type: "read" });
  await until(() => got.opened === 2);
  await working.link.command("send", bob, "again", "last");
  await until(() => got.events > unreadMax);
  frozen.postMessage({ type: "close" });
});

test("shared: what a lost host did not answer is asked of the next one", async (t) => {
  const locks = createLocks();
  const tab = openTab(t, { locks });
  await tab.link.open(options);
  // Nothing comes from the first host any more, as if its process had been stopped.
  tab.port.close();
  const sending = tab.link.command("send", bob, "hello", "id 1");
  tab.host = startHost({ locks });
  tab.lose("frozen");
  assert.equal((await sending).message.id, "id 1");
  // Another host, because the frozen one answers to the old number; it took the profile.
  assert.deepEqual(tab.numbers, [0, 1]);
  assert.equal(tab.heard.reopened.length, 1);
  assert.deepEqual(tab.heard.stopped, []);

  // One that has ended leaves its number.
  tab.port.postMessage({ type: "close" });
  const asking = tab.link.query("conversations");
  tab.host = startHost({ locks });
  tab.lose("ended");
  assert.deepEqual(await asking, []);
  assert.deepEqual(tab.numbers, [0, 1, 1]);
});

test("shared: a page whose host was deposed while frozen follows the others", async (t) => {
  const locks = createLocks();
  const tab = openTab(t, { locks });
  const other = openTab(t, { locks });
  await tab.link.open(options);
  tab.isSuperseded = true;
  const { host } = tab;
  tab.host = other.host;
  const taking = other.link.open({ ...options, whenInUse: "take" });
  // Whatever the host that is being deposed makes of these: they are asked again.
  const asking = [];
  while (tab.heard.reopened.length === 0) {
    // Also between the end of the host and the message that tells it.
    for (let turn = 0; turn < 20; turn += 1) {
      asking.push(tab.link.query("pending"));
      await Promise.resolve();
    }
    await new Promise(setImmediate);
  }
  await Promise.all([taking, ...asking]);
  assert.notEqual(tab.host, host);
  assert.deepEqual([...tab.heard.stopped, ...other.heard.stopped], []);
  await tab.link.command("send", bob, "with the others", "id");
  await until(() => texts(other).length === 1);
});
