// Directed cases: each happens once in a run, and its outcome is known beforehand.

import assert from "node:assert/strict";

import { until } from "../browser/support/until.mjs";
import { damagedJournals } from "./damaged_journals.mjs";
import { Person } from "./person.mjs";
import { deleteStore } from "./store.mjs";

/** Of a text, in bytes: as long as is useful to fill a store with. */
const textSize = 30_000;
/** What is left for a store that is to become full: its opening writes, too. */
const roomBytes = 200_000;

/** What a person's page has told about its storage since event number `from`. */
function storageNews({ events }, { name }, from) {
  return events.slice(from).filter(({ kind, person }) => kind === "storage" && person === name);
}

/** Runs in the worker: the next puts fail, each in one of the two ways in which a put can. */
function failPuts(count) {
  const { put } = IDBObjectStore.prototype;
  let left = count;
  IDBObjectStore.prototype.put = function(...parameters) {
    if (left === 0) {
      IDBObjectStore.prototype.put = put;
      return put.apply(this, parameters);
    }
    left -= 1;
    if (left % 2 === 0) throw new DOMException("planted", "UnknownError");
    const request = put.apply(this, parameters);
    this.transaction.abort();
    return request;
  };
}

/** Somebody's store fails, and works again after `repair`; meanwhile nothing is called saved. */
async function failingStore(scene, person, error, repair) {
  const { tab } = person;
  const from = scene.events.length;
  const isTold = () => storageNews(scene, person, from).some((news) => news.error === error);
  // As many as it takes: a quota is not a number of bytes that anybody could know beforehand.
  await until(`${person.name} is told`, async () => {
    await tab.send(scene.others(person), textSize);
    await until("an answer, or news", () => isTold() || person.isAnswered);
    return isTold();
  });
  await repair();
  await until(`${person.name} is told that all is well`, async () => {
    await tab.call("wake");
    return storageNews(scene, person, from).at(-1).error === undefined;
  });
  const [failed] = storageNews(scene, person, from);
  const well = storageNews(scene, person, from).at(-1);
  const between = scene.events.slice(scene.events.indexOf(failed), scene.events.indexOf(well));
  assert.ok(!between.some(({ kind, person: of }) => kind === "saved" && of === person.name),
    "what is not stored is not called saved");
  await until("what waited is saved", () => person.isAnswered);
  await tab.send(scene.others(person));
}

export const directedCases = {
  ...damagedJournals,

  async put_fails(scene, random) {
    const person = random.pick(scene.people.filter(({ isShared }) => !isShared));
    await person.tab.page.workers()[0].evaluate(failPuts, random.between(1, 4));
    await failingStore(scene, person, "storage_failed", () => undefined);
  },

  /** The browser's room for the page is used up, and then there is some again. */
  async quota_exhausted(scene, random) {
    const person = random.pick(scene.people);
    const { usage } = await person.tab.page.evaluate(() => navigator.storage.estimate());
    // The limit has to be there before the page first stores something.
    await person.close();
    await person.launch();
    const session = await person.context.newCDPSession(person.context.pages()[0]);
    const limit = (quotaSize) => session.send("Storage.overrideQuotaForOrigin",
      { origin: scene.pageUrl, quotaSize });
    await limit(usage + roomBytes);
    await person.start();
    await failingStore(scene, person, "storage_quota", () => limit());
    await session.detach();
  },

  /** The browser has deleted the store of somebody who was away. */
  async store_evicted(scene, random) {
    const person = random.pick(scene.people);
    const others = scene.others(person);
    scene.proxy.cut();
    const from = scene.events.length;
    await person.tab.send(others);
    for (const other of others) await other.tab.send([person]);
    await until("all of it is saved", () =>
      scene.people.every(({ isAnswered }) => isAnswered));
    for (const { kind, person: author, id } of scene.events.slice(from)) {
      if (kind !== "saved") continue;
      scene.excuse(person, id, author === person.name
        ? "waited in a store that was evicted" : "was for a device whose store was evicted");
    }
    await person.close();

    // Another identity in the same browser: nobody could take it for the former one, and nobody
    // gets it without being asked.
    const next = new Person(scene.nextName(person), scene, person);
    await next.launch();
    await deleteStore(next);
    const { error } = await (await next.newTab()).open("wait");
    assert.equal(error, "storage_gone");
    await next.closeTabs();
    await next.forget();
    scene.proxy.restore();
    const tab = await next.start();
    assert.notEqual(next.address, person.address, "a fresh identity");
    assert.deepEqual(await tab.call("peers"), [], "which knows nobody");
    scene.people = [...others, next];
    await scene.meet(next, others);
    await tab.send(others);
  },
};
