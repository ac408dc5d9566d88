// A person: a browser with a profile on disk, and pages of the test in it. Whatever the pages tell
// goes into the log of the run.

import {
  browserProcessId,
  launchProfile,
  temporaryDirectory,
} from "../browser/support/chromium.mjs";
import { until } from "../browser/support/until.mjs";
import { killTree } from "./processes.mjs";

/** One opening of the page. What it was asked when it went away has no answer. */
export class Tab {
  constructor(person, page, session) {
    this.person = person;
    this.page = page;
    this.session = session;
    page.on("close", () => this.end());
    page.on("crash", () => this.end());
    page.on("framenavigated", (frame) => {
      if (frame === page.mainFrame() && this.isOpened) this.end();
    });
  }

  isOpened = false;
  isEnded = false;

  end() {
    if (this.isEnded) return;
    this.isEnded = true;
    this.isOpened = false;
    this.record({ kind: "ended" });
  }

  record(event) {
    this.person.record({ session: this.session, ...event });
    if (event.kind === "stopped") this.isOpened = false;
  }

  /** Calls a method of the page's `client`. Undefined if the page went away meanwhile. */
  async call(name, ...parameters) {
    try {
      return await this.page.evaluate(
        ([method, list]) => globalThis.client[method](...list), [name, parameters]);
    } catch (error) {
      // A crash fails the call before it is told.
      const isGone = until("the page is gone", () => this.isEnded, { timeoutMs: 2000 });
      if (await isGone.catch(() => false)) return undefined;
      throw error;
    }
  }

  async open(whenInUse) {
    const opened = await this.call("open", {
      relay: this.person.scene.relayUrl, profile: this.person.profile, whenInUse,
    });
    this.isOpened = opened?.address !== undefined && !this.isEnded;
    if (!this.isOpened) return opened;
    this.person.address = opened.address;
    await this.call("list");
    return opened;
  }

  /** Asks for a message to each of `people`, all at once; nobody waits for what becomes of them. */
  send(people, size = 0) {
    const texts = people.map((to) => {
      const number = ++this.person.lastNumber;
      const text = `${this.person.name} to ${to.name}, number ${number} ${"x".repeat(size)}`;
      this.record({ kind: "send", number, to: to.name, text });
      return { number, address: to.address, text };
    });
    return this.call("send", texts);
  }
}

export class Person {
  lastNumber = 0;
  address = undefined;
  context = undefined;
  tabs = [];

  /**
   * `name` is of the identity, `profile` of the store. `isShared`: all tabs share one worker, as
   * they do unless the browser has no such workers.
   */
  constructor(name, scene, { profile = name, isShared = false, directory } = {}) {
    this.name = name;
    this.profile = profile;
    this.isShared = isShared;
    this.scene = scene;
    this.directory = directory;
  }

  record(event) {
    this.scene.record({ person: this.name, isShared: this.isShared, ...event });
  }

  /** Whether everything that was asked of the pages that are open has an answer. */
  get isAnswered() {
    return this.scene.history.isAnswered(this.name);
  }

  /** The tab that has the profile open, if there is one. */
  get tab() {
    return this.tabs.findLast((tab) => tab.isOpened);
  }

  async launch() {
    this.directory ??= await temporaryDirectory(`homing-faults-${this.profile}-`);
    this.context = await launchProfile(this.directory.path);
    this.processId = await browserProcessId(this.context);
    if (!this.isShared) {
      await this.context.addInitScript(() => { delete globalThis.SharedWorker; });
    }
    await this.context.exposeBinding("record", ({ page }, event) => {
      this.tabs.findLast((tab) => tab.page === page)?.record(event);
    });
  }

  /** A tab with the test's page, which has not opened the profile. */
  async newTab() {
    return this.load(await this.context.newPage());
  }

  /** The same in a page that is there, which is left by what was in it. */
  async load(page) {
    await page.goto(this.scene.pageUrl);
    await page.waitForFunction(() => globalThis.isReady);
    const tab = new Tab(this, page, this.scene.nextSession());
    this.tabs.push(tab);
    return tab;
  }

  /** Whatever happened before: the browser runs and one tab has the profile open. */
  async start() {
    if (this.context === undefined) await this.launch();
    if (this.tab !== undefined) return this.tab;
    await this.closeTabs();
    const tab = await this.newTab();
    const opened = await tab.open("wait");
    if (!tab.isOpened) throw new Error(`${this.name} cannot open: ${opened?.error}`);
    return tab;
  }

  /** Agrees to begin anew where the browser has deleted the store. */
  async forget() {
    const tab = await this.newTab();
    await tab.page.evaluate((note) => localStorage.removeItem(note), `homing:${this.profile}`);
    await this.closeTabs();
  }

  async closeTabs(tabs = [...this.tabs]) {
    this.tabs = this.tabs.filter((tab) => !tabs.includes(tab));
    for (const tab of tabs) {
      tab.end();
      await tab.page.close();
    }
  }

  #gone() {
    for (const tab of this.tabs) tab.end();
    this.tabs = [];
    this.context = undefined;
  }

  async kill() {
    const { context } = this;
    const closed = new Promise((resolve) => context.once("close", resolve));
    await killTree(this.processId);
    await closed;
    this.#gone();
  }

  async close() {
    await this.context?.close();
    this.#gone();
  }

  /** Runs a function in a page of the same origin that has no profile open. */
  async inBlankPage(work, argument) {
    const page = await this.context.newPage();
    try {
      await page.goto(`${this.scene.pageUrl}/blank.html`);
      return await page.evaluate(work, argument);
    } finally {
      await page.close();
    }
  }
}
