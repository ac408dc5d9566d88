// What goes wrong at the relay. Each fault breaks something at a random moment; Scene.restore()
// starts the relay again where that did not happen here.

import assert from "node:assert/strict";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

import { until } from "../browser/support/until.mjs";
import { tamper } from "./processes.mjs";

/** How long a relay may take to meet the disk that was prepared for it. */
const noticeMs = 60_000;

/**
 * Tampers with the disk of the relay from a random moment on, and lets everybody write until the
 * relay has ended; resolves with how, and with the events since that moment.
 */
async function endByDisk(scene, random, tampering) {
  await scene.startRelay();
  await scene.moment(random);
  const { relay } = scene;
  const letGo = await tamper(relay.pid, tampering);
  const from = scene.events.length;
  let how;
  relay.ended.then((end) => { how = end; });
  try {
    await until(`${tampering.effect} ends the relay`, async () => {
      // What else goes wrong in this round must not keep everybody from writing to this disk.
      scene.proxy.restore();
      for (const { tab } of scene.people) await tab?.call("wake");
      for (const person of scene.people) await person.tab?.send(scene.others(person));
      await Promise.race([relay.ended, delay(1000, undefined, { ref: false })]);
      return how;
    }, { timeoutMs: noticeMs });
  } finally {
    await letGo();
  }
  return { how, since: scene.events.slice(from) };
}

/**
 * Lets system calls fail. The relay has to give up with an error, and none of the messages that
 * were asked for since may be called sent before it is back.
 */
async function failingDisk(scene, random, tampering) {
  const { how, since } = await endByDisk(scene, random, tampering);
  assert.equal(how.code, 1, `the relay gives up after ${tampering.effect} of ${tampering.calls}`);
  const asked = new Set(since.filter(({ kind }) => kind === "send").map(({ text }) => text));
  const told = new Set(since.filter(({ kind }) => kind === "status").flatMap(({ ids }) => ids));
  for (const { id, text } of scene.history.known()) {
    assert.ok(!(asked.has(text) && told.has(id)), `${text} was not written, and called sent`);
  }
}

export const relayFaults = {
  async relay_killed(scene, random) {
    await scene.startRelay();
    await scene.moment(random);
    await scene.relay.kill();
    // Some notice, some do not; both have to do.
    await scene.moment(random);
  },

  /** Killed by the very call that was to make a commit durable. */
  async relay_killed_in_commit(scene, random) {
    const { how } = await endByDisk(scene, random, {
      calls: "fsync,fdatasync", effect: `signal=KILL:when=${random.between(1, 3)}`,
    });
    assert.equal(how.signal, "SIGKILL");
  },

  async relay_stopped(scene, random) {
    await scene.startRelay();
    await scene.moment(random);
    process.kill(scene.relay.pid, "SIGSTOP");
    await delay(random.between(100, 1500));
    process.kill(scene.relay.pid, "SIGCONT");
  },

  /** Every fsync fails as it does on a dying disk. What was written stays in the kernel's cache. */
  relay_fsync_fails: (scene, random) =>
    failingDisk(scene, random, { calls: "fsync,fdatasync", effect: "error=EIO" }),

  /** Every write to the database fails as it does on a full disk; other files can be written. */
  relay_disk_full: (scene, random) =>
    failingDisk(scene, random, {
      calls: "write,pwrite64",
      effect: "error=ENOSPC",
      paths: ["relay.db", "relay.db-wal"].map((name) => join(scene.directory, name)),
    }),
};
