// Goal: the page itself is on the device: it opens without any network, and a newer one is taken
// whole, when nothing waits, and only by the person who uses it.
// Method: the demo page as the relay serves it, and the relay stopped or started with another page.

import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";

import { ChatPage } from "./support/chat_page.mjs";
import { launchBrowser, launchProfile, temporaryDirectory } from "./support/chromium.mjs";
import { makeRevision, revisionOf } from "./support/page_revision.mjs";
import { freePort, startRelay } from "./support/relay.mjs";
import { startTcpProxy } from "./support/tcp_proxy.mjs";
import { until } from "./support/until.mjs";

/** A relay that can be started anew with another page, alice with a browser on disk, and bob. */
async function startStory(t) {
  const undo = [];
  t.after(async () => {
    for (const step of undo.reverse()) await step();
  });
  const directory = await temporaryDirectory("homing-shell-");
  undo.push(directory.remove);
  const profile = await temporaryDirectory();
  undo.push(profile.remove);
  const port = await freePort();
  const parameters = ["--origin", `http://127.0.0.1:${port}`];
  const start = (www) =>
    startRelay({ directory: directory.path, port, parameters, ...(www && { www }) });
  let relay = await start();
  undo.push(() => relay.kill());
  const proxy = await startTcpProxy({ port });
  undo.push(() => proxy.stop());
  const browser = await launchBrowser();
  undo.push(() => browser.close());
  let context;
  undo.push(() => context?.close());
  const where = { url: relay.url, relay: `ws://127.0.0.1:${proxy.port}/ws` };

  const story = {
    proxy,
    directory: directory.path,
    async openAlice(options) {
      await context?.close();
      context = await launchProfile(profile.path, { viewport: { width: 1000, height: 700 } });
      story.alice = await ChatPage.open(context, { ...where, profile: "alice", ...options });
      await story.alice.ready();
      return story.alice;
    },
    stopRelay: () => relay.stop(),
    async startRelay(www) { relay = await start(www); },
  };
  await story.openAlice({ name: "Alice" });
  story.bob = await ChatPage.open(await browser.newContext(), {
    ...where, profile: "bob", name: "Bob", invite: await story.alice.inviteLink(),
  });
  await story.bob.openConversation("Alice");
  await story.alice.openConversation("Bob");
  await untilKept(story.alice.page);
  return story;
}

/** Until the page is on the device. */
function untilKept(page) {
  return page.evaluate(async () => void await navigator.serviceWorker.ready);
}

/** Looks for a newer page now, and resolves with whether it came to be installed. */
function update(page) {
  return page.evaluate(async () => {
    const registration = await navigator.serviceWorker.ready;
    await registration.update();
    const worker = registration.installing ?? registration.waiting;
    if (worker === null) return false;
    while (worker.state === "installing") {
      await new Promise((resolve) => {
        worker.addEventListener("statechange", resolve, { once: true });
      });
    }
    return worker.state === "installed";
  });
}

/** The pauses between attempts are not what these tests are about. */
async function tryNow(...chats) {
  for (const { page } of chats) {
    await page.evaluate(() => document.querySelector("homing-app").client.tryNow());
  }
}

const banner = (chat) => chat.page.locator("homing-update-banner [data-update]");

test("page: opens from cold without any network, and takes messages", async (t) => {
  const story = await startStory(t);
  await story.alice.send("before the tunnel");
  await story.alice.untilStatus(["before the tunnel"], "read");
  await story.stopRelay();

  const alice = await story.openAlice();
  await alice.openConversation("Bob");
  assert.deepEqual((await alice.messages()).map(({ text }) => text), ["before the tunnel"]);
  await alice.send("in the tunnel");
  assert.equal((await alice.messages()).at(-1).status, "pending");
  // What a page fetches only when it is needed is there, too.
  await alice.page.getByRole("button", { name: "Invite", exact: true }).click();
  await alice.page.locator("homing-qr-code svg").waitFor();
  assert.deepEqual((await alice.seen()).violations, []);
  assert.deepEqual(alice.errors, []);

  await story.startRelay();
  await alice.page.keyboard.press("Escape");
  await tryNow(alice, story.bob);
  await alice.untilStatus(["in the tunnel"], "read", { timeoutMs: 90_000 });
});

test("page: a newer one waits until nothing waits, and is never forced", async (t) => {
  const story = await startStory(t);
  const { alice, bob, proxy } = story;
  const next = join(story.directory, "next");
  await makeRevision(next, "aaaaaaaaaaaaaaaa");
  await story.stopRelay();
  proxy.cut();
  await alice.send("not sent yet");
  await story.startRelay(next);

  assert.equal(await update(alice.page), true);
  assert.equal(await banner(alice).count(), 0, "offered while a message waits");
  proxy.restore();
  await tryNow(alice, bob);
  await alice.untilStatus(["not sent yet"], "read", { timeoutMs: 90_000 });
  await banner(alice).waitFor();
  // Nor while something is being written.
  await alice.page.getByLabel("Message", { exact: true }).fill("half a sente");
  await banner(alice).waitFor({ state: "detached" });
  await alice.page.getByLabel("Message", { exact: true }).fill("");
  await banner(alice).waitFor();
  assert.equal(await revisionOf(alice.page), "first");

  await alice.page.getByRole("button", { name: "Update", exact: true }).click();
  await until("the newer page is there", async () =>
    await revisionOf(alice.page).catch(() => "") === "aaaaaaaaaaaaaaaa");
  await alice.openConversation("Bob");
  await alice.send("with the newer one");
  await alice.untilStatus(["not sent yet", "with the newer one"], "read", { timeoutMs: 90_000 });
  assert.deepEqual((await bob.messages()).map(({ text }) => text),
    ["not sent yet", "with the newer one"]);
  assert.equal(await banner(alice).count(), 0);
});

test("page: half of a deployment is not taken", async (t) => {
  const story = await startStory(t);
  const half = join(story.directory, "half");
  await makeRevision(half, "bbbbbbbbbbbbbbbb", { isHalf: true });
  await story.stopRelay();
  await story.startRelay(half);

  assert.equal(await update(story.alice.page), false);
  await story.stopRelay();
  const alice = await story.openAlice();
  assert.equal(await revisionOf(alice.page), "first");
  await story.startRelay();
});

test("page: says what it is to whoever installs it", async (t) => {
  const story = await startStory(t);
  const { page } = story.alice;
  const session = await page.context().newCDPSession(page);
  const { errors, url } = await session.send("Page.getAppManifest");
  assert.deepEqual(errors, []);
  assert.match(url, /manifest\.webmanifest$/);
  const { installabilityErrors } = await session.send("Page.getInstallabilityErrors");
  // Headless browsers install nothing.
  const reasons = installabilityErrors.map(({ errorId }) => errorId);
  assert.deepEqual(reasons.filter((reason) => reason !== "in-incognito"), []);
});
