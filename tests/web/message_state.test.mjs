// Goal: promises of a message never settle falsely. Method: feed a state with views and look at
// what has settled after all microtasks.

import assert from "node:assert/strict";
import { test } from "node:test";

import { MessageRegistry } from "../../build/web-test/src/message-registry.js";
import { MessageState } from "../../build/web-test/src/message-state.js";

const view = (status) => ({
  id: "1", peer: "bob", outgoing: true, sequence: 1, time: 0, status, text: "hello",
});

/** "waiting", "reached", or the code it was rejected with, once everything due has run. */
async function outcomeOf(promise) {
  let outcome = "waiting";
  promise.then(() => { outcome = "reached"; }, (error) => { outcome = error.code ?? error.name; });
  await new Promise(setImmediate);
  return outcome;
}

test("message: sent and delivered are reached in their order", async () => {
  const state = new MessageState(view("pending"));
  const [sent, delivered] = [state.until("sent"), state.until("delivered")];
  state.update(view("sent"));
  assert.equal(await outcomeOf(sent), "reached");
  assert.equal(await outcomeOf(delivered), "waiting");
  state.update(view("delivered"));
  assert.equal(await outcomeOf(delivered), "reached");
});

test("message: what has been reached already settles at once", async () => {
  const state = new MessageState(view("read"));
  assert.equal(await outcomeOf(state.until("sent")), "reached");
  assert.equal(await outcomeOf(state.until("read")), "reached");
  assert.equal(state.isAwaited, false);
});

test("message: a held message is neither sent nor given up", async () => {
  const state = new MessageState(view("pending"));
  const sent = state.until("sent");
  state.update(view("held"));
  assert.equal(await outcomeOf(sent), "waiting");
  state.update(view("pending"));
  state.update(view("sent"));
  assert.equal(await outcomeOf(sent), "reached");
});

test("message: a cancelled message rejects, now and later", async () => {
  const state = new MessageState(view("pending"));
  const sent = state.until("sent");
  state.update(view("cancelled"));
  assert.equal(await outcomeOf(sent), "cancelled");
  assert.equal(await outcomeOf(state.until("sent")), "cancelled");
});

test("message: aborting stops the waiting and nothing else", async () => {
  const state = new MessageState(view("pending"));
  const abort = new AbortController();
  const [given, kept] = [state.until("sent", abort.signal), state.until("sent")];
  abort.abort();
  assert.equal(await outcomeOf(given), DOMException.ABORT_ERR);
  assert.equal(await outcomeOf(kept), "waiting");
  assert.equal(await outcomeOf(state.until("sent", abort.signal)), DOMException.ABORT_ERR);
  state.update(view("sent"));
  assert.equal(await outcomeOf(kept), "reached");
});

test("registry: handles of a message share one state, closing fails who waits", async () => {
  const registry = new MessageRegistry();
  const state = registry.obtain(view("pending"));
  assert.equal(registry.obtain(view("pending")), state);
  const [sent, delivered] = ["sent", "delivered"].map((to) => registry.until(state, to));
  registry.applyStatus({ status: "sent", ids: ["0", "1"] });
  assert.equal(await outcomeOf(sent), "reached");
  assert.deepEqual(registry.awaited(), [state]);
  registry.failAll(Object.assign(new Error("closed"), { code: "closed" }));
  assert.equal(await outcomeOf(delivered), "closed");
  assert.deepEqual(registry.awaited(), []);
});

test("registry: a reason comes and goes with being held", () => {
  const registry = new MessageRegistry();
  const state = registry.obtain(view("pending"));
  registry.applyStatus({ status: "held", heldReason: "mailbox_full", ids: ["1"] });
  assert.equal(state.view.heldReason, "mailbox_full");
  registry.applyStatus({ status: "pending", ids: ["1"] });
  assert.equal("heldReason" in state.view, false);
});

test("registry: news that is older than what a query has shown takes no tick away (I4)", () => {
  const registry = new MessageRegistry();
  const state = registry.obtain(view("delivered"));
  registry.applyStatus({ status: "sent", ids: ["1"] });
  assert.equal(state.view.status, "delivered");
  registry.applyStatus({ status: "read", ids: ["1"] });
  assert.equal(state.view.status, "read");
});
