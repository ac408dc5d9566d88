// What is known about one message, and who waits for it to get further. Shared by all handles of
// that message, so that none of them is out of date.

import { HomingError } from "./errors.js";
import type { MessageStatus, MessageView, Milestone } from "./types.js";

// Somebody else's message has come all the way. Held and cancelled ones have not.
const rank: Record<MessageStatus, number> = {
  held: 0, cancelled: 0, pending: 0, sent: 1, delivered: 2, read: 3, received: 3,
};

/**
 * What a message's status is after this news. News is told when it is durable, and a query may have
 * shown more by then; nobody must see a tick go away again (I4).
 */
export function mergeStatus(now: MessageStatus, news: MessageStatus): MessageStatus {
  return rank[news] < rank[now] ? now : news;
}

interface Waiter {
  readonly milestone: Milestone;
  resolve(): void;
  reject(error: unknown): void;
}

export class MessageState {
  view: MessageView;
  readonly #waiters = new Set<Waiter>();

  constructor(view: MessageView) {
    this.view = view;
  }

  /** Whether anybody waits: such a state must be kept up to date, and therefore alive. */
  get isAwaited(): boolean {
    return this.#waiters.size > 0;
  }

  update(view: MessageView): void {
    this.view = view;
    if (view.status === "cancelled") this.fail(new HomingError("cancelled"));
    for (const waiter of [...this.#waiters]) {
      if (rank[view.status] >= rank[waiter.milestone]) waiter.resolve();
    }
  }

  fail(error: unknown): void {
    for (const waiter of [...this.#waiters]) waiter.reject(error);
  }

  until(milestone: Milestone, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const onAbort = (): void => waiter.reject(signal?.reason);
      const end = (): void => {
        this.#waiters.delete(waiter);
        signal?.removeEventListener("abort", onAbort);
      };
      const waiter: Waiter = {
        milestone,
        resolve: () => { end(); resolve(); },
        reject: (error) => { end(); reject(error); },
      };
      signal?.addEventListener("abort", onAbort, { once: true });
      this.#waiters.add(waiter);
      if (signal?.aborted) onAbort();
      else this.update(this.view);
    });
  }
}
