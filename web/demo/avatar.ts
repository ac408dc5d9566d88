import { css, html, LitElement, type TemplateResult } from "lit";

const hues = 8;

/** The first letter of a name on a colour that follows from the address. Decoration only. */
export class Avatar extends LitElement {
  static override properties = { name: { type: String }, address: { type: String } };
  declare name: string;
  declare address: string;

  static override styles = css`
    :host {
      display: inline-block;
      flex: none;
    }
    span {
      display: grid;
      place-items: center;
      width: 2.6rem;
      height: 2.6rem;
      border-radius: 50%;
      font-weight: 600;
      color: #fff;
      background: #0f766e;
    }
    [data-hue="1"] { background: #9a4d0c; }
    [data-hue="2"] { background: #7c3aa8; }
    [data-hue="3"] { background: #1f5fbf; }
    [data-hue="4"] { background: #b0305c; }
    [data-hue="5"] { background: #3f6f1f; }
    [data-hue="6"] { background: #5b4bc4; }
    [data-hue="7"] { background: #2f6b80; }
  `;

  constructor() {
    super();
    this.name = this.address = "";
  }

  override render(): TemplateResult {
    const [letter = "?"] = this.name;
    const hue = this.address.charCodeAt(0) % hues;
    return html`<span aria-hidden="true" data-hue=${hue}>${letter.toUpperCase()}</span>`;
  }
}

customElements.define("homing-avatar", Avatar);
