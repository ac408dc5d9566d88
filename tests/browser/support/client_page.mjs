// The package as an embedding page uses it, reached through the demo's client; and the store as any
// script of the origin sees it.

/** In the page: `homing` (the client), `Homing` (its class), and `outcome(promise)`: its value, or
 * the code of what it was rejected with. */
export async function exposeClient(page) {
  await page.evaluate(() => {
    const { client } = document.querySelector("homing-app");
    globalThis.homing = client;
    globalThis.Homing = client.constructor;
    globalThis.outcome = (promise) =>
      promise.then((value) => value ?? "done", (error) => error.code ?? String(error));
  });
}

/** The files of a profile's store: { path: bytes as an array }. */
export function storedFiles(page, profile) {
  return page.evaluate(async (name) => {
    const request = indexedDB.open(`/homing/${name}`);
    const database = await new Promise((resolve) => {
      request.onsuccess = () => resolve(request.result);
    });
    const files = {};
    const store = database.transaction(["FILE_DATA"]).objectStore("FILE_DATA");
    await new Promise((resolve) => {
      store.openCursor().onsuccess = ({ target: { result: cursor } }) => {
        if (cursor === null) {
          resolve();
          return;
        }
        if (cursor.value.contents) files[cursor.key] = Array.from(cursor.value.contents);
        cursor.continue();
      };
    });
    database.close();
    return files;
  }, profile);
}
