import { css, html, LitElement, type PropertyValues, type TemplateResult } from "lit";
import type { ConversationView } from "../src/homing.js";
import { displayName } from "./format.js";
import { controls } from "./shared-styles.js";
import { emit } from "./ui-events.js";

/**
 * In place of the composer, below the messages of somebody who is not accepted or is blocked: what
 * one can do about them.
 *
 * @fires homing-accept-contact, homing-block, homing-ask-delete
 */
export class RequestBar extends LitElement {
  static override properties = { conversation: { attribute: false } };
  declare conversation: ConversationView | undefined;

  #hadFocus = false;

  static override styles = [controls, css`
    section {
      display: grid;
      justify-items: center;
      gap: 0.7rem;
      padding: 0.9rem clamp(0.6rem, 2vw, 1.2rem);
      padding-bottom: max(0.9rem, env(safe-area-inset-bottom));
      background: var(--surface);
      border-top: 1px solid var(--line);
    }
    p {
      margin: 0;
      max-width: 36rem;
      color: var(--text-soft);
      font-size: 0.92rem;
      text-align: center;
      overflow-wrap: anywhere;
    }
    .buttons {
      display: flex;
      flex-wrap: wrap;
      justify-content: center;
      gap: 0.5rem;
    }
  `];

  override willUpdate(): void {
    this.#hadFocus = this.matches(":focus-within");
  }

  override updated(changed: PropertyValues<this>): void {
    const former = changed.get("conversation");
    const isOther = former?.peer === this.conversation?.peer &&
      former?.contact !== this.conversation?.contact;
    // The button that was pressed has gone.
    if (isOther && this.#hadFocus) this.renderRoot.querySelector("button")?.focus();
  }

  override render(): TemplateResult | undefined {
    if (this.conversation === undefined) return undefined;
    const name = html`<bdi>${displayName(this.conversation)}</bdi>`;
    return this.conversation.contact === "blocked"
      ? html`<section aria-label="Blocked">
          <p>You have blocked ${name}. What they write is dropped, and they are not told.</p>
          <div class="buttons">
            <button class="primary" type="button"
              @click=${() => emit(this, "homing-accept-contact")}>Unblock</button>
            ${this.#deleteButton}
          </div>
        </section>`
      : html`<section aria-label="Request">
          <p>${name} wants to write to you, and learns nothing until you accept: not even that this
            has arrived.</p>
          <div class="buttons">
            <button class="primary" type="button"
              @click=${() => emit(this, "homing-accept-contact")}>Accept</button>
            <button class="quiet" type="button" @click=${() => emit(this, "homing-block")}>
              Block</button>
            ${this.#deleteButton}
          </div>
        </section>`;
  }

  get #deleteButton(): TemplateResult {
    return html`<button class="quiet danger" type="button"
      @click=${() => emit(this, "homing-ask-delete")}>Delete</button>`;
  }
}

customElements.define("homing-request-bar", RequestBar);
