// Directed cases: what lies in the store of somebody who is not there is damaged, or newer than the
// app that opens it.

import assert from "node:assert/strict";

import { until } from "../browser/support/until.mjs";
import { changeFile, readStore } from "./store.mjs";

/** Bytes of a file's header; its version stands after four letters of magic. */
const headerBytes = 56;
const versionAt = 4;

const isJournal = (name) => /^[0-9a-f]{16}\./.test(name);
const isCommit = (name) => /^[0-9a-f]{16}\.commit$/.test(name);

/** Sends one message and waits until it is saved: { id, file }, the commit that it is in. */
async function sendAlone(scene, person, to) {
  for (;;) {
    const before = await readStore(person);
    await person.tab.send([to]);
    await until(`${person.name}'s message is saved`, () => person.isAnswered);
    const after = await readStore(person);
    const files = [...after.files.keys()].filter((name) => !before.files.has(name));
    const { id } = scene.history.sent(person.name, person.lastNumber);
    // A snapshot may be due now, and would hold everything; then the next message will do.
    if (files.length === 1 && isCommit(files[0])) return { id, file: files[0] };
  }
}

/**
 * Somebody writes without a network: one message, one whose file is damaged afterwards, and unless
 * that file is to be the last one, another one. Only what was in the file may be missing then.
 */
async function damage(scene, random, { isLast, change }) {
  const person = random.pick(scene.people);
  const to = random.pick(scene.others(person));
  scene.proxy.cut();
  await until("the link is down", async () =>
    (await person.tab.call("connection")).state !== "online");
  await person.tab.send([to]);
  await until("it is saved", () => person.isAnswered);
  const { id, file } = await sendAlone(scene, person, to);
  if (!isLast) await sendAlone(scene, person, to);

  await person.closeTabs();
  const whole = await readStore(person);
  await change(person, file, whole.size(file));
  const damaged = await readStore(person);
  scene.excuse(person, id, "was in a damaged journal file");
  const tab = await person.newTab();
  const opened = await tab.open("wait");
  assert.equal(opened.quarantined, 1, "the damaged file is reported");
  assert.equal(opened.address, person.address, "the identity is the same");

  scene.proxy.restore();
  await tab.send(scene.others(person));
  await scene.settle();
  const { files } = await readStore(person);
  assert.ok(!files.has(file), "the damaged file is out of the way");
  assert.equal(withoutTime(files.get(`quarantine-${file}`)), withoutTime(damaged.files.get(file)),
    "and kept as it was");
}

/** Setting a file aside writes it under another name, now. */
function withoutTime(print) {
  const { timestamp, ...rest } = JSON.parse(print);
  return JSON.stringify(rest);
}

export const damagedJournals = {
  journal_corrupted: (scene, random) =>
    damage(scene, random, {
      isLast: false,
      change: (person, file, size) => changeFile(person, file, {
        at: random.between(headerBytes, size - 1), mask: [1 << random.below(8)],
      }),
    }),

  journal_truncated: (scene, random) =>
    damage(scene, random, {
      isLast: true,
      change: (person, file, size) => changeFile(person, file, { length: random.below(size) }),
    }),

  /** An older app meets the journal of a newer one: it refuses, and leaves it as it is. */
  async journal_newer(scene, random) {
    const person = random.pick(scene.people);
    await person.closeTabs();
    const before = await readStore(person);
    const file = random.pick([...before.files.keys()].filter(isJournal));
    const newer = { at: versionAt, mask: [0x00, 0x03] }; // 1 becomes 2, and 2 becomes 1
    await changeFile(person, file, newer);
    const raised = await readStore(person);
    assert.notEqual(raised.files.get(file), before.files.get(file));
    for (let attempt = 0; attempt < 2; ++attempt) {
      const tab = await person.newTab();
      const opened = await tab.open("wait");
      assert.equal(opened.error, "storage_newer", "an older app refuses");
      await person.closeTabs();
      // Except for the fence: whoever reads a store owns it from then on.
      assert.deepEqual((await readStore(person)).files, raised.files, "and changes nothing");
    }
    await changeFile(person, file, newer);
    assert.deepEqual((await readStore(person)).files, before.files);
    const tab = await person.start();
    await tab.send(scene.others(person));
  },
};
