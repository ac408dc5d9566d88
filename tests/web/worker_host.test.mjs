// Goal: one host has a profile at a time, and both halves of the package agree on what happened.
// Method: tabs with a host each (see tab.mjs), as where there are no shared workers.

import assert from "node:assert/strict";
import { test } from "node:test";
import createHoming from "./fake-homing.mjs";
import { createLocks } from "./fake_locks.mjs";
import { openTab, options, until } from "./tab.mjs";

test("host: open, ask, command, and hear of it", async (t) => {
  const { link, heard } = openTab(t);
  const state = await link.open(options);
  assert.equal(state.address.length, 52);
  assert.deepEqual(await link.query("conversations"), []);
  const { message } = await link.command("send", "b".repeat(52), "hello", "id");
  assert.equal(message.text, "hello");
  await until(() => heard.events.some(({ type }) => type === "messages"));
  await assert.rejects(link.command("send", "b".repeat(52), "", "id"), { code: "empty" });
});

test("host: a profile that is open elsewhere is refused, and can be waited for", async (t) => {
  const locks = createLocks();
  const first = openTab(t, { locks });
  const second = openTab(t, { locks });
  await first.link.open(options);
  await assert.rejects(second.link.open(options), { code: "profile_in_use" });
  const waiting = second.link.open({ ...options, whenInUse: "wait" });
  first.link.suspend();
  assert.equal((await waiting).name, "");
  assert.deepEqual(first.heard.stopped, []);
});

test("host: taking over tells the former owner, who can do nothing any more", async (t) => {
  const locks = createLocks();
  const first = openTab(t, { locks });
  const second = openTab(t, { locks });
  await first.link.open(options);
  await second.link.open({ ...options, whenInUse: "take" });
  await until(() => first.heard.stopped.length > 0);
  assert.deepEqual(first.heard.stopped, ["taken_over"]);
  await assert.rejects(first.link.command("tryNow"), { code: "closed" });
  await second.link.command("tryNow");
});

test("host: another profile is not in the way", async (t) => {
  const locks = createLocks();
  await openTab(t, { locks }).link.open(options);
  await openTab(t, { locks }).link.open({ ...options, profile: "bob" });
});

test("host: aborting while waiting gives the place in the queue back", async (t) => {
  const locks = createLocks();
  const first = openTab(t, { locks });
  const second = openTab(t, { locks });
  await first.link.open(options);
  const abort = new AbortController();
  const waiting = second.link.open({ ...options, whenInUse: "wait" }, abort.signal);
  abort.abort();
  await assert.rejects(waiting, { name: "AbortError" });
  first.link.suspend();
  await until(() => !locks.isHeld("homing:alice"));
});

test("host: a module that cannot be loaded is told, lets go, and is tried again", async (t) => {
  const locks = createLocks();
  let attempts = 0;
  const load = () => {
    attempts += 1;
    return attempts === 1 ? Promise.reject(new Error("no network")) : createHoming();
  };
  const { link } = openTab(t, { locks, load });
  await assert.rejects(link.open(options), { code: "module_failed" });
  assert.equal(locks.isHeld("homing:alice"), false);
  await link.open(options);
});

test("host: a crash of the module stops it instead of leaving callers waiting", async (t) => {
  const load = async () => ({
    createHost: () => { throw new WebAssembly.RuntimeError("unreachable"); },
  });
  await assert.rejects(openTab(t, { load }).link.open(options), { code: "module_failed" });
});

test("host: what was not answered before a suspension is asked again after it", async (t) => {
  const { link, heard } = openTab(t);
  await link.open(options);
  link.suspend();
  const sending = link.command("send", "b".repeat(52), "hello", "id 1");
  const asking = link.query("conversations");
  link.resume();
  assert.equal((await sending).message.id, "id 1");
  assert.equal((await asking).length, 1);
  assert.equal(heard.reopened.length, 1);
  assert.deepEqual(heard.stopped, []);
});

test("host: what cannot be asked again is refused, as all is after the end", async (t) => {
  const locks = createLocks();
  const first = openTab(t, { locks });
  const second = openTab(t, { locks });
  await first.link.open(options);
  first.link.suspend();
  const asking = first.link.query("conversations");
  await second.link.open(options);
  first.link.resume();
  await assert.rejects(asking, { code: "profile_in_use" });
  assert.deepEqual(first.heard.stopped, ["profile_in_use"]);
  await assert.rejects(first.link.query("conversations"), { code: "closed" });
});

test("host: many messages at once come in pieces that a page handles in a frame", async (t) => {
  const pieces = [];
  const message = { id: "1", peer: "b", outgoing: false, sequence: 1, time: 0,
    status: "received", text: "" };
  const load = async () => ({
    createHost: ({ onEvents }) => ({
      open: () => onEvents([
        { type: "opened", address: "a", quarantined: 0 },
        { type: "messages", messages: Array(1001).fill(message) },
      ]),
      close() {}, delete() {}, address: () => "a", name: () => "", readReceipts: () => true,
      deliveredReceipts: () => true, hasPassphrase: () => false,
      connection: () => ({ state: "online" }), pending: () => 0,
    }),
  });
  const { link, heard } = openTab(t, { load });
  await link.open(options);
  await link.query("pending");
  pieces.push(...heard.events.map(({ messages }) => messages.length));
  assert.deepEqual(pieces, [200, 200, 200, 200, 200, 1]);
});
