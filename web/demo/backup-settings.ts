import { css, html, LitElement, type TemplateResult } from "lit";
import type { Progress } from "../src/homing.js";
import type { ProfileCare } from "./profile-care.js";
import { controls, dialogs } from "./shared-styles.js";

/** Exports the profile as an encrypted file. */
export class BackupSettings extends LitElement {
  static override properties = {
    care: { attribute: false },
    isOpen: { state: true },
    problem: { state: true },
    progress: { state: true },
  };
  declare care: ProfileCare | undefined;
  declare isOpen: boolean;
  declare problem: string;
  /** While an export runs. */
  declare progress: Progress | undefined;
  #running: AbortController | undefined;

  static override styles = [controls, dialogs, css`
    .quiet.open {
      margin-left: -0.9rem;
    }
    .row {
      justify-content: flex-end;
    }
  `];

  constructor() {
    super();
    this.isOpen = false;
    this.problem = "";
    this.progress = undefined;
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#running?.abort();
  }

  override render(): TemplateResult {
    return html`<section aria-label="Backup">
      <h3>Backup</h3>
      <p>Everything of this profile in one encrypted file: to keep, or to go on in another browser.
        Use it in one place at a time.</p>
      ${this.isOpen ? this.#renderForm() : html`<button class="quiet open" type="button"
        @click=${() => { this.isOpen = true; }}>Export</button>`}
    </section>`;
  }

  #renderForm(): TemplateResult {
    const isBusy = this.progress !== undefined;
    const { done, total } = this.progress ?? { done: 0, total: 1 };
    return html`<form class="stack" @submit=${this.#submit}>
      <input type="password" name="passphrase" required autocomplete="new-password"
        placeholder="Passphrase of the file" aria-label="Passphrase of the file"
        ?disabled=${isBusy} />
      <input type="password" name="repeated" required autocomplete="new-password"
        placeholder="The same again" aria-label="The same again" ?disabled=${isBusy} />
      <p class="error" role="alert">${this.problem}</p>
      <progress max=${total} .value=${done} aria-label="Exported" ?hidden=${!isBusy}></progress>
      <div class="row">
        <button class="quiet" type="button" @click=${this.#close}>Cancel</button>
        <button class="primary" type="submit" ?disabled=${isBusy}>
          ${isBusy ? "Exporting\u2026" : "Export"}</button>
      </div>
    </form>`;
  }

  override updated(changed: Map<string, unknown>): void {
    if (changed.has("isOpen") && this.isOpen) this.renderRoot.querySelector("input")?.focus();
  }

  #close(): void {
    this.#running?.abort();
    this.isOpen = false;
    this.problem = "";
  }

  async #submit(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const data = new FormData(event.target as HTMLFormElement);
    const passphrase = String(data.get("passphrase"));
    if (passphrase !== data.get("repeated")) {
      this.problem = "These two are not the same.";
      return;
    }
    const running = new AbortController();
    this.#running = running;
    this.problem = "";
    this.progress = { done: 0, total: 1 };
    const problem = await this.care?.exportProfile({
      passphrase,
      signal: running.signal,
      onProgress: (progress) => { this.progress = progress; },
    });
    this.progress = undefined;
    this.problem = problem ?? "";
    if (this.problem === "") this.isOpen = false;
  }
}

customElements.define("homing-backup-settings", BackupSettings);
