import { css, html, LitElement, type TemplateResult } from "lit";
import { closeIcon } from "./icons.js";
import { controls, dialogs } from "./shared-styles.js";
import { emit } from "./ui-events.js";

/**
 * One's own invite link, and a field for somebody else's. Opened by show().
 *
 * @fires homing-accept
 */
export class InviteDialog extends LitElement {
  static override properties = {
    link: { type: String },
    problem: { type: String },
    isCopied: { state: true },
  };
  declare link: string;
  /** What is wrong with the link that was pasted, or "". */
  declare problem: string;
  declare isCopied: boolean;

  static override styles = [controls, dialogs, css`
    .link {
      font-size: 0.85rem;
      text-overflow: ellipsis;
    }
    .primary {
      min-width: 6.2rem;
    }
  `];

  constructor() {
    super();
    this.link = this.problem = "";
    this.isCopied = false;
  }

  show(): void {
    this.isCopied = false;
    this.#dialog?.showModal();
  }

  close(): void {
    this.#dialog?.close();
  }

  get #dialog(): HTMLDialogElement | null {
    return this.renderRoot.querySelector("dialog");
  }

  override render(): TemplateResult {
    return html`<dialog aria-labelledby="title">
      <header>
        <h2 id="title">Invite</h2>
        <button class="icon-button" type="button" aria-label="Close" @click=${this.close}>
          ${closeIcon}</button>
      </header>
      <h3>Your link</h3>
      <p>Whoever opens it can write to you. It holds your public keys and name, and no secret.</p>
      <div class="row">
        <input class="link" readonly aria-label="Your invite link" data-invite .value=${this.link}
          @focus=${(event: FocusEvent) => (event.target as HTMLInputElement).select()} />
        <button class="primary" type="button" @click=${this.#copy}>
          ${this.isCopied ? "Copied" : "Copy"}</button>
      </div>
      <h3>Somebody else's link</h3>
      <form @submit=${this.#accept}>
        <div class="row">
          <input name="invite" required autocomplete="off" spellcheck="false"
            placeholder="Paste it here" aria-label="Invite link you were given" />
          <button class="primary" type="submit">Open</button>
        </div>
        <p class="error" role="alert">${this.problem}</p>
      </form>
    </dialog>`;
  }

  async #copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(this.link);
      this.isCopied = true;
    } catch {
      // Without permission for the clipboard the selected text is one key press from it.
      this.renderRoot.querySelector<HTMLInputElement>(".link")?.select();
    }
  }

  #accept(event: SubmitEvent): void {
    event.preventDefault();
    const field = this.renderRoot.querySelector<HTMLInputElement>("input[name=invite]");
    emit(this, "homing-accept", { invite: field?.value ?? "" });
  }
}

customElements.define("homing-invite-dialog", InviteDialog);
