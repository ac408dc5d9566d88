// Finds the one state of a message by its id. Holds on to those that somebody waits for; the others
// live as long as a handle does.

import { MessageState, mergeStatus } from "./message-state.js";
import type { MessageStatus, MessageView, Milestone } from "./types.js";

/** To be merged into what is known of each message, as mergeStatus() does. */
export interface StatusChange {
  readonly status: MessageStatus;
  readonly heldReason?: string;
  readonly ids: readonly string[];
}

export class MessageRegistry {
  readonly #states = new Map<string, WeakRef<MessageState>>();
  readonly #awaited = new Map<string, MessageState>();
  readonly #forget = new FinalizationRegistry<string>((id) => {
    // A newer state of the same id may have taken the place.
    if (this.#states.get(id)?.deref() === undefined) this.#states.delete(id);
  });

  /** The state of a message, brought up to date with what was just read. */
  obtain(view: MessageView): MessageState {
    const known = this.#states.get(view.id)?.deref();
    if (known !== undefined) {
      known.update(view);
      return known;
    }
    const state = new MessageState(view);
    this.#states.set(view.id, new WeakRef(state));
    this.#forget.register(state, view.id);
    return state;
  }

  applyStatus({ status, heldReason, ids }: StatusChange): void {
    for (const id of ids) {
      const state = this.#states.get(id)?.deref();
      if (state === undefined || mergeStatus(state.view.status, status) !== status) continue;
      const { heldReason: _former, ...rest } = state.view;
      state.update(
        heldReason === undefined ? { ...rest, status } : { ...rest, status, heldReason });
    }
  }

  async until(state: MessageState, milestone: Milestone, signal?: AbortSignal): Promise<void> {
    const { id } = state.view;
    const reached = state.until(milestone, signal);
    if (state.isAwaited) this.#awaited.set(id, state);
    try {
      await reached;
    } finally {
      if (!state.isAwaited) this.#awaited.delete(id);
    }
  }

  /** Messages that somebody waits for. */
  awaited(): MessageState[] {
    return [...this.#awaited.values()];
  }

  failPeer(peer: string, error: unknown): void {
    for (const state of this.awaited()) if (state.view.peer === peer) state.fail(error);
  }

  failAll(error: unknown): void {
    for (const state of this.awaited()) state.fail(error);
  }
}
