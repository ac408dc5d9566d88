import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import type { MessageView } from "../src/homing.js";
import { errorText, formatTime } from "./format.js";
import { controls } from "./shared-styles.js";
import "./status-icon.js";
import { statusWords } from "./status-icon.js";
import { emit } from "./ui-events.js";

/**
 * One message. What still waits can be opened to learn why, and to edit or cancel it.
 *
 * @fires homing-why, homing-edit, homing-cancel, homing-retry
 */
export class MessageBubble extends LitElement {
  static override properties = {
    message: { attribute: false },
    why: { type: String },
    isEditing: { state: true },
    isOpen: { state: true },
  };
  declare message: MessageView;
  /** Why it waits, once somebody asked. */
  declare why: string;
  declare isEditing: boolean;
  declare isOpen: boolean;

  static override styles = [controls, css`
    :host {
      display: flex;
      flex-direction: column;
      align-items: flex-start;
      contain: layout style;
    }
    :host([data-outgoing]) {
      align-items: flex-end;
    }
    .bubble {
      max-width: min(34rem, 84%);
      padding: 0.45rem 0.7rem 0.3rem;
      border-radius: var(--radius);
      border-bottom-left-radius: 4px;
      background: var(--bubble-other);
      box-shadow: var(--shadow);
      overflow-wrap: anywhere;
      unicode-bidi: isolate;
    }
    :host([data-outgoing]) .bubble {
      background: var(--bubble-own);
      border-radius: var(--radius);
      border-bottom-right-radius: 4px;
    }
    .text {
      margin: 0;
      white-space: pre-wrap;
    }
    .cancelled .text {
      color: var(--text-soft);
      text-decoration: line-through;
    }
    .foot {
      display: flex;
      justify-content: flex-end;
      align-items: center;
      gap: 0.3rem;
      margin-top: 0.1rem;
      font-size: 0.74rem;
      line-height: 1.2;
      color: var(--text-soft);
      font-variant-numeric: tabular-nums;
    }
    .status {
      display: inline-flex;
      align-items: center;
      gap: 0.3rem;
      padding: 0.15rem 0.2rem;
      margin: -0.15rem 0 -0.15rem -0.2rem;
      padding-right: 0;
      border-radius: 6px;
    }
    button.status:hover {
      background: color-mix(in srgb, var(--text) 9%, transparent);
    }
    .details {
      max-width: min(34rem, 84%);
      margin: 0.25rem 0.2rem 0.15rem;
      font-size: 0.84rem;
      color: var(--text-soft);
    }
    .held.details {
      color: var(--danger);
    }
    .actions {
      display: flex;
      gap: 0.15rem;
      justify-content: flex-end;
    }
    .actions button {
      color: var(--accent);
      font-weight: 600;
      padding: 0.25rem 0.55rem;
    }
    .actions button:hover {
      background: var(--accent-soft);
    }
    form {
      display: grid;
      gap: 0.3rem;
      width: min(26rem, 70vw);
    }
  `];

  constructor() {
    super();
    this.why = "";
    this.isEditing = false;
    this.isOpen = false;
  }

  override willUpdate(): void {
    const { id, outgoing, status } = this.message;
    this.dataset["messageId"] = id;
    this.dataset["status"] = status;
    this.toggleAttribute("data-outgoing", outgoing);
    if (!this.#waits) this.isEditing = this.isOpen = false;
  }

  get #waits(): boolean {
    return this.message.status === "pending" || this.message.status === "held";
  }

  override render(): TemplateResult {
    const { text, status } = this.message;
    return html`
      <div class="bubble ${status}">
        ${this.isEditing
          ? this.#renderEditor(text)
          : html`<p class="text" dir="auto">${text}</p>`}
        <div class="foot">${this.#renderFoot()}</div>
      </div>
      ${this.#waits && (this.isOpen || status === "held") ? this.#renderDetails() : nothing}
    `;
  }

  #renderFoot(): TemplateResult {
    const { outgoing, status, time } = this.message;
    const shown = html`<time datetime=${new Date(time).toISOString()}>${formatTime(time)}</time>
      ${outgoing ? html`<homing-status-icon .status=${status}></homing-status-icon>` : nothing}
      ${status === "cancelled" ? statusWords.cancelled : nothing}`;
    if (status !== "pending") return html`<span class="status">${shown}</span>`;
    return html`<button class="status" type="button" title="Why is it waiting?"
      aria-expanded=${this.isOpen} @click=${this.#toggle}>${shown}</button>`;
  }

  #renderDetails(): TemplateResult {
    const { heldReason, status } = this.message;
    const isHeld = status === "held";
    const reason = isHeld ? `Not sent. ${errorText(heldReason ?? "held")}` : this.why;
    return html`<div class="details ${status}" data-why>
      <span role="status">${reason}</span>
      <div class="actions">
        ${isHeld
          ? html`<button type="button" @click=${() => this.#tell("homing-retry")}>Retry</button>`
          : nothing}
        <button type="button" @click=${this.#startEditing}>Edit</button>
        <button type="button" @click=${() => this.#tell("homing-cancel")}>Cancel sending</button>
      </div>
    </div>`;
  }

  #renderEditor(text: string): TemplateResult {
    return html`<form @submit=${this.#saveEdit} @keydown=${this.#onEditorKey}>
      <textarea name="text" dir="auto" rows="3" aria-label="Edit message" required
        .value=${text}></textarea>
      <div class="actions">
        <button type="button" @click=${() => { this.isEditing = false; }}>Back</button>
        <button type="submit">Save</button>
      </div>
    </form>`;
  }

  #toggle(): void {
    this.isOpen = !this.isOpen;
    if (this.isOpen) emit(this, "homing-why", { id: this.message.id });
  }

  async #startEditing(): Promise<void> {
    this.isEditing = true;
    await this.updateComplete;
    this.renderRoot.querySelector("textarea")?.focus();
  }

  #saveEdit(event: Event): void {
    event.preventDefault();
    const text = this.renderRoot.querySelector("textarea")?.value ?? "";
    this.isEditing = this.isOpen = false;
    if (text !== this.message.text) emit(this, "homing-edit", { id: this.message.id, text });
  }

  #onEditorKey(event: KeyboardEvent): void {
    if (event.key === "Escape") this.isEditing = false;
    else if (event.key === "Enter" && !event.shiftKey && !event.isComposing) this.#saveEdit(event);
  }

  #tell(type: "homing-cancel" | "homing-retry"): void {
    emit(this, type, { id: this.message.id });
  }
}

customElements.define("homing-message-bubble", MessageBubble);
