import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";
import type { ConversationView } from "../src/homing.js";
import "./avatar.js";
import { displayName, formatRecent, plural } from "./format.js";
import { controls } from "./shared-styles.js";
import "./status-icon.js";
import { emit } from "./ui-events.js";
import "./verified-badge.js";

/**
 * Everybody one has written with, latest first: requests above, blocked people folded up below.
 *
 * @fires homing-select, homing-invite
 */
export class ConversationList extends LitElement {
  static override properties = {
    conversations: { attribute: false },
    selected: { type: String },
  };
  declare conversations: readonly ConversationView[];
  /** Address of the open conversation, or "". */
  declare selected: string;

  static override styles = [controls, css`
    :host {
      display: block;
      overflow-y: auto;
      scrollbar-width: thin;
    }
    ul {
      list-style: none;
      margin: 0;
      padding: 0.4rem;
      display: grid;
      gap: 2px;
    }
    h2,
    summary {
      padding: 0.7rem 1.05rem 0.1rem;
      color: var(--text-soft);
      font-size: 0.84rem;
      font-weight: 600;
    }
    h2 {
      margin: 0;
    }
    summary {
      padding-bottom: 0.4rem;
      border-radius: 10px;
      cursor: pointer;
    }
    summary:focus-visible {
      outline-offset: -2px;
    }
    section + ul {
      border-top: 1px solid var(--line);
    }
    .who {
      display: flex;
      align-items: center;
      gap: 0.3rem;
    }
    .line {
      display: grid;
      grid-template-columns: auto minmax(0, 1fr) auto;
      gap: 0.1rem 0.75rem;
      align-items: center;
      width: 100%;
      padding: 0.6rem 0.65rem;
      text-align: start;
      border-radius: 12px;
    }
    .line:hover {
      background: var(--surface-sunk);
    }
    .line[aria-current="true"] {
      background: var(--accent-soft);
    }
    homing-avatar {
      grid-row: span 2;
    }
    .name,
    .last {
      overflow: hidden;
      text-overflow: ellipsis;
      white-space: nowrap;
      unicode-bidi: isolate;
    }
    .name {
      font-weight: 600;
    }
    .last,
    time {
      color: var(--text-soft);
      font-size: 0.86rem;
    }
    time {
      font-size: 0.76rem;
      font-variant-numeric: tabular-nums;
    }
    .counts {
      display: flex;
      gap: 0.35rem;
      justify-content: flex-end;
      align-items: center;
      min-height: 1.25rem;
      font-size: 0.76rem;
    }
    .pending {
      display: inline-flex;
      align-items: center;
      gap: 0.1rem;
      color: var(--text-soft);
    }
    .unread {
      min-width: 1.3rem;
      padding: 0 0.4rem;
      border-radius: 99px;
      background: var(--accent);
      color: var(--on-accent);
      font-weight: 700;
      line-height: 1.3rem;
      text-align: center;
    }
    .empty {
      padding: 2.2rem 1.4rem;
      text-align: center;
      color: var(--text-soft);
    }
  `];

  constructor() {
    super();
    this.conversations = [];
    this.selected = "";
  }

  override render(): TemplateResult {
    if (this.conversations.length === 0) {
      return html`<div class="empty">
        <p>Nobody here yet. Send somebody your invite link, or open theirs.</p>
        <button class="primary" type="button" @click=${() => emit(this, "homing-invite")}>
          Invite somebody</button>
      </div>`;
    }
    const requests = this.#those("requested");
    const blocked = this.#those("blocked");
    return html`
      ${requests.length === 0
        ? nothing
        : html`<section aria-labelledby="requests" data-requests=${requests.length}>
            <h2 id="requests">Requests (${requests.length})</h2>
            ${this.#renderLines(requests)}
          </section>`}
      ${this.#renderLines(this.#those("accepted"))}
      ${blocked.length === 0
        ? nothing
        : html`<details data-blocked=${blocked.length}>
            <summary>Blocked (${blocked.length})</summary>
            ${this.#renderLines(blocked)}
          </details>`}`;
  }

  /** Puts the focus on somebody's line; on the first one if there is none of theirs in sight. */
  focusLine(peer: string): void {
    const lines = [...this.renderRoot.querySelectorAll<HTMLElement>("button, summary")]
      .filter((line) => line.checkVisibility());
    (lines.find((line) => line.dataset["peer"] === peer) ?? lines[0])?.focus();
  }

  #those(contact: ConversationView["contact"]): ConversationView[] {
    return this.conversations.filter((conversation) => conversation.contact === contact);
  }

  #renderLines(conversations: readonly ConversationView[]): TemplateResult {
    return html`<ul>${repeat(conversations, ({ peer }) => peer, (conversation) => html`
      <li>${this.#renderLine(conversation)}</li>`)}</ul>`;
  }

  #renderLine(conversation: ConversationView): TemplateResult {
    const { peer, lastText, lastTime, pending, unread, verified } = conversation;
    const name = displayName(conversation);
    return html`<button class="line" type="button" data-peer=${peer}
      aria-current=${peer === this.selected} @click=${() => emit(this, "homing-select", { peer })}>
      <homing-avatar .name=${name} .address=${peer}></homing-avatar>
      <span class="who"><span class="name" dir="auto">${name}</span>
        ${verified ? html`<homing-verified-badge></homing-verified-badge>` : nothing}</span>
      <time>${formatRecent(lastTime)}</time>
      <span class="last" dir="auto">${firstLine(lastText) || "No messages yet"}</span>
      <span class="counts">
        ${pending > 0
          ? html`<span class="pending" data-pending=${pending}>${pending}
              <homing-status-icon .status=${"pending" as const}></homing-status-icon></span>`
          : nothing}
        ${unread > 0
          ? html`<span class="unread" data-unread=${unread}
              title=${plural(unread, "unread message", "unread messages")}>${unread}
              <span class="visually-hidden">unread</span></span>`
          : nothing}
      </span>
    </button>`;
  }
}

function firstLine(text: string): string {
  return text.slice(0, 120).split("\n", 1)[0] ?? "";
}

customElements.define("homing-conversation-list", ConversationList);
