import { css, html, LitElement, type TemplateResult } from "lit";

/** Beside the name of somebody whose safety number has been compared. */
export class VerifiedBadge extends LitElement {
  static override styles = css`
    :host {
      display: inline-flex;
      flex: none;
      vertical-align: -0.15em;
      color: var(--accent);
    }
    svg {
      width: 1.05em;
      height: 1.05em;
    }
  `;

  override render(): TemplateResult {
    return html`<svg viewBox="0 0 24 24" role="img" aria-label="verified" fill="none"
      stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round">
      <title>Verified</title>
      <path d="M12 3l7 2.500v6c0 4.500-2.800 7.600-7 9.500-4.200-1.900-7-5-7-9.500v-6z" />
      <path d="M8.700 12l2.400 2.400 4.300-4.600" /></svg>`;
  }
}

customElements.define("homing-verified-badge", VerifiedBadge);
