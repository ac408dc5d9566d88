// Goal: the judge of the fault tests sees every kind of broken promise, and nothing else.
// Method: histories made by hand, each an honest one with one thing wrong.

import assert from "node:assert/strict";
import { test } from "node:test";

import { History, violationKinds } from "./history.mjs";

const alice = { person: "alice", session: 1 };
const bob = { person: "bob", session: 2 };
const text = (number) => `alice to bob, number ${number}`;

const opened = (who, address = who.person.toUpperCase()) => ({ ...who, kind: "opened", address });
const send = (number, who = alice) =>
  ({ ...who, kind: "send", number, to: "bob", text: text(number) });
const saved = (number, id = `id-${number}`) => ({ ...alice, kind: "saved", number, id });
const refused = (number, code) => ({ ...alice, kind: "refused", number, code });
const status = (number, news, who = alice) =>
  ({ ...who, kind: "status", ids: [`id-${number}`], status: news });
const received = (number, { id = `id-${number}`, words = text(number) } = {}) =>
  ({ ...bob, kind: "received", messages: [{ id, peer: "ALICE", text: words }] });
const excused = (number, reason) => ({ ...alice, kind: "excused", id: `id-${number}`, reason });
const ended = (who) => ({ ...who, kind: "ended" });
const listed = (who, numbers, { status: shown = "delivered", ...message } = {}) => ({
  ...who,
  kind: "listed",
  peer: who.person === "alice" ? "BOB" : "ALICE",
  messages: numbers.map((number) => ({
    id: `id-${number}`,
    outgoing: who.person === "alice",
    status: who.person === "alice" ? shown : "received",
    text: text(number),
    ...message,
  })),
});

/** Both are there; the numbers were sent, saved, delivered and confirmed, in this order. */
const honest = (...numbers) => [
  opened(alice),
  opened(bob),
  ...numbers.flatMap((number) => [
    send(number), saved(number), status(number, "sent"), received(number),
    status(number, "delivered"),
  ]),
];
const everywhere = (...numbers) => [listed(alice, numbers), listed(bob, numbers)];

function judge(...events) {
  const history = new History().takeAll(events.flat(Infinity));
  return { history, kinds: history.settle().map(({ kind }) => kind) };
}

test("history: an honest one is without fault, and its numbers are right", () => {
  const { history, kinds } = judge(honest(1, 2), everywhere(1, 2));
  assert.deepEqual(kinds, []);
  assert.deepEqual(history.unsettled(), []);
  const { violations, excused: reasons, ...counts } = history.counts();
  assert.deepEqual(counts, {
    asked: 2, saved: 2, delivered: 2, refused: 0, unanswered: 0, unansweredArrived: 0,
    unreadable: 0, stopped: {},
  });
  assert.deepEqual(reasons, {});
  assert.deepEqual(violations, Object.fromEntries(violationKinds.map((kind) => [kind, 0])));
});

test("history: a saved message that is nowhere is lost", () => {
  const { history, kinds } =
    judge(honest(1), send(2), saved(2), listed(alice, [1, 2], { status: "sent" }),
      listed(bob, [1]));
  assert.ok(kinds.includes("lost"));
  assert.equal(history.unsettled().at(-1).why, "has not arrived");
});

test("history: a message that its author's store has forgotten is lost", () => {
  const { kinds } = judge(honest(1, 2), listed(alice, [1]), listed(bob, [1, 2]));
  assert.deepEqual(kinds, ["lost"]);
});

test("history: a message that its reader's store has forgotten is lost, or was never there", () => {
  const { kinds } = judge(honest(1, 2), listed(alice, [1, 2]), listed(bob, [1]));
  assert.deepEqual(kinds, ["false status"]);
});

test("history: a message without an answer, found in its author's store, must arrive", () => {
  const events = [honest(1), send(2), ended(alice), listed(alice, [1, 2], { status: "pending" })];
  const { kinds } = judge(events, listed(bob, [1]));
  assert.ok(kinds.includes("lost"));
});

test("history: a page that is there owes an answer, one that is gone does not", () => {
  const events = [honest(1), send(2)];
  assert.deepEqual(judge(events, everywhere(1)).kinds, ["lost"]);
  assert.equal(judge(events).history.isAnswered("alice"), false);
  const { history, kinds } = judge(events, ended(alice), everywhere(1));
  assert.deepEqual(kinds, []);
  assert.equal(history.isAnswered("alice"), true);
  assert.equal(history.counts().unanswered, 1);
});

test("history: a message without an answer may arrive, once", () => {
  const events = [honest(1), send(2), ended(alice), received(2)];
  const { history, kinds } = judge(events, everywhere(1, 2));
  assert.deepEqual(kinds, []);
  assert.equal(history.counts().unansweredArrived, 1);
  const twice = judge(events, received(2, { id: "other" }), everywhere(1, 2));
  assert.ok(twice.kinds.includes("duplicated"));
});

test("history: what is told twice, or stands twice in a store, is duplicated", () => {
  assert.deepEqual(judge(honest(1), received(1), everywhere(1)).kinds, ["duplicated"]);
  assert.deepEqual(judge(honest(1), listed(alice, [1]), listed(bob, [1, 1])).kinds,
    ["duplicated"]);
  assert.deepEqual(judge(honest(1), listed(alice, [1, 1]), listed(bob, [1])).kinds,
    ["duplicated"]);
});

test("history: a text under two ids is duplicated", () => {
  const { kinds } = judge(opened(alice), opened(bob), send(1), saved(1), received(1, { id: "2" }),
    everywhere(1));
  assert.ok(kinds.includes("duplicated"));
  assert.ok(judge(honest(1), saved(1, "other"), everywhere(1)).kinds.includes("duplicated"));
});

test("history: what is told or stored after a later one is out of order", () => {
  const events = [opened(alice), opened(bob), send(1), saved(1), send(2), saved(2)];
  const told = judge(events, received(2), received(1), everywhere(1, 2));
  assert.deepEqual(told.kinds, ["out of order"]);
  assert.deepEqual(judge(honest(1, 2), listed(alice, [1, 2]), listed(bob, [2, 1])).kinds,
    ["out of order"]);
  assert.deepEqual(judge(honest(1, 2), listed(alice, [2, 1]), listed(bob, [1, 2])).kinds,
    ["out of order"]);
});

test("history: another text, or one from somebody else, is changed", () => {
  const events = [opened(alice), opened(bob), send(1), saved(1)];
  assert.ok(judge(events, received(1, { words: "alice to bob" })).kinds.includes("changed"));
  const forged = { ...received(1), messages: [{ id: "id-1", peer: "CAROL", text: text(1) }] };
  assert.ok(judge(events, forged).kinds.includes("changed"));
  const stored = judge(honest(1), listed(alice, [1], { text: "alice" }), listed(bob, [1]));
  assert.ok(stored.kinds.includes("changed"));
  assert.ok(judge(honest(1), status(9, "sent"), everywhere(1)).kinds.includes("changed"));
});

test("history: a status that goes back is seen, within a page and over pages", () => {
  const later = { ...alice, session: 3 };
  assert.deepEqual(judge(honest(1), status(1, "sent"), everywhere(1)).kinds,
    ["status regression"]);
  assert.deepEqual(judge(honest(1), status(1, "sent", later), everywhere(1)).kinds,
    ["status regression"]);
  const shown = listed(later, [1], { status: "sent" });
  assert.deepEqual(judge(honest(1), shown, everywhere(1)).kinds, ["status regression"]);
});

test("history: late news of a deposed page, and a listing ahead of its news, are no faults", () => {
  const later = { ...alice, session: 3 };
  const events = [opened(alice), opened(bob), send(1), saved(1), received(1)];
  const deposed = [status(1, "delivered", later), status(1, "sent", alice)];
  assert.deepEqual(judge(events, deposed, everywhere(1)).kinds, []);
  const told = (number, session) => ({ ...received(number), session });
  const two = [opened(alice), opened(bob), send(1), saved(1), send(2), saved(2)];
  const confirmed = [status(1, "delivered"), status(2, "delivered"), everywhere(1, 2)];
  assert.deepEqual(judge(two, told(2, 4), told(1, 2), confirmed).kinds, []);
  assert.deepEqual(judge(two, told(2, 2), told(1, 4), confirmed).kinds, ["out of order"]);
  const ahead = [listed(alice, [1]), status(1, "sent"), status(1, "delivered")];
  assert.deepEqual(judge(events, ahead, everywhere(1)).kinds, []);
});

test("history: news can come before the answer that tells its id", () => {
  const events = [opened(alice), opened(bob), send(1), status(1, "sent"), saved(1), received(1)];
  assert.deepEqual(judge(events, status(1, "delivered"), everywhere(1)).kinds, []);
  const back = judge(events, status(1, "pending"), everywhere(1));
  assert.deepEqual(back.kinds, ["status regression"]);
});

test("history: what was called delivered and is not there is a false status", () => {
  const { kinds } = judge(opened(alice), opened(bob), send(1), saved(1), status(1, "delivered"),
    listed(alice, [1]));
  assert.ok(kinds.includes("false status"));
});

test("history: what was refused must not be stored, and nothing may be held", () => {
  const events = [opened(alice), opened(bob), send(1), refused(1, "full")];
  assert.deepEqual(judge(events).kinds, []);
  assert.ok(judge(events, received(1)).kinds.includes("refused"));
  assert.ok(judge(events, listed(alice, [1])).kinds.includes("refused"));
  // A page that closes cannot know what becomes of it.
  const closed = [opened(alice), opened(bob), send(1), refused(1, "closed"), ended(alice)];
  assert.deepEqual(judge(closed, received(1), everywhere(1)).kinds, []);
  assert.ok(judge(honest(1), status(1, "held"), everywhere(1)).kinds.includes("refused"));
});

test("history: an excuse is for one message and one reason, and excuses no second copy", () => {
  const events = [honest(1), send(2), saved(2), send(3), saved(3), excused(2, "evicted")];
  const { history, kinds } = judge(events, everywhere(1));
  assert.deepEqual(kinds, ["lost", "lost"]); // 3, at both ends
  assert.deepEqual(history.counts().excused, { evicted: 1 });
  const arrived = judge(honest(1), excused(1, "evicted"), received(1), everywhere(1));
  assert.deepEqual(arrived.kinds, ["duplicated"]);
  assert.deepEqual(arrived.history.counts().excused, {});
});

test("history: unreadable envelopes and stopped pages are counted", () => {
  const stopped = { ...alice, kind: "stopped", code: "taken_over" };
  const { history } = judge(honest(1), { ...bob, kind: "unreadable" }, stopped, everywhere(1));
  assert.equal(history.counts().unreadable, 1);
  assert.deepEqual(history.counts().stopped, { taken_over: 1 });
});

test("history: of pages that are open at once each is told everything, and once", () => {
  const [one, two] = [3, 4].map((session) => ({ person: "bob", session, isShared: true }));
  const told = (who, number) => ({ ...received(number), ...who });
  const begin = [opened(alice), opened(one), opened(two), send(1), saved(1), send(2), saved(2)];
  // The second page is a little late, and behind in everything.
  const both = [told(one, 1), told(one, 2), told(two, 1), told(two, 2)];
  const end = [status(1, "delivered"), status(2, "delivered"), everywhere(1, 2)];
  assert.deepEqual(judge(begin, both, end).kinds, []);
  assert.deepEqual(judge(begin, both, told(two, 2), end).kinds, ["duplicated"]);
  assert.deepEqual(judge(begin, told(one, 2), told(one, 1), end).kinds, ["out of order"]);

  // Pages that write at once have no order among them; each has its own.
  const [left, right] = [5, 6].map((session) => ({ person: "alice", session, isShared: true }));
  const texts = [send(1, left), send(2, left), send(3, right), [1, 2, 3].map((n) => saved(n))];
  const others = [listed(alice, [3, 1, 2]), listed(bob, [3, 1, 2])];
  const arrive = (...numbers) => numbers.map((number) => received(number));
  const begun = [opened(left), opened(right), opened(bob), texts];
  assert.deepEqual(judge(begun, arrive(3, 1, 2), others).kinds, []);
  assert.deepEqual(judge(begun, arrive(3, 2, 1), others).kinds, ["out of order"]);

  const [first, second] = [3, 4].map((session) => ({ person: "alice", session, isShared: true }));
  const news = [status(1, "delivered", first), status(1, "sent", second)];
  assert.deepEqual(judge(honest(1), news, everywhere(1)).kinds, []);
  assert.deepEqual(
    judge(honest(1), news, status(1, "sent", first), everywhere(1)).kinds, ["status regression"]);
});
