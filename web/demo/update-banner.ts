import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { banners, controls } from "./shared-styles.js";
import { emit } from "./ui-events.js";

/**
 * Offers a newer page. Shown when taking it disturbs nothing.
 *
 * @fires homing-update
 */
export class UpdateBanner extends LitElement {
  static override properties = {
    isWaiting: { type: Boolean },
    isBehind: { type: Boolean },
  };
  declare isWaiting: boolean;
  declare isBehind: boolean;

  static override styles = [controls, banners, css`
    .banner {
      background: var(--accent-soft);
      color: var(--text);
    }
  `];

  constructor() {
    super();
    this.isWaiting = this.isBehind = false;
  }

  override render(): TemplateResult {
    return html`<div role="status">${this.#renderOffer()}</div>`;
  }

  #renderOffer(): TemplateResult | typeof nothing {
    if (!this.isWaiting && !this.isBehind) return nothing;
    const [text, action] = this.isBehind
      ? ["homing was updated in another tab.", "Reload"]
      : ["A new version is ready.", "Update"];
    return html`<div class="banner" data-update><span>${text}</span>
      <button type="button" @click=${() => emit(this, "homing-update")}>${action}</button></div>`;
  }
}

customElements.define("homing-update-banner", UpdateBanner);
