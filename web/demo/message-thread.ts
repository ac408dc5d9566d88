import { css, html, LitElement, nothing, type PropertyValues, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";
import type { MessageView } from "../src/homing.js";
import { dayOf, formatDay } from "./format.js";
import { downIcon } from "./icons.js";
import "./message-bubble.js";
import { controls } from "./shared-styles.js";
import { emit } from "./ui-events.js";

/** This far from an end counts as being there, in pixels. */
const nearPx = 80;
/** A scroll this soon after a key, a wheel or a finger comes from a person. */
const intentMs = 1000;

/**
 * The messages of one conversation, grouped by day. Stays at the end while the end is in view, and
 * where it is while somebody reads back.
 *
 * @fires homing-older, homing-follow, homing-latest, and what message-bubble fires
 */
export class MessageThread extends LitElement {
  static override properties = {
    peer: { type: String },
    messages: { attribute: false },
    unsaved: { attribute: false },
    why: { attribute: false },
    following: { type: Boolean },
    hasNewer: { type: Boolean },
  };
  declare peer: string;
  declare messages: readonly MessageView[];
  /** Texts that are not stored yet. */
  declare unsaved: readonly string[];
  declare why: { readonly id: string; readonly text: string } | undefined;
  declare following: boolean;
  declare hasNewer: boolean;

  // Distance from the bottom before an update, to stay in place when something is put in above.
  #fromBottom = 0;
  #observed: Element | undefined;
  #heightAtEnd = 0;
  #lastIntent = -Infinity;

  static override styles = [controls, css`
    :host {
      position: relative;
      display: block;
      min-height: 0;
    }
    .scroller {
      height: 100%;
      overflow-y: auto;
      overflow-anchor: none;
      overscroll-behavior: contain;
      padding: 0 clamp(0.75rem, 3vw, 2.5rem);
      scrollbar-width: thin;
    }
    .content {
      display: flex;
      flex-direction: column;
      justify-content: flex-end;
      min-height: 100%;
    }
    ol {
      list-style: none;
      margin: 0;
      padding: 0;
      display: grid;
      gap: 0.3rem;
    }
    ol:last-child {
      padding-bottom: 1rem;
    }
    .day {
      position: sticky;
      top: 0.5rem;
      z-index: 1;
      justify-self: center;
      width: fit-content;
      margin: 0.7rem auto 0.6rem;
      padding: 0.2rem 0.75rem;
      border-radius: 99px;
      background: var(--surface-raised);
      box-shadow: var(--shadow);
      color: var(--text-soft);
      font-size: 0.78rem;
      font-weight: 600;
    }
    .unsaved {
      justify-self: end;
      max-width: min(34rem, 84%);
      padding: 0.45rem 0.7rem;
      border-radius: var(--radius);
      border: 1px dashed var(--tick);
      color: var(--text-soft);
      white-space: pre-wrap;
      overflow-wrap: anywhere;
      /* Storing takes milliseconds; only what takes longer is worth a word. */
      animation: appear 0s 0.4s both;
    }
    .unsaved small {
      display: block;
      text-align: end;
    }
    @keyframes appear {
      from { visibility: hidden; }
    }
    .empty {
      display: grid;
      place-content: center;
      height: 100%;
      text-align: center;
      color: var(--text-soft);
    }
    .latest {
      position: absolute;
      right: 1.2rem;
      bottom: 0.9rem;
      background: var(--surface-raised);
      box-shadow: var(--shadow-high);
      color: var(--accent);
    }
  `];

  constructor() {
    super();
    this.peer = "";
    this.messages = [];
    this.unsaved = [];
    this.following = true;
    this.hasNewer = false;
  }

  // A banner, an on-screen keyboard or an opened message changes what fits, without an update here.
  readonly #sizes = new ResizeObserver(() => this.#stayAtEnd());

  get #scroller(): HTMLElement | null {
    return this.renderRoot.querySelector(".scroller");
  }

  #stayAtEnd(): void {
    const scroller = this.#scroller;
    if (scroller === null || !this.following) return;
    scroller.scrollTop = scroller.scrollHeight;
    this.#heightAtEnd = scroller.scrollHeight;
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#sizes.disconnect();
    this.#observed = undefined;
  }

  override willUpdate(): void {
    const scroller = this.#scroller;
    if (scroller !== null) this.#fromBottom = scroller.scrollHeight - scroller.scrollTop;
  }

  override updated(changed: PropertyValues<this>): void {
    const scroller = this.#scroller;
    if (scroller === null) return;
    if (this.#observed !== scroller) {
      this.#observed = scroller;
      this.#sizes.disconnect();
      this.#sizes.observe(scroller);
      this.#sizes.observe(scroller.querySelector(".content") ?? scroller);
    }
    const former = changed.get("messages");
    const wasPrepended = former !== undefined && former.length > 0 &&
      former.at(-1)?.id === this.messages.at(-1)?.id && former[0]?.id !== this.messages[0]?.id;
    this.#stayAtEnd();
    if (!this.following && wasPrepended) {
      scroller.scrollTop = scroller.scrollHeight - this.#fromBottom;
    }
  }

  override render(): TemplateResult {
    if (this.messages.length === 0 && this.unsaved.length === 0) {
      return html`<div class="empty"><p>No messages yet.<br />Say hello.</p></div>`;
    }
    return html`
      <div class="scroller" tabindex="0" role="region" aria-label="Messages"
        @scroll=${this.#onScroll} @wheel=${this.#onIntent} @touchmove=${this.#onIntent}
        @pointerdown=${this.#onIntent} @keydown=${this.#onIntent}>
        <div class="content">
          ${this.#days().map(([day, messages]) => html`
            <div class="day">${formatDay(day)}</div>
            <ol>${repeat(messages, ({ id }) => id, (message) => this.#renderMessage(message))}</ol>
          `)}
          <ol>${this.unsaved.map((text) => html`<li class="unsaved" dir="auto">${text}
            <small>not saved on this device yet</small></li>`)}</ol>
        </div>
      </div>
      ${this.following
        ? nothing
        : html`<button class="icon-button latest" type="button" aria-label="To the latest message"
            @click=${this.#toLatest}>${downIcon}</button>`}
    `;
  }

  #renderMessage(message: MessageView): TemplateResult {
    return html`<li><homing-message-bubble .message=${message}
      .why=${this.why?.id === message.id ? this.why.text : ""}></homing-message-bubble></li>`;
  }

  #days(): [number, MessageView[]][] {
    const days: [number, MessageView[]][] = [];
    for (const message of this.messages) {
      const day = dayOf(message.time);
      const last = days.at(-1);
      // Clocks of two people differ: a message stays in its place, under the day that is open.
      if (last !== undefined && day <= last[0]) last[1].push(message);
      else days.push([day, [message]]);
    }
    return days;
  }

  #onIntent(): void {
    this.#lastIntent = performance.now();
  }

  #onScroll(): void {
    const scroller = this.#scroller;
    if (scroller === null) return;
    const below = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight;
    const following = below < nearPx && !this.hasNewer;
    // Messages that arrive and make way move the content too, and nobody wanted to leave the end.
    const isWanted = scroller.scrollHeight === this.#heightAtEnd ||
      performance.now() - this.#lastIntent < intentMs;
    if (following !== this.following && (following || isWanted)) {
      emit(this, "homing-follow", { following });
    }
    if (scroller.scrollTop < nearPx && scroller.scrollHeight > scroller.clientHeight) {
      emit(this, "homing-older");
    }
  }

  #toLatest(): void {
    emit(this, "homing-latest");
    emit(this, "homing-follow", { following: true });
  }
}

customElements.define("homing-message-thread", MessageThread);
