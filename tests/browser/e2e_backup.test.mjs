// Goal: a profile that is exported in one browser and imported in another goes on there, and what
// waited arrives once; a backup that is not whole is refused whole, and nothing is overwritten.
// Method: the package in the demo's page, in headless Chromium; backups travel through the test, as
// they would on a stick.

import assert from "node:assert/strict";
import { test } from "node:test";

import { ChatPage } from "./support/chat_page.mjs";
import { startScene } from "./support/chat_scene.mjs";
import { exposeClient, storedFiles } from "./support/client_page.mjs";

const passphrase = "a long sentence";

/** The backup as bytes, its name and type, and what progress was told. */
async function exportProfile(page) {
  const { base64, ...rest } = await page.evaluate(async (given) => {
    const progress = [];
    const file = await globalThis.homing.exportProfile({
      passphrase: given,
      onProgress: ({ done, total }) => progress.push([done, total]),
    });
    const url = await new Promise((resolve) => {
      const reader = new FileReader();
      reader.onload = () => resolve(reader.result);
      reader.readAsDataURL(file);
    });
    return { base64: url.split(",")[1], name: file.name, type: file.type, progress };
  }, passphrase);
  return { bytes: Buffer.from(base64, "base64"), ...rest };
}

/** "done", or the code. */
function importProfile(page, bytes, { profile = "moved", given = passphrase } = {}) {
  return page.evaluate(async ([base64, options]) => {
    const binary = atob(base64);
    const backup = new Blob([Uint8Array.from(binary, (character) => character.charCodeAt(0))]);
    return globalThis.outcome(globalThis.Homing.importProfile(backup, options));
  }, [bytes.toString("base64"), { profile, passphrase: given }]);
}

test("backup: exported in one browser, imported in another, it goes on there", async (t) => {
  const scene = await startScene(t);
  const { alice, bob, contexts: [, bobsContext] } = await scene.meet();
  await bob.send("written before");
  await bob.untilStatus(["written before"], "read");
  scene.proxy.cut();
  await bob.untilConnected(false);
  await bob.send("waiting when it was moved");
  await exposeClient(bob.page);
  const backup = await exportProfile(bob.page);
  assert.match(backup.name, /^homing-\d{4}-\d\d-\d\d\.homing$/);
  assert.equal(backup.type, "application/vnd.homing.backup");
  const [done, total] = backup.progress.at(-1);
  assert.ok(done === total && total > 0);
  const address = await bob.page.evaluate(() => globalThis.homing.address);
  await bobsContext.close();
  scene.proxy.restore();

  // Another browser, which has a profile of another name only.
  const visitor = await scene.person("Visitor");
  await visitor.chat.ready();
  await exposeClient(visitor.chat.page);
  assert.equal(await importProfile(visitor.chat.page, backup.bytes, { profile: "bob" }), "done");
  const moved = await scene.person("Bob", { context: visitor.context });
  await moved.chat.openConversation("Alice");
  assert.equal(await moved.chat.page.evaluate(() =>
    document.querySelector("homing-app").client.address), address);
  await moved.chat.untilStatus(["written before", "waiting when it was moved"], "read");
  await alice.untilStatus(["written before", "waiting when it was moved"], "received");

  await alice.send("welcome over there");
  await moved.chat.untilStatus(["welcome over there"], "received");
  await moved.chat.send("thank you");
  await moved.chat.untilStatus(["thank you"], "read");
  const texts = (await alice.messages()).map(({ text }) => text);
  assert.deepEqual(texts,
    ["written before", "waiting when it was moved", "welcome over there", "thank you"]);
  assert.deepEqual([...alice.errors, ...moved.chat.errors], []);
});

test("backup: exported and imported by hand, with errors that say what is wrong", async (t) => {
  const scene = await startScene(t);
  const { alice, bob } = await scene.meet();
  await alice.send("to be taken along");
  await bob.untilStatus(["to be taken along"], "received");
  const { page } = bob;
  await page.getByRole("button", { name: "Settings" }).click();
  await page.getByRole("button", { name: "Export" }).click();
  await page.getByLabel("Passphrase of the file").fill(passphrase);
  await page.getByLabel("The same again").fill("not the same");
  await page.getByRole("button", { name: "Export", exact: true }).click();
  await page.getByText("These two are not the same").waitFor();
  await page.getByLabel("The same again").fill(passphrase);
  const downloading = page.waitForEvent("download");
  await page.getByRole("button", { name: "Export", exact: true }).click();
  const download = await downloading;
  assert.match(download.suggestedFilename(), /^homing-.*\.homing$/);
  const file = await download.path();
  await page.close();

  const context = await scene.browser.newContext();
  const chat = await ChatPage.open(context, { url: scene.relay.url, profile: "elsewhere" });
  await chat.page.getByRole("button", { name: "Import a backup" }).click();
  await chat.page.getByLabel("Backup file").setInputFiles(file);
  await chat.page.getByLabel("Passphrase of the file").fill("another");
  await chat.page.getByRole("button", { name: "Import", exact: true }).click();
  await chat.page.getByText("This is not the passphrase").waitFor();
  await chat.page.getByLabel("Passphrase of the file").fill(passphrase);
  await chat.page.getByRole("button", { name: "Import", exact: true }).click();
  await chat.openConversation("Alice");
  await chat.untilStatus(["to be taken along"], "received");
  assert.deepEqual([...bob.errors, ...chat.errors], []);
});

test("backup: what is not whole is refused, and nothing is stored", async (t) => {
  const scene = await startScene(t);
  const { bob } = await scene.meet();
  await exposeClient(bob.page);
  const { page } = bob;
  const { bytes } = await exportProfile(page);
  const changed = Buffer.from(bytes);
  changed[bytes.length >> 1] ^= 1;
  assert.equal(await importProfile(page, changed), "backup_damaged");
  assert.equal(await importProfile(page, bytes.subarray(0, bytes.length - 1)), "backup_damaged");
  assert.equal(await importProfile(page, bytes.subarray(0, 20)), "backup_damaged");
  assert.equal(await importProfile(page, Buffer.alloc(0)), "backup_damaged");
  assert.equal(await importProfile(page, Buffer.concat([bytes, bytes])), "backup_damaged");
  assert.equal(await importProfile(page, bytes, { given: "another" }), "wrong_passphrase");
  const newer = Buffer.from(bytes);
  newer[5] = 2;
  assert.equal(await importProfile(page, newer), "unsupported");
  const databases = await page.evaluate(async () =>
    (await indexedDB.databases()).map(({ name }) => name));
  assert.deepEqual(databases.filter((name) => name.endsWith("/moved")), []);
  assert.equal(await importProfile(page, bytes), "done");
});

test("backup: it never goes over a profile", async (t) => {
  const scene = await startScene(t);
  const { bob } = await scene.meet();
  await exposeClient(bob.page);
  const { bytes } = await exportProfile(bob.page);
  assert.equal(await importProfile(bob.page, bytes, { profile: "bob" }), "profile_in_use");
  await bob.page.evaluate(() => globalThis.homing.close());
  const before = await storedFiles(bob.page, "bob");
  assert.equal(await importProfile(bob.page, bytes, { profile: "bob" }), "not_empty");
  assert.deepEqual(await storedFiles(bob.page, "bob"), before);
  assert.equal(await importProfile(bob.page, bytes), "done");
  assert.equal(await importProfile(bob.page, bytes), "not_empty");
});

test("backup: export and import can be given up, with the reason of the signal", async (t) => {
  const scene = await startScene(t);
  const { bob } = await scene.meet();
  await exposeClient(bob.page);
  const outcomes = await bob.page.evaluate(async (given) => {
    const { homing, Homing, outcome } = globalThis;
    const reason = new Error("enough");
    const giveUp = (work) => {
      const controller = new AbortController();
      const result = outcome(work(controller.signal));
      controller.abort(reason);
      return result;
    };
    const backup = await homing.exportProfile({ passphrase: given });
    return [
      await giveUp((signal) => homing.exportProfile({ passphrase: given, signal })),
      await giveUp((signal) =>
        Homing.importProfile(backup, { profile: "moved", passphrase: given, signal })),
      await outcome(Homing.importProfile(backup, { profile: "moved", passphrase: given })),
    ];
  }, passphrase);
  assert.deepEqual(outcomes, ["Error: enough", "Error: enough", "done"]);
});
