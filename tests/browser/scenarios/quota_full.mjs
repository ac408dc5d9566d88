// Goal: without room for it, a message is not called saved, and the page says that it is not; with
// room again it is saved and sent. Method: the browser gives the page little room, and something
// else of the page takes all of it.

import assert from "node:assert/strict";

export const name = "quota full";

const quotaBytes = 10 * 1024 * 1024;

/** Runs in the page: fills what room there is, to the last kilobytes. */
async function fill() {
  async function open() {
    const request = indexedDB.open("filler");
    request.onupgradeneeded = () =>
      request.result.createObjectStore("bytes", { autoIncrement: true });
    return new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
  }
  /** Nothing when it is stored, or the name of the error. */
  function add(database, bytes) {
    const transaction = database.transaction("bytes", "readwrite");
    transaction.objectStore("bytes").add(bytes);
    return new Promise((resolve) => {
      transaction.oncomplete = () => resolve(undefined);
      transaction.onabort = () => resolve(transaction.error?.name ?? "unknown");
    });
  }
  for (let size = 1024 * 1024; size >= 4096; size /= 4) {
    // Firefox closes a connection that has met the quota.
    const database = await open();
    let error;
    while (error === undefined) {
      // Nothing that could be stored in less; and more at once is refused.
      const bytes = new Uint8Array(size);
      for (let at = 0; at < size; at += 65_536) {
        crypto.getRandomValues(bytes.subarray(at, at + 65_536));
      }
      error = await add(database, bytes);
    }
    database.close();
    if (error !== "QuotaExceededError") throw new Error(error);
  }
}

function empty() {
  return new Promise((resolve, reject) => {
    const request = indexedDB.deleteDatabase("filler");
    request.onsuccess = () => resolve("done");
    request.onerror = () => reject(request.error);
  });
}

export async function run(ground) {
  const { alice, bob } = await ground.meet({ quotaBytes });
  await alice.page.evaluate(fill);
  const text = "x".repeat(30_000);
  await alice.page.evaluate(async (peer, long) => {
    const { client } = document.querySelector("homing-app");
    globalThis.saved = 0;
    const conversation = client.conversation(peer);
    for (let number = 1; number <= 5; ++number) {
      void conversation.send(`${number} ${long}`).then(() => { globalThis.saved += 1; });
    }
  }, alice.peer.id, text);
  await alice.page.find({ css: "[data-storage=storage_quota]" });
  const saved = await alice.page.evaluate(() => globalThis.saved);
  assert.ok(saved < 5, `${saved} of 5 were called saved`);

  await alice.page.evaluate(empty);
  await alice.page.waitFor("all is saved", () => globalThis.saved === 5);
  await ground.untilArrived(alice, bob, [1, 2, 3, 4, 5].map((number) => `${number} ${text}`));
  return `${5 - saved} of 5 messages waited for room`;
}
