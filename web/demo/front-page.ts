import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { errorText } from "./format.js";
import { logo } from "./icons.js";
import "./import-form.js";
import type { Phase } from "./phase.js";
import type { ProfileCare } from "./profile-care.js";
import { controls } from "./shared-styles.js";
import { emit } from "./ui-events.js";

/**
 * What is shown while there is no chat to show: the first run, a profile that is locked or open
 * elsewhere, and failures.
 *
 * @fires homing-begin, homing-unlock, homing-take-over, homing-reopen
 */
export class FrontPage extends LitElement {
  static override properties = {
    phase: { type: String },
    failure: { type: String },
    care: { attribute: false },
    isUnlocking: { type: Boolean },
    isImporting: { state: true },
  };
  declare phase: Phase;
  declare care: ProfileCare | undefined;
  /** While a passphrase is tried, which takes a second. */
  declare isUnlocking: boolean;
  declare isImporting: boolean;
  /** Code of what went wrong. */
  declare failure: string;

  static override styles = [controls, css`
    :host {
      display: grid;
      place-items: center;
      height: 100%;
      padding: 1.2rem;
      overflow: auto;
    }
    main {
      width: min(24rem, 100%);
      padding: 2rem 1.8rem;
      border-radius: 22px;
      background: var(--surface);
      border: 1px solid var(--line);
      box-shadow: var(--shadow-high);
      text-align: center;
    }
    main svg {
      width: 3.4rem;
      height: 3.4rem;
    }
    h1 {
      margin: 0.8rem 0 0.2rem;
      font-size: 1.4rem;
      letter-spacing: -0.01em;
    }
    p {
      margin: 0 0 1.4rem;
      color: var(--text-soft);
    }
    form {
      display: grid;
      gap: 0.6rem;
    }
    .error {
      margin: 0.8rem 0 0;
      color: var(--danger);
    }
    .back {
      margin-top: 0.6rem;
    }
    .opening {
      color: var(--text-soft);
      animation: appear 0.2s 0.5s both;
    }
    @keyframes appear {
      from { opacity: 0; }
    }
  `];

  constructor() {
    super();
    this.phase = "opening";
    this.failure = "";
    this.isImporting = this.isUnlocking = false;
  }

  // The attribute alone counts only where the page has just been loaded.
  override updated(): void {
    if (this.isUnlocking) return;
    this.renderRoot.querySelector<HTMLElement>("[autofocus]")?.focus();
  }

  override render(): TemplateResult | typeof nothing {
    switch (this.phase) {
      case "opening":
        return html`<p class="opening" role="status">Opening\u2026</p>`;
      case "welcome":
        return this.#renderWelcome();
      case "locked":
        return this.#renderLocked();
      case "in-use":
        return this.#renderProblem("Open elsewhere", errorText(this.failure),
          html`<button class="primary" type="button" autofocus
            @click=${() => emit(this, "homing-take-over")}>Use here</button>`);
      case "failed":
        if (this.failure === "storage_gone") return this.#renderGone();
        return this.#renderProblem("That did not work", errorText(this.failure),
          html`<button class="primary" type="button" autofocus
            @click=${() => emit(this, "homing-reopen")}>Try again</button>`);
      case "ready":
        return nothing;
    }
  }

  #renderGone(): TemplateResult {
    return html`<main data-failure=${this.failure}>
      ${logo}
      <h1>Your messages are gone</h1>
      <p role="alert">${errorText(this.failure)}</p>
      <homing-import-form .care=${this.care}></homing-import-form>
      <button class="quiet back" type="button"
        @click=${() => emit(this, "homing-begin-anew")}>Begin anew, as somebody else</button>
    </main>`;
  }

  #renderLocked(): TemplateResult {
    const isWrong = this.failure === "wrong_passphrase";
    return html`<main data-failure=${this.failure}>
      ${logo}
      <h1>Locked</h1>
      <p>Your messages are protected by a passphrase.</p>
      <form @submit=${this.#unlock}>
        <input type="password" name="passphrase" required autofocus
          autocomplete="current-password" placeholder="Passphrase" aria-label="Passphrase"
          aria-invalid=${isWrong ? "true" : "false"} ?readonly=${this.isUnlocking} />
        <button class="primary" type="submit" ?disabled=${this.isUnlocking}>
          ${this.isUnlocking ? "Unlocking\u2026" : "Unlock"}</button>
      </form>
      <p class="error" role="alert">${isWrong ? errorText(this.failure) : ""}</p>
    </main>`;
  }

  #renderWelcome(): TemplateResult {
    if (this.isImporting) {
      return html`<main>
        ${logo}
        <h1>From a backup</h1>
        <p>Choose the file that you exported in another browser.</p>
        <homing-import-form .care=${this.care}></homing-import-form>
        <button class="quiet back" type="button" @click=${() => { this.isImporting = false; }}>
          Back</button>
      </main>`;
    }
    return html`<main>
      ${logo}
      <h1>Welcome to homing</h1>
      <p>Write any time, with or without a network. A message you send finds its way home.</p>
      <form @submit=${this.#submit}>
        <input name="name" maxlength="60" autocomplete="nickname" dir="auto" autofocus
          placeholder="Your name" aria-label="Your name" />
        <button class="primary" type="submit">Start</button>
        <button class="quiet" type="button"
          @click=${() => emit(this, "homing-begin", { name: "" })}>Skip</button>
        <button class="quiet" type="button" @click=${() => { this.isImporting = true; }}>
          Import a backup</button>
      </form>
    </main>`;
  }

  #renderProblem(title: string, text: string, button: TemplateResult): TemplateResult {
    return html`<main data-failure=${this.failure}>
      ${logo}
      <h1>${title}</h1>
      <p role="alert">${text}</p>
      ${button}
    </main>`;
  }

  #submit(event: SubmitEvent): void {
    event.preventDefault();
    const field = this.renderRoot.querySelector("input");
    emit(this, "homing-begin", { name: field?.value.trim() ?? "" });
  }

  #unlock(event: SubmitEvent): void {
    event.preventDefault();
    const field = this.renderRoot.querySelector("input");
    emit(this, "homing-unlock", { passphrase: field?.value ?? "" });
  }
}

customElements.define("homing-front-page", FrontPage);
