// Goal: a person moves from one Chromium profile to another with passphrase, lock, export and
// import: the whole history comes along, both sides go on conversing, and the old copy is refused.
// Method: the demo by hand in two browser profiles on the disk, with alice in a third browser; the
// backup is a file on the disk in between.

import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";

import { ChatPage } from "./support/chat_page.mjs";
import { startScene } from "./support/chat_scene.mjs";
import { launchProfile, temporaryDirectory } from "./support/chromium.mjs";
import { exposeClient } from "./support/client_page.mjs";
import { until } from "./support/until.mjs";

const passphrase = "a sentence for this browser";
const filePassphrase = "another one for the file";

/** A Chromium profile on the disk, with the page open as bob's; start() again after close(). */
async function chromiumOf(t, scene) {
  const directory = await temporaryDirectory();
  let context;
  const close = async () => {
    await context?.close();
    context = undefined;
  };
  t.after(async () => {
    await close();
    await directory.remove();
  });
  return {
    close,
    async start(options) {
      context = await launchProfile(directory.path);
      return ChatPage.open(context, {
        url: scene.relay.url,
        profile: "bob",
        relay: `ws://127.0.0.1:${scene.proxy.port}/ws`,
        ...options,
      });
    },
  };
}

/** All that a client holds of its one conversation: [{text, outgoing}], oldest first. */
async function history({ page }) {
  await exposeClient(page);
  return page.evaluate(async () => {
    const [{ peer }] = await globalThis.homing.conversations();
    const messages = await globalThis.homing.conversation(peer).messages({ limit: 1000 });
    return messages.map(({ text, outgoing }) => ({ text, outgoing }));
  });
}

test("move: passphrase, lock, export in one Chromium profile, import in another", async (t) => {
  const scene = await startScene(t);
  const alice = (await scene.person("Alice")).chat;
  await alice.ready();
  const oldBrowser = await chromiumOf(t, scene);
  const old = await oldBrowser.start({ name: "Bob", invite: await alice.inviteLink() });
  await old.openConversation("Alice");
  await alice.openConversation("Bob");

  // A history of some length, both ways.
  await exposeClient(old.page);
  await old.page.evaluate(async () => {
    const [{ peer }] = await globalThis.homing.conversations();
    const chat = globalThis.homing.conversation(peer);
    for (let i = 0; i < 150; ++i) await chat.send(`line ${i} of the history`);
  });
  await alice.untilStatus(["line 149 of the history"], "received");
  await alice.send("that was a lot");
  await old.untilStatus(["that was a lot"], "received");

  // Passphrase and lock.
  const { page } = old;
  await page.getByRole("button", { name: "Settings" }).click();
  await page.getByRole("button", { name: "Set a passphrase" }).click();
  await page.getByLabel("New passphrase").fill(passphrase);
  await page.getByLabel("The same again").fill(passphrase);
  await page.getByRole("button", { name: "Set it" }).click();
  await page.getByRole("button", { name: "Lock now" }).click();
  await page.getByLabel("Passphrase", { exact: true }).fill("a wrong one");
  await page.getByRole("button", { name: "Unlock" }).click();
  await page.getByText("This is not the passphrase").waitFor();
  await page.getByLabel("Passphrase", { exact: true }).fill(passphrase);
  await page.getByRole("button", { name: "Unlock" }).click();
  await old.openConversation("Alice");
  const before = await history(old);
  assert.equal(before.length, 151);

  // Export, by hand.
  await page.getByRole("button", { name: "Settings" }).click();
  await page.getByRole("button", { name: "Export" }).click();
  await page.getByLabel("Passphrase of the file").fill(filePassphrase);
  await page.getByLabel("The same again").fill(filePassphrase);
  const downloading = page.waitForEvent("download");
  await page.getByRole("button", { name: "Export", exact: true }).click();
  const download = await downloading;
  const folder = await temporaryDirectory("homing-stick-");
  t.after(folder.remove);
  const file = join(folder.path, download.suggestedFilename());
  await download.saveAs(file);
  await page.getByRole("button", { name: "Close" }).click();
  // The old copy goes on after the export, so that it has told the relay more than the file holds.
  await old.send("written after the export");
  await alice.untilStatus(["written after the export"], "received");
  await oldBrowser.close();

  // Import, by hand, in another browser.
  const newBrowser = await chromiumOf(t, scene);
  const moved = await newBrowser.start();
  await moved.page.getByRole("button", { name: "Import a backup" }).click();
  await moved.page.getByLabel("Backup file").setInputFiles(file);
  await moved.page.getByLabel("Passphrase of the file").fill(filePassphrase);
  await moved.page.getByRole("button", { name: "Import", exact: true }).click();
  await moved.openConversation("Alice");
  assert.deepEqual(await history(moved), before);
  await moved.send("from the new browser");
  await alice.untilStatus(["from the new browser"], "received");
  await alice.send("welcome over there");
  await moved.untilStatus(["welcome over there"], "received");

  // The old one is opened again. It takes nothing, and what is written in it waits.
  const again = await oldBrowser.start();
  await again.page.getByLabel("Passphrase", { exact: true }).fill(passphrase);
  await again.page.getByRole("button", { name: "Unlock" }).click();
  await again.openConversation("Alice");
  await until("the old copy is refused", () => again.page.evaluate(() => {
    const { connection } = document.querySelector("homing-app").client;
    return connection.state === "waiting" && connection.error === "replaced";
  }));
  await again.send("from the old copy");
  await again.untilStatus(["from the old copy"], "pending");
  await moved.untilConnected(true);
  await alice.send("who is there?");
  await moved.untilStatus(["who is there?"], "received");
  await moved.send("me, over here");
  await alice.untilStatus(["me, over here"], "received");
  await moved.untilStatus(["me, over here"], "read");

  assert.deepEqual((await history(alice)).map(({ text }) => text), [
    ...before.map(({ text }) => text), "written after the export", "from the new browser",
    "welcome over there", "who is there?", "me, over here",
  ]);
  assert.ok(!(await history(again)).some(({ text }) => text === "who is there?"));
  for (const chat of [alice, moved, again]) assert.deepEqual(chat.errors, []);
});
