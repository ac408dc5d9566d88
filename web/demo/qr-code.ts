import { css, html, LitElement, nothing, type PropertyValues, type TemplateResult } from "lit";

/** Light modules around the code, as readers want them. */
const margin = 4;

/**
 * A text as a QR code, dark on light in every colour scheme because many readers want it so. What
 * draws it is loaded when there is something to draw.
 */
export class QrCode extends LitElement {
  static override properties = {
    text: { type: String },
    label: { type: String },
    drawing: { state: true },
  };
  declare text: string;
  /** What the code is, for those who do not see it. */
  declare label: string;
  declare drawing: { readonly path: string; readonly size: number } | undefined;

  static override styles = css`
    :host {
      display: block;
      width: 12rem;
      max-width: 100%;
      aspect-ratio: 1;
    }
    svg {
      display: block;
      border-radius: 10px;
    }
  `;

  constructor() {
    super();
    this.text = this.label = "";
    this.drawing = undefined;
  }

  override updated(changed: PropertyValues<this>): void {
    if (changed.has("text")) void this.#draw(this.text);
  }

  override render(): TemplateResult | typeof nothing {
    if (this.drawing === undefined) return nothing;
    const { path, size } = this.drawing;
    return html`<svg viewBox="0 0 ${size} ${size}" shape-rendering="crispEdges" role="img"
      aria-label=${this.label}>
      <rect width=${size} height=${size} fill="#fff" /><path d=${path} fill="#000" /></svg>`;
  }

  async #draw(text: string): Promise<void> {
    if (text === "") {
      this.drawing = undefined;
      return;
    }
    // Offline and not loaded yet: the text beside the code serves as well.
    const module = await import("lean-qr").catch(() => undefined);
    if (module === undefined || text !== this.text) return;
    const bitmap = module.generate(text);
    let path = "";
    for (let y = 0; y < bitmap.size; ++y) {
      for (let x = 0; x < bitmap.size; ++x) {
        if (bitmap.get(x, y)) path += `M${x + margin} ${y + margin}h1v1h-1z`;
      }
    }
    this.drawing = { path, size: bitmap.size + 2 * margin };
  }
}

customElements.define("homing-qr-code", QrCode);
