// Goal: what the page holds of a conversation is bounded, and always a gapless piece of it. Method:
// a conversation of plain numbers; scroll back, let messages arrive, return to the end.

import assert from "node:assert/strict";
import { test } from "node:test";

import { ThreadModel } from "../../build/web-test/demo/thread-model.js";

const message = (number) => ({
  view: { id: String(number), peer: "bob", outgoing: false, sequence: number, time: number,
    status: "received", text: `${number}` },
});

/** A conversation with messages 1 to `count`, and more() for further ones. */
function conversationOf(count) {
  const all = Array.from({ length: count }, (_, i) => message(i + 1));
  return {
    address: "bob",
    more(number) {
      const some = Array.from({ length: number }, (_, i) => message(all.length + 1 + i));
      all.push(...some);
      return some;
    },
    async messages({ before, limit }) {
      const end = before === undefined ? all.length : Number(before) - 1;
      return all.slice(Math.max(0, end - limit), end);
    },
  };
}

/** First and last number of a thread; fails when one between is missing or twice. */
function range(thread) {
  const numbers = thread.views.map(({ sequence }) => sequence);
  numbers.forEach((number, i) => assert.equal(number, numbers[0] + i, "gapless"));
  return [numbers[0], numbers.at(-1)];
}

test("thread: while the end is in view, old messages make way for new ones", async () => {
  const conversation = conversationOf(1000);
  const thread = new ThreadModel(conversation);
  await thread.load();
  for (let i = 0; i < 100; i += 1) thread.receive(conversation.more(99));
  const [first, last] = range(thread);
  assert.equal(last, 10_900);
  assert.ok(last - first < 200, `${first} to ${last}`);
  assert.equal(await thread.loadOlder(), true);
  assert.equal(range(thread)[0], first - 32);
});

test("thread: scrolling back goes to the first message and is bounded", async () => {
  const thread = new ThreadModel(conversationOf(5000));
  await thread.load();
  thread.follow(false);
  while (await thread.loadOlder()) assert.ok(thread.views.length <= 900);
  assert.equal(range(thread)[0], 1);
  assert.equal(thread.hasNewer, true);
  await thread.load();
  assert.equal(range(thread)[1], 5000);
  assert.equal(thread.hasNewer, false);
});

test("thread: what arrives while somebody reads back leaves no gap", async () => {
  const conversation = conversationOf(1000);
  const thread = new ThreadModel(conversation);
  await thread.load();
  thread.follow(false);
  for (let i = 0; i < 20; i += 1) thread.receive(conversation.more(70));
  assert.ok(thread.views.length <= 900);
  assert.equal(thread.hasNewer, true);
  range(thread);
  await thread.load();
  assert.equal(range(thread)[1], 2400);
});

test("thread: a message is changed in its place, and others' messages are not let in", async () => {
  const conversation = conversationOf(3);
  const thread = new ThreadModel(conversation);
  await thread.load();
  const [changed] = [message(2)];
  changed.view.text = "edited";
  assert.equal(thread.receive([changed]), true);
  assert.deepEqual(thread.views.map(({ text }) => text), ["1", "edited", "3"]);
  const stranger = message(4);
  stranger.view.peer = "carol";
  assert.equal(thread.receive([stranger]), false);
});

test("thread: news changes the status in its place, and takes no tick away (I4)", async () => {
  const thread = new ThreadModel(conversationOf(3));
  await thread.load();
  const mine = message(4);
  Object.assign(mine.view, { outgoing: true, status: "pending" });
  thread.receive([mine]);
  const statusAfter = (news) => {
    const changed = thread.applyStatus({ ids: ["4", "9"], ...news });
    const { status, heldReason } = thread.views[3];
    return [changed, status, heldReason];
  };
  const held = { status: "held", heldReason: "full" };
  assert.deepEqual(statusAfter(held), [true, "held", "full"]);
  assert.deepEqual(statusAfter({ status: "delivered" }), [true, "delivered", undefined]);
  assert.deepEqual(statusAfter({ status: "sent" }), [false, "delivered", undefined]);
  assert.equal(thread.applyStatus({ status: "sent", ids: ["9"] }), false);
});
