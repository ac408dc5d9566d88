// The demo page as a person uses it: through what is on the screen.

import { until } from "./until.mjs";

// Runs before the page: what went wrong in it, for the assertions afterwards.
function watchPage() {
  globalThis.seen = { violations: [], longTasks: [] };
  document.addEventListener("securitypolicyviolation", (event) => {
    globalThis.seen.violations.push(`${event.violatedDirective} ${event.blockedURI}`);
  });
  new PerformanceObserver((list) => {
    for (const { duration, startTime } of list.getEntries()) {
      globalThis.seen.longTasks.push({ duration, startTime });
    }
  }).observe({ type: "longtask", buffered: true });
}

export class ChatPage {
  /** Opens a profile of the demo. `relay`: the WebSocket URL, if not the page's own. */
  static async open(context, { url, profile, name, relay, invite }) {
    const page = await context.newPage();
    const chat = new ChatPage(page);
    await page.addInitScript(watchPage);
    const query = new URLSearchParams({ profile });
    if (name !== undefined) query.set("name", name);
    if (relay !== undefined) query.set("relay", relay);
    const fragment = invite === undefined ? "" : new URL(invite).hash;
    await page.goto(`${url}/?${query}${fragment}`);
    return chat;
  }

  /** Uncaught errors and messages of the console that are errors. */
  errors = [];

  constructor(page) {
    this.page = page;
    page.on("pageerror", (error) => this.errors.push(String(error.stack ?? error)));
    page.on("console", (message) => {
      // Every refused connection is one, and refusing them is what these tests do.
      if (message.type() === "error" && !/WebSocket|ERR_/.test(message.text())) {
        this.errors.push(message.text());
      }
    });
  }

  async ready() {
    await this.page.locator("homing-conversation-list").waitFor();
  }

  async reload() {
    await this.page.reload();
    await this.ready();
  }

  async inviteLink() {
    await this.page.getByRole("button", { name: "Invite", exact: true }).click();
    const link = await this.page.locator("[data-invite] input").inputValue();
    await this.page.keyboard.press("Escape");
    return link;
  }

  conversation(name) {
    return this.page.locator("homing-conversation-list [data-peer]").filter({ hasText: name });
  }

  /** Opens the conversation with the person of this name, as soon as there is one. */
  async openConversation(name) {
    const open = this.page.getByRole("main").getByRole("heading", { name, exact: true });
    // Accepting an invite opens it, and where the page is narrow hides the list.
    await open.or(this.conversation(name)).filter({ visible: true }).first().waitFor();
    if (!await open.isVisible()) await this.conversation(name).click();
    await open.waitFor();
  }

  async send(text) {
    const field = this.page.getByLabel("Message", { exact: true });
    await field.fill(text);
    await field.press("Enter");
    await until(`"${text}" is stored`, async () =>
      (await this.messages()).some((message) => message.text === text && message.outgoing));
  }

  /** The messages on the screen, from top to bottom: { id, text, status, outgoing, icon }. */
  messages() {
    return this.page.locator("homing-message-bubble").evaluateAll((bubbles) =>
      bubbles.map((bubble) => ({
        id: bubble.dataset.messageId,
        status: bubble.dataset.status,
        outgoing: bubble.hasAttribute("data-outgoing"),
        text: bubble.shadowRoot.querySelector(".text")?.textContent,
        icon: bubble.shadowRoot.querySelector("homing-status-icon")?.shadowRoot
          .querySelector("svg")?.getAttribute("aria-label") ?? "",
      })));
  }

  /** Waits until each of these texts is on the screen once, with this status, and returns them. */
  untilStatus(texts, status, options) {
    return until(`${JSON.stringify(texts)} ${status}`, async () => {
      const messages = (await this.messages()).filter(({ text }) => texts.includes(text));
      const isSo = messages.length === texts.length &&
        messages.every((message) => message.status === status);
      return isSo && messages;
    }, options);
  }

  untilConnected(connected, options) {
    return until(connected ? "connected" : "disconnected", async () => {
      const [state] = await this.page.locator("[data-connection]").evaluateAll((banners) =>
        banners.map((banner) => banner.dataset.connection));
      return state !== undefined && (state === "online") === connected;
    }, options);
  }

  seen() {
    return this.page.evaluate(() => globalThis.seen);
  }
}
