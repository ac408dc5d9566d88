import { css, html, LitElement, type PropertyValues, type TemplateResult } from "lit";
import "./copy-field.js";
import { closeIcon } from "./icons.js";
import "./qr-code.js";
import { controls, dialogs } from "./shared-styles.js";
import { emit } from "./ui-events.js";

/**
 * One's own invite link, and a field for somebody else's. Opened by show().
 *
 * @fires homing-accept, homing-renew-invite
 */
export class InviteDialog extends LitElement {
  static override properties = {
    link: { type: String },
    problem: { type: String },
    isOpen: { state: true },
    isRenewed: { state: true },
  };
  declare link: string;
  /** What is wrong with the link that was pasted, or "". */
  declare problem: string;
  declare isOpen: boolean;
  declare isRenewed: boolean;

  static override styles = [controls, dialogs, css`
    homing-qr-code {
      width: 15rem;
      margin: 0 auto 0.9rem;
    }
    .renew {
      margin: 0.7rem 0 0;
    }
    .renew .quiet {
      padding-inline: 0;
    }
  `];

  constructor() {
    super();
    this.link = this.problem = "";
    this.isOpen = this.isRenewed = false;
  }

  show(): void {
    this.isRenewed = false;
    this.isOpen = true;
    this.#dialog?.showModal();
  }

  close(): void {
    this.#dialog?.close();
  }

  get #dialog(): HTMLDialogElement | null {
    return this.renderRoot.querySelector("dialog");
  }

  override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("link") && this.isOpen) this.isRenewed = true;
  }

  override render(): TemplateResult {
    return html`<dialog aria-labelledby="title" @close=${() => { this.isOpen = false; }}>
      <header>
        <h2 id="title">Invite</h2>
        <button class="icon-button" type="button" aria-label="Close" @click=${this.close}>
          ${closeIcon}</button>
      </header>
      <h3>Your link</h3>
      <p>Whoever opens it can write to you and is no stranger. It holds your public keys and your
        name.</p>
      <homing-qr-code .text=${this.isOpen ? this.link : ""} label="Your invite link as a QR code">
      </homing-qr-code>
      <homing-copy-field .text=${this.link} label="Your invite link" data-invite>
      </homing-copy-field>
      <div class="renew">
        <button class="quiet" type="button" @click=${() => emit(this, "homing-renew-invite")}>
          Make a new link</button>
        <p><span role="status">${this.isRenewed ? "This is a new link." : ""}</span>
          Who comes by an old link still reaches you, but as a request.</p>
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

  #accept(event: SubmitEvent): void {
    event.preventDefault();
    const field = this.renderRoot.querySelector<HTMLInputElement>("input[name=invite]");
    emit(this, "homing-accept", { invite: field?.value ?? "" });
  }
}

customElements.define("homing-invite-dialog", InviteDialog);
