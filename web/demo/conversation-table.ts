// What is known of every conversation, as the client has told it.

import type { ConversationView } from "../src/homing.js";

/** A conversation that has been opened and that nothing was told of yet. */
const emptyConversation = {
  contact: "accepted", verified: false, name: "", unread: 0, pending: 0, lastTime: 0, lastText: "",
} as const;

export class ConversationTable {
  readonly #views = new Map<string, ConversationView>();

  /** Latest first. */
  get all(): ConversationView[] {
    return [...this.#views.values()].sort((a, b) => b.lastTime - a.lastTime);
  }

  get size(): number { return this.#views.size; }

  get unread(): number {
    return this.all.reduce((sum, { unread }) => sum + unread, 0);
  }

  get pending(): number {
    return this.all.reduce((sum, { pending }) => sum + pending, 0);
  }

  get(peer: string): ConversationView {
    return this.#views.get(peer) ?? { peer, ...emptyConversation };
  }

  put(view: ConversationView): void {
    this.#views.set(view.peer, view);
  }

  delete(peer: string): void {
    this.#views.delete(peer);
  }

  replaceAll(views: readonly ConversationView[]): void {
    this.#views.clear();
    for (const view of views) this.put(view);
  }
}
