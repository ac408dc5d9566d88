// What goes wrong in the browser of one person. Scene.restore() opens the profile again.

import assert from "node:assert/strict";

import { until } from "../browser/support/until.mjs";

/** Runs in the worker: resolves when a commit has handed its file to IndexedDB. */
function nextPut() {
  return new Promise((resolve) => {
    const { put } = IDBObjectStore.prototype;
    IDBObjectStore.prototype.put = function(...parameters) {
      IDBObjectStore.prototype.put = put;
      const request = put.apply(this, parameters);
      resolve();
      return request;
    };
  });
}

/** Runs in the worker: nothing else does for so long, as if the tab were frozen. */
function freeze(ms) {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

/** The worker that runs the engine of a tab which has it for itself. */
const workerOf = (tab) => tab.page.workers()[0];

/** Somebody who has the profile open, and writes while the fault happens. */
function someone(scene, random, isFit = () => true) {
  return random.pick(scene.people.filter((person) => person.tab !== undefined && isFit(person)));
}

/** The same, whose tabs do or do not share a worker. */
const sharing = (scene, random) => someone(scene, random, ({ isShared }) => isShared);
const dedicated = (scene, random) => someone(scene, random, ({ isShared }) => !isShared);

/** Opens a second tab, which has to be told that the first one works. */
async function secondTab(scene, person) {
  const second = await person.newTab();
  const opened = await second.open("fail");
  assert.equal(opened?.error, "profile_in_use", `${person.name}'s second tab`);
  return second;
}

/** Both tabs write; the second one takes the profile over and keeps it. */
async function takeOver(scene, random, person, prepare) {
  const first = person.tab;
  const second = await person.newTab();
  await first.send(scene.others(person), random.below(2000));
  await prepare(first);
  const opening = second.open("take");
  // Whoever is deposed may go on asking; what it gets must be true.
  await first.send(scene.others(person));
  const opened = await opening;
  assert.ok(second.isOpened, `${person.name} takes over: ${opened?.error}`);
  await second.send(scene.others(person));
  await until("the first tab knows", () => !first.isOpened, { timeoutMs: 60_000 });
  if (random.below(2) === 0) await person.closeTabs([first]);
}

async function crash(person, tab) {
  const crashed = new Promise((resolve) => tab.page.once("crash", resolve));
  const session = await person.context.newCDPSession(tab.page);
  // The answer never comes.
  session.send("Page.crash").catch(() => undefined);
  await crashed;
}

/** A second tab beside the first one; both write, and then the first one goes by `end`. */
async function beside(scene, random, end) {
  const person = sharing(scene, random);
  const first = person.tab;
  const second = await person.newTab();
  await second.open("fail");
  assert.ok(second.isOpened, `${person.name}'s second tab`);
  const sending = [first, second].map((tab) =>
    tab.send(scene.others(person), random.below(2000)));
  await scene.moment(random);
  await end(person, first);
  await Promise.all(sending);
  assert.ok(second.isOpened, `${person.name}'s second tab goes on`);
  await second.send(scene.others(person));
}

export const browserFaults = {
  async browser_killed(scene, random) {
    const person = someone(scene, random);
    await scene.moment(random);
    await person.kill();
  },

  /** Killed between a commit's put and its end, as far as a message from the worker is quick. */
  async browser_killed_in_commit(scene, random) {
    const person = dedicated(scene, random);
    const put = workerOf(person.tab).evaluate(nextPut);
    await person.tab.send(scene.others(person), random.below(2000));
    await put;
    await person.kill();
  },

  async renderer_crashed(scene, random) {
    const person = someone(scene, random);
    await scene.moment(random);
    await crash(person, person.tab);
  },

  async page_reloaded(scene, random) {
    const person = someone(scene, random);
    const { tab } = person;
    await scene.moment(random);
    tab.end();
    person.tabs = person.tabs.filter((each) => each !== tab);
    const again = await person.load(tab.page);
    await again.open("wait");
  },

  async tab_closed(scene, random) {
    const person = someone(scene, random);
    const { tab } = person;
    await scene.moment(random);
    const sending = tab.send(scene.others(person), random.below(2000));
    await person.closeTabs([tab]);
    await sending;
  },

  /** It is told that the profile is in use, and works once the first one is closed. */
  async second_tab(scene, random) {
    const person = dedicated(scene, random);
    const first = person.tab;
    const second = await secondTab(scene, person);
    await first.send(scene.others(person));
    const waiting = second.open("wait");
    await scene.moment(random);
    await person.closeTabs([first]);
    await waiting;
    assert.ok(second.isOpened, `${person.name}'s second tab goes on`);
    await second.send(scene.others(person));
  },

  first_of_two_tabs_closed: (scene, random) =>
    beside(scene, random, (person, tab) => person.closeTabs([tab])),

  /** The worker was started by that tab, and is likely to crash with it. */
  first_of_two_tabs_crashed: (scene, random) => beside(scene, random, crash),

  async tab_taken_over(scene, random) {
    const person = dedicated(scene, random);
    await takeOver(scene, random, person, () => undefined);
  },

  /** The first tab is frozen with work in its hands, and comes back after it was deposed. */
  async frozen_tab_taken_over(scene, random) {
    const person = dedicated(scene, random);
    await takeOver(scene, random, person, (first) => {
      // Not awaited: it ends when the tab has been deposed for a while.
      workerOf(first).evaluate(freeze, random.between(500, 2000)).catch(() => undefined);
    });
  },
};
