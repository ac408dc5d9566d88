// Goal: a browser that dies at any step of a change of passphrase leaves the old or the new one,
// never neither; one that dies during an import leaves a whole profile or none.
// Method: the real modules in headless Chromium on a profile on the disk. The page stops within the
// commit's transaction, the browser's process is killed there, and started again.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { browserProcessId, launchProfile, temporaryDirectory } from "./support/chromium.mjs";
import { serveProbes } from "./support/idbfs_harness.mjs";

const text = "written before the crash";
const options = { relay: "ws://127.0.0.1:9/ws", profile: "alice", passphrase: "the old one" };

let server;
before(async () => { server = await serveProbes(); });
after(() => server?.close());

/** A browser that can be killed and started again. */
async function startBrowser(t) {
  const directory = await temporaryDirectory();
  let context;
  t.after(async () => {
    await context?.close();
    await directory.remove();
  });
  async function page() {
    context ??= await launchProfile(directory.path);
    const opened = await context.newPage();
    await opened.goto(server.url);
    return opened;
  }
  return {
    page,
    /** Starts a call of crash_page.mjs, and kills the browser when it has come to its step. */
    async crashIn(call, ...parameters) {
      const opened = await page();
      const processId = await browserProcessId(context);
      const stopped = opened.waitForEvent("console",
        { predicate: (message) => message.text() === "stopped here" });
      const running = inPage(opened, call, ...parameters).then(
        (value) => { throw new Error(`it went on to ${JSON.stringify(value)}`); },
        () => undefined);
      await Promise.race([stopped, running]);
      const closed = new Promise((resolve) => { context.once("close", resolve); });
      process.kill(processId, "SIGKILL");
      await closed;
      await running;
      context = undefined;
    },
  };
}

const inPage = (page, name, ...parameters) => page.evaluate(async ([call, list]) => {
  const module = await import("/crash_page.mjs");
  return module[call](...list);
}, [name, parameters]);

const storedFiles = (page, profile) => page.evaluate(async (name) => {
  const { storedFiles: read } = await import("/at_rest_page.mjs");
  return read(name);
}, profile);

for (const [step, expected] of [
  ["sealing", ["the old one"]],
  ["asked", ["the old one"]],
  ["ordered", ["the old one", "the new one"]],
  ["durable", ["the new one"]],
]) {
  test(`crash: a change of passphrase that dies at "${step}" leaves one of the two`, async (t) => {
    const browser = await startBrowser(t);
    const first = await browser.page();
    assert.equal(await inPage(first, "prepare", options, text), "done");
    const { address } = await inPage(first, "look", options);
    await browser.crashIn("changeUpTo", step, options, "the new one");

    const page = await browser.page();
    const opening = [];
    for (const passphrase of ["the old one", "the new one"]) {
      const found = await inPage(page, "look", { ...options, passphrase });
      if (found.error === undefined) {
        assert.deepEqual(found, { address, texts: [text] });
        opening.push(passphrase);
      } else {
        assert.equal(found.error, "wrong_passphrase");
      }
    }
    assert.equal(opening.length, 1);
    assert.ok(expected.includes(opening[0]), `${opening} opens it`);
  });

  test(`crash: an import that dies at "${step}" leaves a whole profile or none`, async (t) => {
    const browser = await startBrowser(t);
    const first = await browser.page();
    assert.equal(await inPage(first, "prepare", options, text), "done");
    const { address } = await inPage(first, "look", options);
    await browser.crashIn("importUpTo", step, options, "copy");

    const page = await browser.page();
    const stored = await storedFiles(page, "copy");
    const isWhole = Object.keys(stored).length > 0;
    if (step !== "ordered") assert.equal(isWhole, step === "durable");
    const again = await inPage(page, "importUpTo", undefined, options, "copy");
    assert.equal(again, isWhole ? "not_empty" : "done");
    assert.deepEqual(await inPage(page, "look", { ...options, profile: "copy" }),
      { address, texts: [text] });
  });
}
