import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import type { ProfileCare } from "./profile-care.js";
import { controls, dialogs } from "./shared-styles.js";

type Form = "none" | "set" | "change" | "remove";

const titles = { none: "", set: "Set it", change: "Change it", remove: "Remove it" };

/** Sets, changes and removes the passphrase, and locks the profile. */
export class PassphraseSettings extends LitElement {
  static override properties = {
    care: { attribute: false },
    hasPassphrase: { type: Boolean },
    form: { state: true },
    problem: { state: true },
    isBusy: { state: true },
  };
  declare care: ProfileCare | undefined;
  declare hasPassphrase: boolean;
  declare form: Form;
  declare problem: string;
  declare isBusy: boolean;

  static override styles = [controls, dialogs, css`
    .actions {
      display: flex;
      flex-wrap: wrap;
      margin-left: -0.7rem;
    }
    .actions .quiet {
      padding-inline: 0.7rem;
    }
    .row {
      justify-content: flex-end;
    }
  `];

  constructor() {
    super();
    this.hasPassphrase = this.isBusy = false;
    this.form = "none";
    this.problem = "";
  }

  override render(): TemplateResult {
    return html`<section aria-label="Passphrase">
      <h3>Passphrase</h3>
      <p>${this.hasPassphrase
        ? "This profile opens with its passphrase only. Nobody can bring a forgotten one back."
        : "Protects your messages on this device from whoever else can use it."}</p>
      ${this.form === "none" ? this.#renderActions() : this.#renderForm(this.form)}
    </section>`;
  }

  #renderActions(): TemplateResult {
    const show = (form: Form) => () => { this.form = form; };
    if (!this.hasPassphrase) {
      return html`<div class="actions">
        <button class="quiet" type="button" @click=${show("set")}>Set a passphrase</button>
      </div>`;
    }
    return html`<div class="actions">
      <button class="quiet" type="button" @click=${() => this.care?.lock()}>Lock now</button>
      <button class="quiet" type="button" @click=${show("change")}>Change</button>
      <button class="quiet" type="button" @click=${show("remove")}>Remove</button>
    </div>`;
  }

  #renderForm(form: Form): TemplateResult {
    return html`<form class="stack" @submit=${this.#submit}>
      ${form === "set" ? nothing : this.#renderField("current", "Current passphrase")}
      ${form === "remove" ? nothing : html`
        ${this.#renderField("next", "New passphrase")}
        ${this.#renderField("repeated", "The same again")}`}
      <p class="error" role="alert">${this.problem}</p>
      <div class="row">
        <button class="quiet" type="button" @click=${this.#close}>Cancel</button>
        <button class="primary" type="submit" ?disabled=${this.isBusy}>
          ${this.isBusy ? "One moment\u2026" : titles[form]}</button>
      </div>
    </form>`;
  }

  #renderField(name: string, label: string): TemplateResult {
    return html`<input type="password" name=${name} required placeholder=${label}
      aria-label=${label} ?disabled=${this.isBusy}
      autocomplete=${name === "current" ? "current-password" : "new-password"} />`;
  }

  override updated(changed: Map<string, unknown>): void {
    if (changed.has("form")) this.renderRoot.querySelector("input")?.focus();
  }

  #close(): void {
    this.form = "none";
    this.problem = "";
  }

  async #submit(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const data = new FormData(event.target as HTMLFormElement);
    const text = (name: string): string => String(data.get(name) ?? "");
    if (this.form !== "remove" && text("next") !== text("repeated")) {
      this.problem = "These two are not the same.";
      return;
    }
    this.isBusy = true;
    const problem = this.form === "remove"
      ? await this.care?.removePassphrase(text("current"))
      : await this.care?.setPassphrase(text("next"), text("current"));
    this.isBusy = false;
    this.problem = problem ?? "";
    if (this.problem === "") this.#close();
  }
}

customElements.define("homing-passphrase-settings", PassphraseSettings);
