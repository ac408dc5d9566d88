import { css, html, LitElement, svg, type TemplateResult } from "lit";
import type { MessageStatus } from "../src/homing.js";

/** What each icon says to those who do not see it. */
export const statusWords: Record<MessageStatus, string> = {
  pending: "waiting",
  sent: "sent",
  delivered: "delivered",
  read: "read",
  held: "held back",
  cancelled: "cancelled",
  received: "received",
};

const clock = svg`<circle cx="10" cy="7" r="5.2"/><path d="M10 4v3.200l2.2 1.3"/>`;
const oneTick = svg`<path d="M5.5 7.4 8.6 10.6 14.7 3.6"/>`;
const twoTicks = svg`<path d="M1.8 7.4 4.9 10.6 11 3.6"/>
  <path d="M8.2 9.6 9.1 10.6 15.2 3.6" transform="translate(2.2 0)"/>`;
const exclamation = svg`<circle cx="10" cy="7" r="5.2"/><path d="M10 4.300v3.200M10 9.700v.01"/>`;

const drawings: Partial<Record<MessageStatus, TemplateResult>> = {
  pending: clock,
  sent: oneTick,
  delivered: twoTicks,
  read: twoTicks,
  held: exclamation,
};

/**
 * How far a message has come: a clock, one tick, two ticks, two blue ticks. `data-status` carries
 * the status by name. Draws nothing for a message that has no such state.
 */
export class StatusIcon extends LitElement {
  static override properties = { status: { type: String } };
  declare status: MessageStatus;

  static override styles = css`
    :host {
      display: inline-flex;
      vertical-align: -0.12em;
    }
    svg {
      width: 1.25rem;
      height: 0.875rem;
      color: var(--tick);
    }
    svg[data-status="read"] {
      color: var(--tick-read);
    }
    svg[data-status="held"] {
      color: var(--danger);
    }
  `;

  override render(): TemplateResult | undefined {
    const drawing = drawings[this.status];
    return drawing && html`<svg viewBox="0 0 20 14" role="img" data-status=${this.status}
      aria-label=${statusWords[this.status]} fill="none" stroke="currentColor" stroke-width="1.6"
      stroke-linecap="round" stroke-linejoin="round">${drawing}</svg>`;
  }
}

customElements.define("homing-status-icon", StatusIcon);
