import { css, html, LitElement, type TemplateResult } from "lit";
import type { Progress } from "../src/homing.js";
import type { ProfileCare } from "./profile-care.js";
import { controls, dialogs } from "./shared-styles.js";
import { emit } from "./ui-events.js";

/**
 * Makes a backup the profile of this page.
 *
 * @fires homing-imported
 */
export class ImportForm extends LitElement {
  static override properties = {
    care: { attribute: false },
    problem: { state: true },
    progress: { state: true },
  };
  declare care: ProfileCare | undefined;
  declare problem: string;
  /** While an import runs. */
  declare progress: Progress | undefined;
  #running: AbortController | undefined;

  static override styles = [controls, dialogs, css`
    input[type="file"] {
      font: inherit;
      width: 100%;
      min-width: 0;
      color: var(--text-soft);
    }
    input[type="file"]::file-selector-button {
      font: inherit;
      font-weight: 600;
      margin-right: 0.7rem;
      padding: 0.55rem 0.9rem;
      border: 1px solid var(--line);
      border-radius: 10px;
      color: var(--text);
      background: var(--surface-sunk);
    }
  `];

  constructor() {
    super();
    this.problem = "";
    this.progress = undefined;
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#running?.abort();
  }

  override render(): TemplateResult {
    const isBusy = this.progress !== undefined;
    const { done, total } = this.progress ?? { done: 0, total: 1 };
    return html`<form class="stack" @submit=${this.#submit}>
      <input type="file" name="backup" required accept=".homing" aria-label="Backup file"
        ?disabled=${isBusy} />
      <input type="password" name="passphrase" required autocomplete="off"
        placeholder="Passphrase of the file" aria-label="Passphrase of the file"
        ?disabled=${isBusy} />
      <p class="error" role="alert">${this.problem}</p>
      <progress max=${total} .value=${done} aria-label="Imported" ?hidden=${!isBusy}></progress>
      <button class="primary" type="submit" ?disabled=${isBusy}>
        ${isBusy ? "Importing\u2026" : "Import"}</button>
    </form>`;
  }

  async #submit(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const data = new FormData(event.target as HTMLFormElement);
    const running = new AbortController();
    this.#running = running;
    this.problem = "";
    this.progress = { done: 0, total: 1 };
    const problem = await this.care?.importProfile(data.get("backup") as File, {
      passphrase: String(data.get("passphrase")),
      signal: running.signal,
      onProgress: (progress) => { this.progress = progress; },
    });
    this.progress = undefined;
    this.problem = problem ?? "";
    if (this.problem === "" && !running.signal.aborted) emit(this, "homing-imported");
  }
}

customElements.define("homing-import-form", ImportForm);
