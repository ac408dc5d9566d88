import { css, html, LitElement, type TemplateResult } from "lit";
import "./backup-settings.js";
import { closeIcon } from "./icons.js";
import "./passphrase-settings.js";
import type { ProfileCare } from "./profile-care.js";
import { controls, dialogs } from "./shared-styles.js";
import { emit } from "./ui-events.js";

/**
 * Name, receipts, passphrase, backup, and the address. Opened by show().
 *
 * @fires homing-name, homing-read-receipts, homing-delivered-receipts
 */
export class SettingsDialog extends LitElement {
  static override properties = {
    name: { type: String },
    address: { type: String },
    readReceipts: { type: Boolean },
    deliveredReceipts: { type: Boolean },
    care: { attribute: false },
    hasPassphrase: { type: Boolean },
  };
  declare name: string;
  declare address: string;
  declare readReceipts: boolean;
  declare deliveredReceipts: boolean;
  declare care: ProfileCare | undefined;
  declare hasPassphrase: boolean;

  static override styles = [controls, dialogs, css`
    label.switch {
      display: flex;
      align-items: flex-start;
      gap: 0.7rem;
      margin-top: 1.1rem;
      cursor: pointer;
    }
    label.switch strong {
      display: block;
      font-size: 0.95rem;
    }
    .hint {
      color: var(--text-soft);
      font-size: 0.88rem;
    }
    input[type="checkbox"] {
      width: 1.15rem;
      height: 1.15rem;
      margin: 0.15rem 0 0;
      accent-color: var(--accent);
      flex: none;
    }
    code {
      font-size: 0.82rem;
      overflow-wrap: anywhere;
      color: var(--text-soft);
    }
  `];

  constructor() {
    super();
    this.name = this.address = "";
    this.readReceipts = this.deliveredReceipts = true;
    this.hasPassphrase = false;
  }

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
    return html`<dialog aria-labelledby="title">
      <header>
        <h2 id="title">Settings</h2>
        <button class="icon-button" type="button" aria-label="Close" @click=${this.close}>
          ${closeIcon}</button>
      </header>
      <form @submit=${this.#saveName}>
        <h3><label for="name">Your name</label></h3>
        <div class="row">
          <input id="name" name="name" maxlength="60" autocomplete="nickname" dir="auto"
            .value=${this.name} />
          <button class="primary" type="submit">Save</button>
        </div>
      </form>
      <label class="switch">
        <input type="checkbox" name="read-receipts" .checked=${this.readReceipts}
          @change=${this.#toggle} />
        <span><strong>Read receipts</strong>
          <span class="hint">Others see when you have read their messages, and you see when they
            have read yours.</span></span>
      </label>
      <label class="switch">
        <input type="checkbox" name="delivered-receipts" .checked=${this.deliveredReceipts}
          @change=${this.#toggleDelivered} />
        <span><strong>Delivery receipts</strong>
          <span class="hint">Others see when their messages are on this device; you see it of yours
            in any case.</span></span>
      </label>
      <homing-passphrase-settings .care=${this.care} .hasPassphrase=${this.hasPassphrase}>
      </homing-passphrase-settings>
      <homing-backup-settings .care=${this.care}></homing-backup-settings>
      <h3>Your address</h3>
      <code data-address>${this.address}</code>
    </dialog>`;
  }

  #saveName(event: SubmitEvent): void {
    event.preventDefault();
    const field = this.renderRoot.querySelector<HTMLInputElement>("input[name=name]");
    emit(this, "homing-name", { name: field?.value.trim() ?? "" });
    this.close();
  }

  #toggle(event: Event): void {
    emit(this, "homing-read-receipts", { enabled: (event.target as HTMLInputElement).checked });
  }

  #toggleDelivered(event: Event): void {
    const { checked } = event.target as HTMLInputElement;
    emit(this, "homing-delivered-receipts", { enabled: checked });
  }
}

customElements.define("homing-settings-dialog", SettingsDialog);
