import { css, html, LitElement, type PropertyValues, type TemplateResult } from "lit";
import { sendIcon } from "./icons.js";
import { controls } from "./shared-styles.js";
import { emit } from "./ui-events.js";

/**
 * Where a message is written. Enter sends, Shift+Enter starts a new line. The text is given out and
 * belongs to the listener from then on; `draft` brings a text back.
 *
 * @fires homing-send, homing-draft
 */
export class Composer extends LitElement {
  static override properties = { draft: { type: String }, peer: { type: String } };
  declare draft: string;
  /** Whom the draft is for: a change puts the cursor into the field. */
  declare peer: string;

  static override styles = [controls, css`
    :host {
      display: block;
    }
    form {
      display: flex;
      align-items: flex-end;
      gap: 0.5rem;
      padding: 0.6rem clamp(0.6rem, 2vw, 1.2rem);
      padding-bottom: max(0.6rem, env(safe-area-inset-bottom));
      background: var(--surface);
      border-top: 1px solid var(--line);
    }
    textarea {
      flex: 1;
      min-width: 0;
      min-height: 2.75rem;
      max-height: 9rem;
      padding: 0.62rem 1rem;
      border-radius: 1.4rem;
      line-height: 1.35;
      resize: none;
      field-sizing: content;
    }
    button {
      display: grid;
      place-items: center;
      flex: none;
      width: 2.75rem;
      height: 2.75rem;
      border-radius: 50%;
      background: var(--accent);
      color: var(--on-accent);
    }
    button:hover:enabled {
      background: var(--accent-strong);
    }
    svg {
      width: 1.3rem;
      height: 1.3rem;
    }
  `];

  constructor() {
    super();
    this.draft = "";
    this.peer = "";
  }

  get #field(): HTMLTextAreaElement | null {
    return this.renderRoot.querySelector("textarea");
  }

  override updated(changed: PropertyValues<this>): void {
    const field = this.#field;
    if (field !== null && field.value !== this.draft) field.value = this.draft;
    // Not on touch screens, where a cursor brings up the keyboard over the messages.
    if (changed.has("peer") && matchMedia("(pointer: fine)").matches) field?.focus();
  }

  override render(): TemplateResult {
    return html`<form @submit=${this.#send}>
      <textarea rows="1" dir="auto" placeholder="Message" aria-label="Message"
        enterkeyhint="send" @input=${this.#onInput} @keydown=${this.#onKey}></textarea>
      <button type="submit" aria-label="Send" title="Send" ?disabled=${this.draft.trim() === ""}>
        ${sendIcon}</button>
    </form>`;
  }

  #onInput(): void {
    this.draft = this.#field?.value ?? "";
    emit(this, "homing-draft", { text: this.draft });
  }

  #onKey(event: KeyboardEvent): void {
    // Enter also ends the composition of an input method; that one is not ours.
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) this.#send(event);
  }

  #send(event: Event): void {
    event.preventDefault();
    const text = this.#field?.value ?? "";
    if (text.trim() === "") return;
    this.draft = "";
    emit(this, "homing-send", { text });
  }
}

customElements.define("homing-composer", Composer);
