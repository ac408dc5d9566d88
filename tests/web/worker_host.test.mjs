// Goal: one tab has a profile at a time, and both halves of the package agree on what happened.
// Method: page halves and worker halves joined by message channels in node, around the stand-in for
// the module, with locks that are shared as those of one browser are.

import assert from "node:assert/strict";
import { test } from "node:test";
import { MessageChannel } from "node:worker_threads";

import { WorkerHost } from "../../build/web-test/src/worker-host.js";
import { WorkerLink } from "../../build/web-test/src/worker-link.js";
import createHoming from "./fake-homing.mjs";
import { createLocks } from "./fake_locks.mjs";

const options = { relay: "ws://relay/ws", profile: "alice", durability: "strict",
  whenInUse: "fail" };

/** Passphrases and backups are tested in a browser, with the real module. */
function neverLoaded() {
  throw new Error("nothing here needs the vault");
}

/** A tab: its link, what it heard by itself, and how to close it. */
function openTab(t, { locks = createLocks(), load = createHoming } = {}) {
  const { port1, port2 } = new MessageChannel();
  // A page's Worker has start() and terminate() built in.
  port1.start();
  port2.start();
  port1.terminate = () => port1.close();
  const heard = { events: [], stopped: [] };
  new WorkerHost(port2, { loadModule: load, loadTasks: neverLoaded, locks });
  const link = new WorkerLink(port1, {
    events: (events) => heard.events.push(...events),
    stopped: (error) => heard.stopped.push(error.code),
  });
  t.after(async () => {
    const closed = new Promise((resolve) => {
      port1.addEventListener("message", ({ data }) => {
        if (data.type === "closed") resolve();
      });
    });
    link.suspend();
    await closed;
    port1.close();
  });
  return { link, heard };
}

async function until(probe) {
  while (!probe()) await new Promise(setImmediate);
}

test("host: open, ask, command, and hear of it", async (t) => {
  const { link, heard } = openTab(t);
  const state = await link.open(options);
  assert.equal(state.address.length, 52);
  assert.deepEqual(await link.query("conversations"), []);
  const { message } = await link.command("send", "b".repeat(52), "hello");
  assert.equal(message.text, "hello");
  await until(() => heard.events.some(({ type }) => type === "messages"));
  await assert.rejects(link.command("send", "b".repeat(52), ""), { code: "empty" });
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

test("host: suspending settles what was asked, and opening again works", async (t) => {
  const { link } = openTab(t);
  await link.open(options);
  link.suspend();
  await assert.rejects(link.query("conversations"), { code: "closed" });
  await link.open(options);
  assert.deepEqual(await link.query("conversations"), []);
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
