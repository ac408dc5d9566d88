// What a scenario stands on: a relay on a file, a proxy between it and alice, and a browser of one
// engine, with a profile on disk, in which alice and bob have a page each.

import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";

import { isAlive } from "../../faults/processes.mjs";
import { within } from "../engines/driver.mjs";
import { temporaryDirectory } from "./chromium.mjs";
import { GroundPerson } from "./ground_person.mjs";
import { moveClocks, scriptsWithMovableClock } from "./movable_clock.mjs";
import { startPortal } from "./portal.mjs";
import { freePort, pageDirectory, startRelay } from "./relay.mjs";
import { serve } from "./static_server.mjs";
import { startTcpProxy } from "./tcp_proxy.mjs";
import { until } from "./until.mjs";

const launchMs = 60_000;

export class Ground {
  people = [];
  #undo = [];

  /** `folder`: for what helps to understand a failure. */
  constructor(engine, folder) {
    this.engine = engine;
    this.folder = folder;
  }

  /**
   * alice and bob, who have met and written to each other. Only alice is behind the proxy.
   * `hasMovableClock`: for moveClocks(). `quotaBytes`: the room for the page in the browser.
   */
  async meet({ hasMovableClock = false, quotaBytes } = {}) {
    await mkdir(this.folder, { recursive: true });
    this.relayPort = await freePort();
    this.pageUrl = `http://127.0.0.1:${this.relayPort}`;
    if (hasMovableClock) await this.#servePage();
    this.#undo.push(() => this.relay?.kill());
    await this.startRelay();
    this.proxy = await startTcpProxy({ port: this.relayPort });
    this.#undo.push(() => this.proxy.stop());
    this.profile = await temporaryDirectory("homing-scenario-");
    this.#undo.push(() => this.profile.remove());
    this.launchOptions = { quotaBytes, origin: this.pageUrl };
    this.#undo.push(() => this.#closeBrowser());
    await this.startBrowser();

    const alice = this.#person("Alice", this.proxy.port);
    const bob = this.#person("Bob", this.relayPort);
    await alice.open(this.browser);
    // Before she has told the relay her prekeys, bob's introduction would wait half a minute.
    await alice.untilConnected();
    await bob.open(this.browser, `#invite=${await alice.ask((client) => client.invite())}`);
    alice.peer = { name: "Bob", id: await bob.address() };
    bob.peer = { name: "Alice", id: await alice.address() };
    // Somebody who has not been online yet cannot be written to; then alice hears of bob.
    await alice.page.find({ css: "[data-peer]" });
    await this.exchange(alice, bob, ["hello, bob"]);
    await this.exchange(bob, alice, ["hello, alice"]);
    await alice.openConversation();
    return { alice, bob };
  }

  /** Sends, and waits for it to be delivered. */
  async exchange(from, to, texts) {
    await from.send(texts);
    await this.untilArrived(from, to, texts);
  }

  /** Waits for these, sent already, to be delivered; all of it in the order of sending, once. */
  async untilArrived(from, to, texts, timeoutMs) {
    await from.untilStatus(texts, "delivered", timeoutMs);
    const sent = (await from.sent()).map(({ text }) => text);
    const received = (await to.received()).map(({ text }) => text);
    assert.deepEqual(received, sent, `what ${to.name} received, and ${from.name} sent`);
    assert.deepEqual(sent.slice(-texts.length), texts, `what ${from.name} sent last`);
  }

  #person(name, port) {
    const query = new URLSearchParams({
      profile: name.toLowerCase(), name, relay: `ws://127.0.0.1:${port}/ws`,
    });
    const person = new GroundPerson(name, `${this.pageUrl}/?${query}`);
    this.people.push(person);
    return person;
  }

  async #servePage() {
    const server = await serve({
      directories: [pageDirectory], files: await scriptsWithMovableClock(pageDirectory),
    });
    this.#undo.push(() => server.close());
    this.pageUrl = server.url;
  }

  /** Moves the clocks of all pages and workers: { wall, monotonic }, in milliseconds. */
  moveClocks(by) {
    // Everybody's engine runs in a worker of theirs.
    return this.people[0].page.evaluate(moveClocks, by, this.people.length);
  }

  async startRelay() {
    this.relay = await startRelay({
      directory: this.folder,
      port: this.relayPort,
      // The proxy is another origin than the page's.
      parameters: ["--origin", this.pageUrl],
    });
  }

  /** Another relay, which does not take the page's origin. */
  async startRelayThatRefuses() {
    const directory = await temporaryDirectory("homing-other-relay-");
    this.#undo.push(() => directory.remove());
    const relay = await startRelay({ directory: directory.path });
    this.#undo.push(() => relay.kill());
    return relay;
  }

  /** Something on the way to the relay that pretends to be the whole network. */
  async startPortal() {
    const portal = await startPortal();
    this.#undo.push(() => portal.stop());
    return portal;
  }

  async startBrowser() {
    const launching = this.engine.launch(this.profile.path, this.launchOptions);
    try {
      this.browser = await within(launchMs, `${this.engine.name} starts`, launching);
    } catch (error) {
      // One that comes too late must not stay.
      launching.then((late) => late.kill(), () => undefined);
      throw error;
    }
  }

  async killBrowser() {
    const { browser } = this;
    this.browser = undefined;
    await browser.kill();
  }

  async #closeBrowser() {
    if (this.browser === undefined) return;
    const pids = this.browser.pids();
    await within(launchMs, `${this.engine.name} ends`, this.browser.close())
      .catch(() => this.browser.kill());
    await until(`the processes of ${this.engine.name} are gone`, () => !pids.some(isAlive));
  }

  /** What holds at the end of every scenario. */
  async assertNothingWentWrong() {
    for (const person of this.people) {
      assert.deepEqual(await person.wentWrong(), [], `went wrong in ${person.name}'s page`);
    }
  }

  /** Pictures of the pages, as far as there are any. */
  async takePictures() {
    for (const { name, page } of this.people) {
      await page?.screenshot(join(this.folder, `${name}.png`)).catch(() => undefined);
    }
  }

  /** Ends everything, from the last to the first. */
  async end() {
    const errors = [];
    for (const step of this.#undo.splice(0).reverse()) {
      try {
        await step();
      } catch (error) {
        errors.push(error);
      }
    }
    if (errors.length > 0) throw errors[0];
  }
}
