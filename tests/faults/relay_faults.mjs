// What goes wrong at the relay. Each fault breaks something at a random moment; Scene.restore()
// starts the relay again where that did not happen here.

import assert from "node:assert/strict";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

import { injectError } from "./processes.mjs";

/** How long a relay may take to notice that its disk fails, once somebody wants to write. */
const noticeMs = 60_000;

/**
 * Lets system calls fail from a random moment on. The relay has to give up with an error, and none
 * of the messages that were asked for after that moment may be called sent before it is back.
 */
async function failingDisk(scene, random, injection) {
  await scene.moment(random);
  const { relay } = scene;
  const letGo = await injectError(relay.pid, injection);
  const from = scene.events.length;
  try {
    for (const person of scene.people) await person.tab?.send(scene.others(person));
    // Somebody who is between two connections would not write for a while.
    await Promise.all(scene.people.map(({ tab }) => tab?.call("wake")));
    const timeout = delay(noticeMs, { code: "still running" }, { ref: false });
    const { code } = await Promise.race([relay.ended, timeout]);
    assert.equal(code, 1, `the relay gives up after ${injection.error} of ${injection.calls}`);
  } finally {
    await letGo();
  }
  const since = scene.events.slice(from);
  const asked = new Set(since.filter(({ kind }) => kind === "send").map(({ text }) => text));
  const told = since.filter(({ kind }) => kind === "status").flatMap(({ ids }) => ids);
  for (const { id, text } of scene.history.known()) {
    assert.ok(!(asked.has(text) && told.includes(id)), `${text} was not written, and called sent`);
  }
}

export const relayFaults = {
  async relay_killed(scene, random) {
    await scene.moment(random);
    await scene.relay.kill();
    // Some notice, some do not; both have to do.
    await scene.moment(random);
  },

  async relay_stopped(scene, random) {
    await scene.moment(random);
    process.kill(scene.relay.pid, "SIGSTOP");
    await delay(random.between(100, 1500));
    process.kill(scene.relay.pid, "SIGCONT");
  },

  /** Every fsync fails as it does on a dying disk. What was written stays in the kernel's cache. */
  relay_fsync_fails: (scene, random) =>
    failingDisk(scene, random, { calls: "fsync,fdatasync", error: "EIO" }),

  /** Every write to the database fails as it does on a full disk; other files can be written. */
  relay_disk_full: (scene, random) =>
    failingDisk(scene, random, {
      calls: "write,pwrite64",
      error: "ENOSPC",
      paths: ["relay.db", "relay.db-wal"].map((name) => join(scene.directory, name)),
    }),
};
