import { html, LitElement, nothing, type TemplateResult } from "lit";
import type { ConversationView } from "../src/homing.js";
import { displayName, plural } from "./format.js";
import { controls, dialogs } from "./shared-styles.js";
import { emit } from "./ui-events.js";

/**
 * Asks before a conversation is deleted, and says what is lost. Opened by show().
 *
 * @fires homing-delete
 */
export class DeleteDialog extends LitElement {
  static override properties = { conversation: { attribute: false } };
  declare conversation: ConversationView | undefined;

  static override styles = [controls, dialogs];

  show(): void {
    this.#dialog?.showModal();
  }

  close(): void {
    this.#dialog?.close();
  }

  get #dialog(): HTMLDialogElement | null {
    return this.renderRoot.querySelector("dialog");
  }

  override render(): TemplateResult {
    return html`<dialog aria-labelledby="title" aria-describedby="lost">
      <h2 id="title">Delete this conversation?</h2>
      <div id="lost">${this.#renderLost()}</div>
      <div class="row end">
        <button class="quiet" type="button" autofocus @click=${this.close}>Cancel</button>
        <button class="primary danger" type="button" @click=${this.#delete}>Delete</button>
      </div>
    </dialog>`;
  }

  #renderLost(): TemplateResult | typeof nothing {
    if (this.conversation === undefined) return nothing;
    const { pending } = this.conversation;
    const name = html`<bdi>${displayName(this.conversation)}</bdi>`;
    return html`
      <p>All messages with ${name} are removed from this device, and nobody can bring them back.
        ${name} keeps their own.</p>
      ${pending === 0
        ? nothing
        : html`<p class="error" data-lost=${pending}>
            ${plural(pending, "message still waits to be sent, and is",
              "messages still wait to be sent, and are")} taken back.</p>`}`;
  }

  #delete(): void {
    this.close();
    emit(this, "homing-delete");
  }
}

customElements.define("homing-delete-dialog", DeleteDialog);
