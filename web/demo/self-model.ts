// What one says of oneself: the name, the receipts, and the link by which others find one.

import { type Homing, inviteUrl } from "../src/homing.js";

export class SelfModel {
  readonly #client: Homing;
  /** The link; "" before load(). */
  invite = "";

  constructor(client: Homing) {
    this.#client = client;
  }

  get address(): string { return this.#client.address; }
  get name(): string { return this.#client.name; }
  get readReceipts(): boolean { return this.#client.readReceipts; }
  get deliveredReceipts(): boolean { return this.#client.deliveredReceipts; }

  async load(): Promise<void> {
    const invite = await this.#client.invite();
    // The link leads to this page without its query: who opens it has a profile of their own.
    this.invite = inviteUrl(invite, location.origin + location.pathname);
  }

  /** The link carries the name. */
  async setName(name: string): Promise<void> {
    if (name !== this.name) await this.#client.setName(name);
    await this.load();
  }

  async renewInvite(): Promise<void> {
    await this.#client.renewInvite();
    await this.load();
  }

  setReadReceipts(enabled: boolean): Promise<void> {
    return this.#client.setReadReceipts(enabled);
  }

  setDeliveredReceipts(enabled: boolean): Promise<void> {
    return this.#client.setDeliveredReceipts(enabled);
  }
}
