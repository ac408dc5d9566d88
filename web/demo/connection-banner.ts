import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import type { ConnectionView, StorageView } from "../src/homing.js";
import { connectionText, errorText, plural } from "./format.js";
import { alertIcon, offlineIcon } from "./icons.js";
import { banners, controls } from "./shared-styles.js";
import { emit } from "./ui-events.js";

/**
 * Says what keeps messages from leaving, or from being stored. Nothing while all is well.
 *
 * @fires homing-try-now
 */
export class ConnectionBanner extends LitElement {
  static override properties = {
    connection: { attribute: false },
    storage: { attribute: false },
    leavesAlone: { type: Boolean },
  };
  declare connection: ConnectionView;
  declare storage: StorageView;
  /** Whether what waits leaves also without this page. */
  declare leavesAlone: boolean;

  static override styles = [controls, banners, css`
    .banner {
      background: var(--notice);
      color: var(--notice-text);
      font-variant-numeric: tabular-nums;
    }
    .banner.brief {
      /* Connecting usually takes less time than reading this would. */
      animation: appear 0s 0.7s both;
    }
    @keyframes appear {
      from { display: none; visibility: hidden; height: 0; padding-block: 0; overflow: hidden; }
    }
    .banner.storage {
      background: var(--danger-soft);
      color: var(--danger);
    }
    svg {
      flex: none;
      width: 1.15rem;
      height: 1.15rem;
    }
  `];

  constructor() {
    super();
    this.connection = { state: "online" };
    this.storage = { unsaved: 0 };
    this.leavesAlone = false;
  }

  override render(): TemplateResult {
    // The live region has to be there before its text is.
    return html`<div role="status" data-connection=${this.connection.state}>
      ${this.#renderStorage()}${this.#renderConnection()}</div>`;
  }

  #renderConnection(): TemplateResult | typeof nothing {
    const text = connectionText(this.connection, this.leavesAlone);
    if (text === "") return nothing;
    const { state } = this.connection;
    const isBrief = state === "connecting" || state === "authenticating";
    return html`<div class="banner ${isBrief ? "brief" : ""}">${offlineIcon}<span>${text}</span>
      ${state === "waiting" || state === "stalled"
        ? html`<button type="button" @click=${() => emit(this, "homing-try-now")}>Try now</button>`
        : nothing}
    </div>`;
  }

  #renderStorage(): TemplateResult | typeof nothing {
    const { error, unsaved } = this.storage;
    if (error === undefined) return nothing;
    const what = unsaved === 0
      ? "Messages cannot be saved on this device."
      : `${plural(unsaved, "change is", "changes are")} not saved on this device.`;
    return html`<div class="banner storage" data-storage=${error}>${alertIcon}
      <span>${what} ${errorText(error)} Keep this page open.</span></div>`;
  }
}

customElements.define("homing-connection-banner", ConnectionBanner);
