// Goal: a store that the browser deletes while the app runs is missed: nothing is called saved that
// is not, and the page says so.

import assert from "node:assert/strict";

export const name = "IndexedDB deleted under the running app";

function deleteStore() {
  return new Promise((resolve, reject) => {
    const request = indexedDB.deleteDatabase("/homing/alice");
    request.onsuccess = () => resolve("deleted");
    request.onerror = () => reject(request.error);
    request.onblocked = () => reject(new Error("the app holds on to it"));
  });
}

export async function run(ground) {
  const { alice, bob } = await ground.meet();
  await alice.page.evaluate(deleteStore);
  await alice.page.evaluate((peer) => {
    const { client } = document.querySelector("homing-app");
    globalThis.isSaved = false;
    void client.conversation(peer).send("not to be stored").then(() => {
      globalThis.isSaved = true;
    }, () => undefined);
  }, alice.peer.id);
  await alice.page.find({ css: "[data-storage=storage_failed]" });
  assert.equal(await alice.page.evaluate(() => globalThis.isSaved), false);
  assert.deepEqual((await bob.received()).map(({ text }) => text), ["hello, bob"]);

  // At the next opening the page says that all has gone, before another identity takes its place.
  const before = await alice.address();
  await alice.page.reload();
  await alice.page.find({ css: "[data-failure=storage_gone]" });
  await alice.page.click({ role: "button", name: "Begin anew, as somebody else" });
  await alice.untilOpened();
  assert.notEqual(await alice.address(), before);
}
