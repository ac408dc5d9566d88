import { css, html, LitElement, type PropertyValues, type TemplateResult } from "lit";
import { controls } from "./shared-styles.js";

/** A text to be taken along: selected as a whole, and copied by a button. */
export class CopyField extends LitElement {
  static override properties = {
    text: { type: String },
    label: { type: String },
    isCopied: { state: true },
  };
  declare text: string;
  /** What the text is. */
  declare label: string;
  declare isCopied: boolean;

  static override styles = [controls, css`
    :host {
      display: flex;
      gap: 0.5rem;
      align-items: center;
    }
    input {
      flex: 1;
      min-width: 0;
      font-size: 0.85rem;
      text-overflow: ellipsis;
    }
    button {
      flex: none;
      min-width: 6.2rem;
    }
  `];

  constructor() {
    super();
    this.text = this.label = "";
    this.isCopied = false;
  }

  override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("text")) this.isCopied = false;
  }

  override render(): TemplateResult {
    return html`<input readonly aria-label=${this.label} .value=${this.text}
        @focus=${() => this.#field?.select()} />
      <button class="primary" type="button" aria-label="Copy: ${this.label}" @click=${this.#copy}>
        ${this.isCopied ? "Copied" : "Copy"}</button>
      <span class="visually-hidden" role="status">${this.isCopied ? "Copied" : ""}</span>`;
  }

  get #field(): HTMLInputElement | null {
    return this.renderRoot.querySelector("input");
  }

  async #copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(this.text);
      this.isCopied = true;
    } catch {
      // Without permission for the clipboard the selected text is one key press from it.
      this.#field?.select();
    }
  }
}

customElements.define("homing-copy-field", CopyField);
