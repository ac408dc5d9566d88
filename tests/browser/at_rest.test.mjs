// Goal: what lies on the disk does not hold the journal key or a text; the key that seals it comes
// back after a restart and cannot be read out; and a store whose key is gone is left as it is.
// Method: homing.mjs in headless Chromium, on a profile on the disk where it is started again; the
// database is read and spoiled by scripts of the same origin, the profile's files by the test.

import assert from "node:assert/strict";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { launchProfile, temporaryDirectory } from "./support/chromium.mjs";
import { serveProbes } from "./support/idbfs_harness.mjs";
import { findLeaks } from "./support/leak_search.mjs";

const text = "meet me at the harbour at nine";
// Nothing listens there; all of this needs no network.
const relay = "ws://127.0.0.1:9/ws";

let server;
before(async () => { server = await serveProbes(); });
after(() => server?.close());

/** A browser with a profile of its own on the disk. */
async function startBrowser(t) {
  const directory = await temporaryDirectory();
  let context;
  t.after(async () => {
    await context?.close();
    await directory.remove();
  });
  return {
    directory: directory.path,
    async page() {
      context = await launchProfile(directory.path);
      const page = await context.newPage();
      await page.goto(server.url);
      return page;
    },
    async quit() {
      await context.close();
      context = undefined;
    },
  };
}

/** Opens the profile, writes a text if there is one, and closes it: its address, or its error. */
function visit(page, written) {
  return page.evaluate(async ([url, toWrite]) => {
    const { isOpened, isReply, newId, openHost } = await import("/host_page.mjs");
    const { host, event } = await openHost({ relay: url });
    const first = await event((one) => isOpened(one) || one.type === "stopped");
    if (first.type === "opened" && toWrite !== undefined) {
      const other = await openHost({ relay: url, profile: "other" });
      await other.event(isOpened);
      host.acceptInvite(1, other.host.invite());
      const { peer } = await event(isReply(1));
      host.send(2, peer, toWrite, newId());
      await event(isReply(2));
      other.host.close();
      other.host.delete();
    }
    host.close();
    host.delete();
    return first.type === "opened" ? first.address : first.error;
  }, [relay, written]);
}

const inStore = (page, name, ...parameters) => page.evaluate(async ([call, list]) => {
  const module = await import("/at_rest_page.mjs");
  return module[call](...list);
}, [name, parameters]);

/** Every file of a folder and what is below it. */
function* filesBelow(directory) {
  for (const name of readdirSync(directory)) {
    const path = join(directory, name);
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat?.isDirectory()) yield* filesBelow(path);
    else if (stat?.isFile()) yield path;
  }
}

test("at rest: the sealed key survives a restart, and neither key nor text is on the disk",
  async (t) => {
    const browser = await startBrowser(t);
    let page = await browser.page();
    const address = await visit(page, text);
    assert.match(address, /^[a-z2-7]{52}$/);
    const keyFile = await inStore(page, "openedKeyFile", "alice");
    assert.equal(keyFile.length, 39);
    const journalKey = Buffer.from(keyFile.slice(7));

    const stored = Object.values(await inStore(page, "storedFiles", "alice"));
    assert.ok(stored.length >= 3);
    for (const bytes of stored) {
      assert.deepEqual(findLeaks(Buffer.from(bytes), journalKey), []);
      assert.deepEqual(findLeaks(Buffer.from(bytes), text), []);
    }

    await browser.quit();
    let searched = 0;
    for (const path of filesBelow(join(browser.directory, "Default", "IndexedDB"))) {
      const bytes = readFileSync(path);
      searched += bytes.length;
      assert.deepEqual(findLeaks(bytes, journalKey), [], path);
      assert.deepEqual(findLeaks(bytes, text), [], path);
    }
    assert.ok(searched > 10_000, `${searched} bytes were searched`);

    page = await browser.page();
    assert.equal(await visit(page), address);
  });

test("at rest: the device's key cannot be read out", async (t) => {
  const browser = await startBrowser(t);
  const page = await browser.page();
  await visit(page);
  const found = await page.evaluate(async () => {
    const { deviceKeyOf } = await import("/at_rest_page.mjs");
    const key = await deviceKeyOf("alice");
    const refused = [];
    for (const format of ["raw", "jwk"]) {
      await crypto.subtle.exportKey(format, key).catch((error) => refused.push(error.name));
    }
    return { type: key.type, extractable: key.extractable, usages: [...key.usages], refused };
  });
  assert.deepEqual(found, {
    type: "secret",
    extractable: false,
    usages: ["encrypt", "decrypt"],
    refused: ["InvalidAccessError", "InvalidAccessError"],
  });
});

test("at rest: a key file from before is read, and sealed at that start", async (t) => {
  const browser = await startBrowser(t);
  const page = await browser.page();
  const address = await visit(page, text);
  const keyFile = await inStore(page, "openedKeyFile", "alice");
  await inStore(page, "storeUnsealed", "alice", keyFile);
  await page.reload();
  const before_ = await inStore(page, "storedFiles", "alice");
  assert.deepEqual(before_.key, keyFile);
  assert.equal(await visit(page), address);
  const after_ = await inStore(page, "storedFiles", "alice");
  assert.equal(after_.key[6], 1);
  assert.deepEqual(await inStore(page, "openedKeyFile", "alice"), keyFile);
  delete before_.key;
  delete after_.key;
  assert.deepEqual(after_, before_);
  await page.reload();
  assert.equal(await visit(page), address);
});

test("at rest: sealing a key file from before is tried again after it failed", async (t) => {
  const browser = await startBrowser(t);
  const page = await browser.page();
  const address = await visit(page, text);
  const keyFile = await inStore(page, "openedKeyFile", "alice");
  await inStore(page, "storeUnsealed", "alice", keyFile);
  await page.reload();
  await page.evaluate(() => {
    const { put } = IDBObjectStore.prototype;
    IDBObjectStore.prototype.put = function (value, key) {
      if (String(key).endsWith("/key")) throw new DOMException("full", "QuotaExceededError");
      return put.call(this, value, key);
    };
  });
  assert.equal(await visit(page), address);
  assert.deepEqual((await inStore(page, "storedFiles", "alice")).key, keyFile);
  await page.reload();
  assert.equal(await visit(page), address);
  assert.equal((await inStore(page, "storedFiles", "alice")).key[6], 1);
});

test("at rest: where the browser cannot keep a key, the profile works without", async (t) => {
  const browser = await startBrowser(t);
  const page = await browser.page();
  await page.evaluate(() => {
    crypto.subtle.generateKey = () => Promise.reject(new DOMException("no", "NotSupportedError"));
  });
  const address = await visit(page);
  assert.match(address, /^[a-z2-7]{52}$/);
  assert.equal((await inStore(page, "storedFiles", "alice")).key[6], 0);
  await page.reload();
  assert.equal(await visit(page), address);
  assert.equal((await inStore(page, "storedFiles", "alice")).key[6], 1);
});

test("at rest: a key that is there is used, also when no new one can be made", async (t) => {
  const browser = await startBrowser(t);
  const page = await browser.page();
  const address = await visit(page);
  await page.reload();
  await page.evaluate(() => {
    crypto.subtle.generateKey = () => Promise.reject(new DOMException("no", "NotSupportedError"));
  });
  assert.equal(await visit(page), address);
});

test("at rest: a key file that cannot be stored is told, and nothing has changed", async (t) => {
  const browser = await startBrowser(t);
  const page = await browser.page();
  const address = await visit(page, text);
  await page.reload();
  const before_ = await inStore(page, "storedFiles", "alice");
  const found = await page.evaluate(async (url) => {
    const { isOpened, isReply, openHost } = await import("/host_page.mjs");
    const { host, event } = await openHost({ relay: url });
    await event(isOpened);
    const { put } = IDBObjectStore.prototype;
    IDBObjectStore.prototype.put = () => { throw new DOMException("full", "QuotaExceededError"); };
    const keyFile = host.keyFile();
    host.setKeyFile(7, new Uint8Array(110));
    const { error } = await event(isReply(7));
    IDBObjectStore.prototype.put = put;
    const same = String(host.keyFile()) === String(keyFile);
    host.close();
    host.delete();
    return { error, same };
  }, relay);
  assert.deepEqual(found, { error: "storage_quota", same: true });
  assert.deepEqual(await inStore(page, "storedFiles", "alice"), before_);
  assert.equal(await visit(page), address);
});

test("at rest: the key file and messages are stored one after the other", async (t) => {
  const browser = await startBrowser(t);
  const page = await browser.page();
  const address = await visit(page, text);
  await page.reload();
  const errors = await page.evaluate(async (url) => {
    const { isOpened, isReply, newId, openHost } = await import("/host_page.mjs");
    const { host, event } = await openHost({ relay: url });
    await event(isOpened);
    const [{ peer }] = host.conversations();
    host.send(1, peer, "before", newId());
    host.setKeyFile(2, host.keyFile());
    host.send(3, peer, "between", newId());
    // What it was made of may be out of date when the one before is stored.
    host.setKeyFile(4, host.keyFile());
    await event(isReply(2));
    host.setKeyFile(5, host.keyFile());
    host.send(6, peer, "behind", newId());
    const replies = await Promise.all([1, 2, 3, 4, 5, 6].map((one) => event(isReply(one))));
    host.close();
    host.delete();
    return replies.map(({ error }) => error ?? "");
  }, relay);
  assert.deepEqual(errors, ["", "", "", "not_ready", "", ""]);
  assert.equal(await visit(page), address);
});

for (const [what, spoil] of [
  ["its device's key is gone", (page) => inStore(page, "forgetDeviceKey", "alice")],
  ["its key file was changed", (page) => page.evaluate(async () => {
    const { storedFiles, withStore } = await import("/at_rest_page.mjs");
    const { key } = await storedFiles("alice");
    key[key.length - 1] ^= 1;
    await withStore("alice", "readwrite", async (store) => {
      store.put({ timestamp: new Date(), mode: 0o100600, contents: new Uint8Array(key) },
        "/homing/alice/key");
    });
  })],
]) {
  test(`at rest: a store is refused and left as it is when ${what}`, async (t) => {
    const browser = await startBrowser(t);
    const page = await browser.page();
    await visit(page, text);
    await spoil(page);
    await page.reload();
    const before_ = await inStore(page, "storedFiles", "alice");
    assert.equal(await visit(page), "storage_corrupt");
    assert.deepEqual(await inStore(page, "storedFiles", "alice"), before_);
  });
}
