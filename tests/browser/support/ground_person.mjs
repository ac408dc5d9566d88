// Somebody who uses the demo page in a browser of any engine (engines/driver.mjs).

import { until } from "./until.mjs";

/**
 * Runs in the page: what it says of its connection, first the state at this moment, and what it
 * must not say.
 */
function watchPage() {
  const { client } = document.querySelector("homing-app");
  const told = [{ at: performance.now(), state: client.connection.state }];
  client.addEventListener("connection", ({ detail: { state } }) => {
    told.push({ at: performance.now(), state });
  });
  globalThis.toldOfConnection = told;
  const wrong = [];
  addEventListener("error", ({ message }) => wrong.push(message));
  addEventListener("unhandledrejection", ({ reason }) => wrong.push(String(reason)));
  addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI }) => {
    wrong.push(`${violatedDirective} ${blockedURI}`);
  });
  globalThis.wentWrong = wrong;
}

/** Runs in the page: the messages with somebody, oldest first. */
async function readMessages(peer) {
  const { client } = document.querySelector("homing-app");
  const messages = await client.conversation(peer).messages({ limit: Infinity });
  return messages.map(({ outgoing, status, text, time }) => ({ outgoing, status, text, time }));
}

/** How far a status has come; what has come further has come that far, too. */
const steps = ["pending", "sent", "delivered", "read"];

export class GroundPerson {
  /** Who they write with: set when they have met. */
  peer = undefined;

  /** `url`: of the page, with what it is to know. */
  constructor(name, url) {
    this.name = name;
    this.url = url;
  }

  /** Opens the page, also another time after the browser has ended. */
  async open(browser, fragment = "") {
    this.page = await browser.open(this.url + fragment);
    await this.untilOpened();
  }

  async reload() {
    await this.page.reload();
    await this.untilOpened();
  }

  /** Another tab of theirs. */
  async openAgain(browser) {
    const again = new GroundPerson(this.name, this.url);
    again.peer = this.peer;
    await again.open(browser);
    return again;
  }

  /** Until the page is on the device; false where browsers have no service workers. */
  untilKept() {
    return this.page.evaluate(async () => {
      if (navigator.serviceWorker === undefined) return false;
      await navigator.serviceWorker.ready;
      return true;
    });
  }

  async untilOpened() {
    await this.page.waitFor(`${this.name}'s profile is open`, () =>
      document.querySelector("homing-app")?.client !== undefined);
    await this.page.evaluate(watchPage);
  }

  /** Runs a function in the page: its first parameter is the client, then come these. */
  ask(work, ...parameters) {
    return this.page.evaluate(
      `(...list) => (${work})(document.querySelector("homing-app").client, ...list)`,
      ...parameters);
  }

  address() {
    return this.ask((client) => client.address);
  }

  /** Opens the conversation with their peer on the screen. */
  async openConversation() {
    const { name } = this.peer;
    await until(`${this.name} has the conversation with ${name} open`, async () => {
      if (await this.page.has({ role: "heading", name })) return true;
      // A banner that comes just now can push the line away from below the pointer.
      await this.page.click({ css: "[data-peer]" });
      return false;
    });
  }

  /** Writes as a person does, and waits until the bubble is there, which is when it is stored. */
  async write(text) {
    await this.page.fill({ role: "textbox", name: "Message" }, text);
    await this.page.pressKey("Enter");
    await until(`"${text}" is stored`, async () =>
      (await this.sent()).some((message) => message.text === text));
  }

  /** Sends all of these at once; resolves when they are saved on the device. */
  async send(texts) {
    await this.ask(async (client, peer, list) => {
      const conversation = client.conversation(peer);
      await Promise.all(list.map((text) => conversation.send(text)));
    }, this.peer.id, texts);
  }

  messages() {
    return this.page.evaluate(readMessages, this.peer.id);
  }

  async sent() {
    return (await this.messages()).filter(({ outgoing }) => outgoing);
  }

  async received() {
    return (await this.messages()).filter(({ outgoing }) => !outgoing);
  }

  /** Waits until these texts have come this far, or further. */
  untilStatus(texts, status, timeoutMs = 60_000) {
    return until(`${this.name}'s ${texts.length} messages are ${status}`, async () => {
      const reached = new Set((await this.sent())
        .filter((message) => steps.indexOf(message.status) >= steps.indexOf(status))
        .map(({ text }) => text));
      return texts.every((text) => reached.has(text));
    }, { timeoutMs });
  }

  /** Waits until the icons on the screen beside these texts say so. */
  untilIcons(texts, status) {
    return this.page.waitFor(`icons of ${this.name} are ${status}`, (list, wanted) => {
      const shown = new Map();
      const search = (root) => {
        for (const element of root.querySelectorAll("*")) {
          const text = element.shadowRoot?.querySelector(".text")?.textContent;
          if (element.localName === "homing-message-bubble") {
            shown.set(text, element.dataset.status);
          } else if (element.shadowRoot !== null) {
            search(element.shadowRoot);
          }
        }
      };
      search(document);
      return list.every((text) => shown.get(text) === wanted);
    }, [texts, status]);
  }

  /** The clock of the page, for untilDisconnected(). */
  now() {
    return this.page.evaluate(() => performance.now());
  }

  async untilConnected(timeoutMs = 60_000) {
    await until(`${this.name} is connected`, async () =>
      (await this.ask((client) => client.connection.state)) === "online", { timeoutMs });
  }

  /** Waits until the page says that it has no connection; returns how long after `since`, in ms. */
  async untilDisconnected(since, timeoutMs = 60_000) {
    const at = await this.page.waitFor(`${this.name} is disconnected`, (from) =>
      globalThis.toldOfConnection.find(({ at: time, state }) => time >= from && state !== "online")
        ?.at, [since], { timeoutMs });
    return at - since;
  }

  /** What the page has said of its connection since then. */
  statesSince(since) {
    return this.page.evaluate((from) => globalThis.toldOfConnection
      .filter(({ at }) => at >= from).map(({ state }) => state), since);
  }

  /** Errors that nobody has caught, and violations of the content security policy. */
  wentWrong() {
    return this.page.evaluate(() => globalThis.wentWrong);
  }

  /** What the browser says when a network is there again, or gone. */
  hear(event) {
    return this.page.evaluate((type) => void dispatchEvent(new Event(type)), event);
  }

  async tryNow() {
    await this.ask((client) => client.tryNow());
  }
}
