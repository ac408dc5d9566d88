// Plays the main job of homing in two headless browsers, without a person: see `steps` below.
// Prints each step with the icons on the screen and its time, and writes a picture per step to
// build/demo/. Exits with 1 when a step is not as told. Called by `script/demo --scripted`.

import assert from "node:assert/strict";
import { mkdir, readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { ChatPage } from "./support/chat_page.mjs";
import { browserProcessId, launchProfile, temporaryDirectory } from "./support/chromium.mjs";
import { findLeaks } from "./support/leak_search.mjs";
import { freePort, startRelay } from "./support/relay.mjs";
import { startTcpProxy } from "./support/tcp_proxy.mjs";
import { until } from "./support/until.mjs";
import { captureContents } from "./support/websocket_capture.mjs";

const out = fileURLToPath(new URL("../../build/demo/", import.meta.url));
const viewport = { width: 980, height: 700 };
const isTerminal = process.stdout.isTTY;

const glyphs = {
  pending: "\u{1f552}",
  sent: "\u2713",
  delivered: "\u2713\u2713",
  read: isTerminal ? "\x1b[34m\u2713\u2713\x1b[0m" : "\u2713\u2713(blue)",
};
const greeting = "Hello Bob, can you read this?";
const answer = "Every word, Alice.";
const waiting = [
  "The tunnel is coming, this one waits",
  "So does this one, right behind it",
  "And this is the last of the three",
];
const texts = [greeting, answer, ...waiting];

/** One person: a browser with a profile on disk, which can be killed and started again. */
class Person {
  constructor(name, scene) {
    this.name = name;
    this.scene = scene;
  }

  async start(options = {}) {
    this.directory ??= await temporaryDirectory(`homing-${this.name}-`);
    this.context = await launchProfile(this.directory.path, { viewport });
    const { relay, proxy } = this.scene;
    this.chat = await ChatPage.open(this.context, {
      url: relay.url,
      profile: this.name.toLowerCase(),
      relay: `ws://127.0.0.1:${proxy.port}/ws`,
      ...options,
    });
    await this.chat.ready();
  }

  async kill() {
    const closed = new Promise((resolve) => this.context.once("close", resolve));
    process.kill(await browserProcessId(this.context), "SIGKILL");
    await closed;
    this.context = undefined;
  }

  async close() {
    await this.context?.close();
    this.context = undefined;
  }

  async icons(of = texts) {
    const messages = (await this.chat.messages()).filter(({ outgoing, text }) =>
      outgoing && of.includes(text));
    return messages.map(({ status }) => glyphs[status] ?? status).join(" ");
  }
}

const steps = [
  ["alice and bob meet by an invite link", async ({ alice, bob }) => {
    await alice.start({ name: "Alice" });
    await bob.start({ name: "Bob", invite: await alice.chat.inviteLink() });
    await bob.chat.openConversation("Alice");
    await alice.chat.openConversation("Bob");
    return "alice sees Bob, bob sees Alice";
  }],

  ["a message each way, read", async ({ alice, bob }) => {
    await alice.chat.send(greeting);
    await bob.chat.send(answer);
    await alice.chat.untilStatus([greeting], "read");
    await bob.chat.untilStatus([answer], "read");
    return `alice ${await alice.icons()}   bob ${await bob.icons()}`;
  }],

  ["the link is cut, alice sends three", async ({ alice, proxy }) => {
    proxy.cut();
    await alice.chat.untilConnected(false);
    for (const text of waiting) await alice.chat.send(text);
    return assertWaiting(alice);
  }],

  ["alice reloads; then her browser is SIGKILLed and started again", async ({ alice }) => {
    await alice.chat.reload();
    await alice.chat.openConversation("Bob");
    const reloaded = await assertWaiting(alice);
    await alice.kill();
    await alice.start();
    await alice.chat.openConversation("Bob");
    return `${reloaded}   and after SIGKILL ${await assertWaiting(alice)}`;
  }],

  ["bob's browser is closed, the link returns", async ({ alice, bob, proxy }) => {
    await bob.close();
    proxy.restore();
    await alice.chat.untilStatus(waiting, "sent", { timeoutMs: 90_000 });
    return `alice ${await alice.icons(waiting)}`;
  }],

  ["the relay is SIGKILLed and started again", async (scene) => {
    const { directory, relay, alice } = scene;
    await relay.kill();
    // What was on its disk while the messages waited for bob; later they are deleted there.
    scene.files = await readFiles(directory);
    await alice.chat.untilConnected(false);
    scene.relay = await startScenesRelay(directory, relay.port);
    await alice.chat.untilStatus(waiting, "sent");
    return `alice ${await alice.icons(waiting)}`;
  }],

  ["bob opens: three messages, in order, once; alice sees it", async ({ alice, bob }) => {
    await bob.start();
    await alice.chat.untilStatus(waiting, "delivered", { timeoutMs: 90_000 });
    const delivered = await alice.icons(waiting);
    await alice.chat.page.screenshot({ path: join(out, "step-7-delivered.png") });
    await bob.chat.openConversation("Alice");
    const expected = [greeting, answer, ...waiting];
    await until("bob has all messages", async () =>
      (await bob.chat.messages()).length >= expected.length);
    assert.deepEqual((await bob.chat.messages()).map(({ text }) => text), expected);
    await alice.chat.untilStatus(waiting, "read");
    // Nothing may have arrived a second time while alice was being told.
    assert.deepEqual((await bob.chat.messages()).map(({ text }) => text), expected);
    return `alice ${delivered}   then ${await alice.icons(waiting)}`;
  }],

  ["what the relay stored, logged and was sent holds none of the texts", async (scene) => {
    const { alice, directory, proxy, relay } = scene;
    const ids = (await alice.chat.messages()).filter(({ outgoing }) => outgoing);
    const stopped = await relay.stop();
    assert.deepEqual(stopped, { code: 0, signal: null }, "the relay stops in good order");
    const files = [...scene.files, ...await readFiles(directory)];
    const capture = captureContents(proxy.captured);
    const places = [...files, ...capture.map((bytes) => ["the capture", bytes])];
    for (const [place, bytes] of places) {
      for (const text of texts) {
        assert.deepEqual(findLeaks(bytes, text), [], `"${text}" in ${place}`);
      }
    }
    // The relay does see ids. If the search did not find them, it would have looked nowhere.
    const id = Buffer.from(ids.at(-1).id.replaceAll("-", ""), "hex");
    for (const [what, found] of [
      ["the database", files.some(([, bytes]) => findLeaks(bytes, id).length > 0)],
      ["the capture", capture.some((bytes) => findLeaks(bytes, id).length > 0)],
    ]) assert.ok(found, `the search finds a message's id in ${what}`);
    const size = places.reduce((sum, [, bytes]) => sum + bytes.length, 0);
    return `${files.length} files and ${capture.length / 2} streams, ` +
      `${Math.round(size / 1024)} KiB: none`;
  }],
];

async function assertWaiting(person) {
  const messages = await person.chat.untilStatus(waiting, "pending");
  assert.deepEqual(messages.map(({ text }) => text), waiting, "still in order");
  assert.ok(messages.every(({ icon }) => icon === "waiting"), "the icon says that it waits");
  return `${person.name} ${await person.icons(waiting)}`;
}

function startScenesRelay(directory, port) {
  // The page's WebSocket goes through the proxy, which is another origin for the relay.
  return startRelay({ directory, port, parameters: ["--origin", `http://127.0.0.1:${port}`] });
}

async function readFiles(directory) {
  const names = await readdir(directory);
  return Promise.all(names.map(async (name) => [name, await readFile(join(directory, name))]));
}

async function picture(scene, number) {
  for (const person of [scene.alice, scene.bob]) {
    if (person.context === undefined) continue;
    const path = join(out, `step-${number}-${person.name}.png`);
    await person.chat.page.screenshot({ path });
  }
}

async function prepare() {
  await rm(out, { recursive: true, force: true });
  const directory = join(out, "relay");
  await mkdir(directory, { recursive: true });
  const relay = await startScenesRelay(directory, await freePort());
  const proxy = await startTcpProxy({ port: relay.port }, { capture: true });
  const scene = { directory, relay, proxy };
  scene.alice = new Person("alice", scene);
  scene.bob = new Person("bob", scene);
  return scene;
}

async function clean({ alice, bob, proxy, relay }) {
  await Promise.allSettled([alice.close(), bob.close()]);
  await Promise.allSettled([proxy.stop(), relay.kill()]);
  await Promise.allSettled([alice.directory?.remove(), bob.directory?.remove()]);
}

const scene = await prepare();
let failed = false;
for (const [index, [title, act]] of steps.entries()) {
  const began = performance.now();
  const number = index + 1;
  try {
    const outcome = await act(scene);
    const seconds = ((performance.now() - began) / 1000).toFixed(1);
    console.log(`${number}  ${title}\n   ${outcome}   (${seconds} s)`);
  } catch (error) {
    failed = true;
    console.log(`${number}  ${title}\n   NOT AS TOLD: ${error.message}`);
    for (const { name, chat } of [scene.alice, scene.bob]) {
      for (const line of chat?.errors ?? []) console.log(`   ${name}'s page: ${line}`);
    }
  }
  await picture(scene, number).catch((error) => console.log(`   no picture: ${error.message}`));
  if (failed) break;
}
await clean(scene);
console.log(failed ? "failed" : `all ${steps.length} steps as told; pictures in build/demo/`);
process.exitCode = failed ? 1 : 0;
