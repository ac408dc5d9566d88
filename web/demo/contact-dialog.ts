import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import type { ConversationView, SafetyNumberView } from "../src/homing.js";
import type { Comparison } from "./contact-model.js";
import "./copy-field.js";
import { displayName } from "./format.js";
import { closeIcon } from "./icons.js";
import "./qr-code.js";
import { controls, dialogs } from "./shared-styles.js";
import { emit } from "./ui-events.js";
import "./verified-badge.js";

const answers: Record<Comparison, string> = {
  none: "",
  match: "Match: nobody stands between you. Marked as verified.",
  mismatch: "No match. Make sure that it is the code their device shows for you. If it is, " +
    "somebody may be reading along: do not write anything private.",
};

/**
 * The other person of a conversation: address, safety number, and what one decides about them.
 * Opened by show().
 *
 * @fires homing-compare, homing-verify, homing-accept-contact, homing-block, homing-ask-delete
 */
export class ContactDialog extends LitElement {
  static override properties = {
    conversation: { attribute: false },
    safetyNumber: { attribute: false },
    comparison: { type: String },
  };
  declare conversation: ConversationView | undefined;
  declare safetyNumber: SafetyNumberView | undefined;
  declare comparison: Comparison;

  static override styles = [controls, dialogs, css`
    h2 {
      display: flex;
      align-items: center;
      gap: 0.35rem;
      min-width: 0;
      overflow-wrap: anywhere;
    }
    code {
      font-size: 0.82rem;
      overflow-wrap: anywhere;
      color: var(--text-soft);
    }
    .digits {
      display: grid;
      grid-template-columns: repeat(4, auto);
      justify-content: space-between;
      gap: 0.2rem 0.8rem;
      margin: 0.5rem 0 0.8rem;
      padding: 0.6rem 0.8rem;
      border-radius: 10px;
      background: var(--surface-sunk);
      font: 1rem/1.5 ui-monospace, "DejaVu Sans Mono", monospace;
      list-style: none;
    }
    @media (max-width: 22rem) {
      .digits {
        grid-template-columns: repeat(3, auto);
      }
    }
    homing-qr-code {
      margin: 0 auto 0.8rem;
    }
    form {
      margin-top: 0.8rem;
    }
    .answer {
      min-height: 1.4em;
      margin-top: 0.5rem;
      font-weight: 600;
    }
    .answer[data-comparison="match"] {
      color: var(--accent);
    }
    .answer[data-comparison="mismatch"] {
      color: var(--danger);
    }
    .decisions {
      flex-wrap: wrap;
      margin: 1rem -0.9rem -0.4rem;
      padding-top: 0.5rem;
      border-top: 1px solid var(--line);
    }
  `];

  constructor() {
    super();
    this.comparison = "none";
  }

  show(): void {
    const field = this.#field;
    if (field !== null) field.value = "";
    this.#dialog?.showModal();
  }

  close(): void {
    this.#dialog?.close();
  }

  get #dialog(): HTMLDialogElement | null {
    return this.renderRoot.querySelector("dialog");
  }

  get #field(): HTMLInputElement | null {
    return this.renderRoot.querySelector("input[name=code]");
  }

  override render(): TemplateResult {
    // The dialog stays while what it is about goes: it is asked to close after that.
    return html`<dialog aria-labelledby="title">
      ${this.conversation === undefined ? nothing : this.#renderContact(this.conversation)}
    </dialog>`;
  }

  #renderContact(conversation: ConversationView): TemplateResult {
    const { contact, peer, verified } = conversation;
    return html`
      <header>
        <h2 id="title"><bdi>${displayName(conversation)}</bdi>
          ${verified ? html`<homing-verified-badge></homing-verified-badge>` : nothing}</h2>
        <button class="icon-button" type="button" aria-label="Close" @click=${this.close}>
          ${closeIcon}</button>
      </header>
      <h3>Address</h3>
      <code data-peer-address>${peer}</code>
      ${this.#renderSafetyNumber()}
      <div class="row decisions">
        <button class="quiet" type="button"
          @click=${() => emit(this, "homing-verify", { verified: !verified })}>
          ${verified ? "Not verified any more" : "Mark as verified"}</button>
        ${contact === "blocked"
          ? html`<button class="quiet" type="button"
              @click=${() => emit(this, "homing-accept-contact")}>Unblock</button>`
          : html`<button class="quiet" type="button" @click=${() => emit(this, "homing-block")}>
              Block</button>`}
        <button class="quiet danger" type="button"
          @click=${() => emit(this, "homing-ask-delete")}>Delete</button>
      </div>`;
  }

  #renderSafetyNumber(): TemplateResult | typeof nothing {
    if (this.safetyNumber === undefined) return nothing;
    const { code, digits } = this.safetyNumber;
    return html`
      <h3 id="number">Safety number</h3>
      <p>If both of you see the same number, nobody stands between you. Compare it face to face or
        on the phone.</p>
      <ol class="digits" aria-labelledby="number" data-safety-number>
        ${digits.match(/.{5}/g)?.map((group) => html`<li>${group}</li>`)}</ol>
      <homing-qr-code .text=${code} label="Your safety code as a QR code"></homing-qr-code>
      <homing-copy-field .text=${code} label="Your safety code" data-safety-code>
      </homing-copy-field>
      <form @submit=${this.#compare}>
        <div class="row">
          <input name="code" required autocomplete="off" spellcheck="false"
            placeholder="Their code" aria-label="Their safety code" aria-describedby="hint"
            @input=${() => emit(this, "homing-compare", { code: "" })} />
          <button class="primary" type="submit">Compare</button>
        </div>
        <p id="hint">Paste the code that their device shows for you; a camera app reads it from the
          QR code.</p>
        <p class="answer" role="status" data-comparison=${this.comparison}>
          ${answers[this.comparison]}</p>
      </form>`;
  }

  #compare(event: SubmitEvent): void {
    event.preventDefault();
    emit(this, "homing-compare", { code: this.#field?.value.trim() ?? "" });
  }
}

customElements.define("homing-contact-dialog", ContactDialog);
