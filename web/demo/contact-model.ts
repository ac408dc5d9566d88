// What one decides about the other person of a conversation, and by what one knows them.

import type { Conversation, SafetyNumberView } from "../src/homing.js";

/** What came of comparing codes; "none" before, and while another code is put in. */
export type Comparison = "none" | "match" | "mismatch";

export class ContactModel {
  readonly #conversation: Conversation;
  safetyNumber: SafetyNumberView | undefined;
  comparison: Comparison = "none";

  constructor(conversation: Conversation) {
    this.#conversation = conversation;
  }

  /** To be called before its numbers are shown: they take some milliseconds to compute. */
  async load(): Promise<void> {
    this.comparison = "none";
    this.safetyNumber ??= await this.#conversation.safetyNumber();
  }

  /** `code`: what the other device shows, or "" to take the last answer back. */
  async compare(code: string): Promise<void> {
    this.comparison = "none";
    if (code === "") return;
    const matches = await this.#conversation.matchesSafetyCode(code);
    if (matches) await this.#conversation.setVerified(true);
    this.comparison = matches ? "match" : "mismatch";
  }

  async setVerified(verified: boolean): Promise<void> {
    this.comparison = "none";
    await this.#conversation.setVerified(verified);
  }

  accept(): Promise<void> { return this.#conversation.accept(); }
  block(): Promise<void> { return this.#conversation.block(); }
  delete(): Promise<void> { return this.#conversation.delete(); }
}
