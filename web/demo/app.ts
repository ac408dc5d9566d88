import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import type { Homing } from "../src/homing.js";
import { AppUpdates } from "./app-updates.js";
import "./avatar.js";
import "./composer.js";
import "./connection-banner.js";
import "./contact-dialog.js";
import type { ContactDialog } from "./contact-dialog.js";
import "./conversation-list.js";
import type { ConversationList } from "./conversation-list.js";
import "./delete-dialog.js";
import type { DeleteDialog } from "./delete-dialog.js";
import { displayName, shortAddress } from "./format.js";
import "./front-page.js";
import { HomingController } from "./homing-controller.js";
import {
  backIcon, closeIcon, contactIcon, inviteIcon, lockIcon, logo, settingsIcon,
} from "./icons.js";
import "./invite-dialog.js";
import type { InviteDialog } from "./invite-dialog.js";
import { readLocation, watchForInvites } from "./location.js";
import "./message-thread.js";
import "./request-bar.js";
import "./settings-dialog.js";
import type { SettingsDialog } from "./settings-dialog.js";
import { controls } from "./shared-styles.js";
import type { UiEvent, UiEvents } from "./ui-events.js";
import "./update-banner.js";
import "./verified-badge.js";

/** The whole page: conversations beside the open thread, or one at a time where it is narrow. */
export class App extends LitElement {
  static override properties = { inviteProblem: { state: true } };
  declare inviteProblem: string;
  readonly #controller: HomingController;
  readonly #updates: AppUpdates;
  /** Of the conversation that was open at the last update, or "". */
  #openPeer = "";

  static override styles = [controls, css`
    :host {
      display: block;
      height: 100dvh;
    }
    .frame {
      display: grid;
      grid-template-columns: minmax(17rem, 23rem) minmax(0, 1fr);
      height: 100%;
      max-width: 100rem;
      margin: 0 auto;
      background: var(--surface);
    }
    .side {
      display: flex;
      flex-direction: column;
      min-height: 0;
      border-right: 1px solid var(--line);
    }
    .side homing-conversation-list {
      flex: 1;
      min-height: 0;
    }
    header {
      display: flex;
      align-items: center;
      gap: 0.6rem;
      min-height: 3.9rem;
      padding: 0.5rem 0.8rem;
      border-bottom: 1px solid var(--line);
      flex: none;
    }
    header .titles {
      flex: 1;
      min-width: 0;
    }
    header h1,
    header p {
      margin: 0;
    }
    header h1,
    header p span {
      overflow: hidden;
      text-overflow: ellipsis;
      white-space: nowrap;
      unicode-bidi: isolate;
    }
    header h1 {
      font-size: 1.05rem;
    }
    header p {
      display: flex;
      align-items: center;
      gap: 0.25rem;
      color: var(--text-soft);
      font-size: 0.8rem;
    }
    header p svg {
      width: 0.85rem;
      height: 0.85rem;
      flex: none;
    }
    .who {
      display: flex;
      align-items: center;
      gap: 0.35rem;
    }
    .logo svg {
      display: block;
      width: 2.2rem;
      height: 2.2rem;
    }
    .chat {
      display: flex;
      flex-direction: column;
      min-width: 0;
      min-height: 0;
      background: var(--ground);
    }
    .chat header {
      background: var(--surface);
    }
    homing-message-thread {
      flex: 1;
    }
    .nothing {
      flex: 1;
      display: grid;
      place-content: center;
      justify-items: center;
      gap: 0.8rem;
      padding: 2rem;
      color: var(--text-soft);
      text-align: center;
    }
    .nothing svg {
      width: 4rem;
      height: 4rem;
      opacity: 0.9;
    }
    .back {
      display: none;
    }
    .notice {
      display: flex;
      align-items: center;
      gap: 0.5rem;
      position: fixed;
      left: 50%;
      bottom: 5.5rem;
      z-index: 5;
      transform: translateX(-50%);
      max-width: calc(100vw - 2rem);
      padding: 0.35rem 0.4rem 0.35rem 1rem;
      border-radius: 14px;
      background: var(--text);
      color: var(--surface);
      box-shadow: var(--shadow-high);
    }
    .notice button {
      color: inherit;
    }
    @media (max-width: 46rem) {
      .frame {
        grid-template-columns: minmax(0, 1fr);
      }
      .frame[data-open] .side,
      .frame:not([data-open]) .chat {
        display: none;
      }
      .side {
        border: 0;
      }
      .back {
        display: inline-grid;
        margin-left: -0.4rem;
      }
    }
  `];

  constructor() {
    super();
    this.inviteProblem = "";
    this.#controller = new HomingController(this, readLocation());
    this.#updates = new AppUpdates(
      () => this.requestUpdate(), () => !this.#controller.hasUnsent);
    // Not while what a person came for is still being fetched.
    addEventListener("load", () => void this.#updates.start());
    this.#listen();
  }

  #on<Name extends keyof UiEvents>(
    type: Name,
    listener: (detail: UiEvents[Name]) => unknown,
  ): void {
    this.addEventListener(type, (event) => void listener((event as UiEvent<Name>).detail));
  }

  #listen(): void {
    const controller = this.#controller;
    this.#on("homing-select", ({ peer }) => controller.select(peer));
    this.#on("homing-send", ({ text }) => controller.send(text));
    this.#on("homing-draft", ({ text }) => controller.setDraft(text));
    this.#on("homing-cancel", ({ id }) =>
      controller.act(id, (message) => message.cancel()));
    this.#on("homing-retry", ({ id }) =>
      controller.act(id, (message) => message.retry()));
    this.#on("homing-edit", ({ id, text }) =>
      controller.act(id, (message) => message.edit(text)));
    this.#on("homing-why", ({ id }) => controller.askWhy(id));
    this.#on("homing-older", () => controller.older());
    this.#on("homing-latest", () => controller.latest());
    this.#on("homing-follow", ({ following }) => controller.follow(following));
    this.#on("homing-try-now", () => controller.tryNow());
    this.#on("homing-name", ({ name }) =>
      controller.change((self) => self.setName(name)));
    this.#on("homing-read-receipts", ({ enabled }) =>
      controller.change((self) => self.setReadReceipts(enabled)));
    this.#on("homing-delivered-receipts", ({ enabled }) =>
      controller.change((self) => self.setDeliveredReceipts(enabled)));
    this.#on("homing-accept-contact", () => controller.decide((contact) => contact.accept()));
    this.#on("homing-block", () => controller.decide((contact) => contact.block()));
    this.#on("homing-ask-delete", () => this.#deleteDialog?.show());
    this.#on("homing-delete", () => controller.decide((contact) => contact.delete()));
    this.#on("homing-verify", ({ verified }) =>
      controller.decide((contact) => contact.setVerified(verified)));
    this.#on("homing-compare", ({ code }) =>
      controller.decide((contact) => contact.compare(code)));
    this.#on("homing-renew-invite", () => controller.change((self) => self.renewInvite()));
    this.#on("homing-take-over", () => controller.open("take"));
    this.#on("homing-reopen", () => controller.open());
    this.#on("homing-begin", ({ name }) => controller.begin(name));
    this.#on("homing-begin-anew", () => controller.open("fail", undefined, true));
    this.#on("homing-unlock", ({ passphrase }) => controller.open("fail", passphrase));
    this.#on("homing-imported", () => controller.open());
    this.#on("homing-update", () => this.#updates.apply());
    this.#on("homing-invite", () => this.#showInvite());
    this.#on("homing-accept", ({ invite }) => this.#accept(invite));
    watchForInvites((invite) => void this.#accept(invite));
  }

  /** The client, while the profile is open, for a look from the console. */
  get client(): Homing | undefined {
    return this.#controller.client;
  }

  get #inviteDialog(): InviteDialog | null {
    return this.renderRoot.querySelector("homing-invite-dialog");
  }

  get #contactDialog(): ContactDialog | null {
    return this.renderRoot.querySelector("homing-contact-dialog");
  }

  get #deleteDialog(): DeleteDialog | null {
    return this.renderRoot.querySelector("homing-delete-dialog");
  }

  async #showContact(): Promise<void> {
    await this.#controller.decide((contact) => contact.load());
    this.#contactDialog?.show();
  }

  #showInvite(): void {
    this.inviteProblem = "";
    this.#inviteDialog?.show();
  }

  async #accept(invite: string): Promise<void> {
    this.inviteProblem = await this.#controller.accept(invite);
    if (this.inviteProblem === "") this.#inviteDialog?.close();
    else this.#inviteDialog?.show();
  }

  override updated(): void {
    const { self, unread } = this.#controller;
    const name = self?.name ?? "";
    const title = name === "" ? "homing" : `${name} \u00b7 homing`;
    document.title = unread > 0 ? `(${unread}) ${title}` : title;
    this.#followThread();
  }

  // When the open thread goes, what is about it goes too, and the focus returns to the list.
  #followThread(): void {
    const former = this.#openPeer;
    this.#openPeer = this.#controller.selected?.peer ?? "";
    if (former === "" || this.#openPeer !== "") return;
    this.#contactDialog?.close();
    this.#deleteDialog?.close();
    const list = this.renderRoot.querySelector<ConversationList>("homing-conversation-list");
    void list?.updateComplete.then(() => list.focusLine(former));
  }

  override render(): TemplateResult {
    const { announcement, contact, failure, notice, phase, selected, self } = this.#controller;
    if (phase !== "ready" || self === undefined) {
      return html`${this.#renderUpdate()}<homing-front-page .phase=${phase} .failure=${failure}
        .isUnlocking=${this.#controller.isUnlocking} .care=${this.#controller.care}>
      </homing-front-page>`;
    }
    return html`
      <div class="frame" ?data-open=${selected !== undefined}>
        ${this.#renderSide(self.name)}${this.#renderChat()}
      </div>
      <homing-invite-dialog .link=${self.invite} .problem=${this.inviteProblem}>
      </homing-invite-dialog>
      <homing-settings-dialog .name=${self.name} .address=${self.address}
        .readReceipts=${self.readReceipts} .deliveredReceipts=${self.deliveredReceipts}
        .care=${this.#controller.care}
        .hasPassphrase=${this.#controller.care.hasPassphrase}></homing-settings-dialog>
      <homing-contact-dialog .conversation=${selected} .safetyNumber=${contact?.safetyNumber}
        .comparison=${contact?.comparison ?? "none"}></homing-contact-dialog>
      <homing-delete-dialog .conversation=${selected}></homing-delete-dialog>
      <div class="visually-hidden" aria-live="polite" data-announcement>${announcement}</div>
      <div role="alert">${notice === "" ? nothing : html`<div class="notice" data-notice>${notice}
        <button class="icon-button" type="button" aria-label="Dismiss"
          @click=${() => this.#controller.dismissNotice()}>${closeIcon}</button></div>`}</div>
    `;
  }

  #renderSide(name: string): TemplateResult {
    const { connection, conversations, profile, selected, storage } = this.#controller;
    return html`<nav class="side" aria-label="Conversations">
      <header>
        <span class="logo">${logo}</span>
        <div class="titles">
          <h1 dir="auto">${name === "" ? "homing" : name}</h1>
          <p>${profile === "default" ? "homing" : `profile ${profile}`}</p>
        </div>
        <button class="icon-button" type="button" aria-label="Invite" title="Invite"
          @click=${this.#showInvite}>${inviteIcon}</button>
        <button class="icon-button" type="button" aria-label="Settings" title="Settings"
          @click=${this.#showSettings}>${settingsIcon}</button>
      </header>
      ${this.#renderUpdate()}
      ${selected === undefined ? this.#renderBanner(connection, storage) : nothing}
      <homing-conversation-list .conversations=${conversations} .selected=${selected?.peer ?? ""}>
      </homing-conversation-list>
    </nav>`;
  }

  #renderUpdate(): TemplateResult {
    const { isBehind, isWaiting } = this.#updates;
    const { hasUnsent, pending } = this.#controller;
    return html`<homing-update-banner .isBehind=${isBehind}
      .isWaiting=${isWaiting && pending === 0 && !hasUnsent}></homing-update-banner>`;
  }

  #renderBanner(
    connection: HomingController["connection"],
    storage: HomingController["storage"],
  ): TemplateResult {
    return html`<homing-connection-banner .connection=${connection} .storage=${storage}
      .leavesAlone=${this.#controller.leavesAlone}></homing-connection-banner>`;
  }

  #renderChat(): TemplateResult {
    const { connection, draft, selected, storage, thread, unsaved, why } = this.#controller;
    if (selected === undefined || thread === undefined) {
      return html`<main class="chat"><div class="nothing">${logo}
        <p>Choose a conversation, or invite somebody.</p></div></main>`;
    }
    const { peer } = selected;
    return html`<main class="chat">
      <header>
        <button class="icon-button back" type="button" aria-label="Back to conversations"
          @click=${() => this.#controller.select(undefined)}>${backIcon}</button>
        <homing-avatar .name=${displayName(selected)} .address=${peer}></homing-avatar>
        <div class="titles">
          <div class="who"><h1 dir="auto">${displayName(selected)}</h1>
            ${selected.verified ? html`<homing-verified-badge></homing-verified-badge>` : nothing}
          </div>
          <p title=${peer}>${lockIcon}
            <span>end-to-end encrypted \u00b7 ${shortAddress(peer)}</span></p>
        </div>
        <button class="icon-button" type="button" aria-label="Contact" title="Contact"
          @click=${this.#showContact}>${contactIcon}</button>
      </header>
      ${this.#renderBanner(connection, storage)}
      <homing-message-thread .peer=${peer} .messages=${thread.views}
        .unsaved=${unsaved}
        .why=${why} .following=${thread.following} .hasNewer=${thread.hasNewer}>
      </homing-message-thread>
      ${selected.contact === "accepted"
        ? html`<homing-composer .peer=${peer} .draft=${draft}></homing-composer>`
        : html`<homing-request-bar .conversation=${selected}></homing-request-bar>`}
    </main>`;
  }

  #showSettings(): void {
    this.renderRoot.querySelector<SettingsDialog>("homing-settings-dialog")?.show();
  }
}

customElements.define("homing-app", App);
