// A handle on one message. Its fields follow the message; its promises tell how far it has come.

import type { MessageRegistry } from "./message-registry.js";
import type { MessageState } from "./message-state.js";
import type { MessageStatus, MessageView, Milestone, WhyView } from "./types.js";
import type { WorkerLink } from "./worker-link.js";

/** What handles need of the client that made them. */
export interface Client {
  readonly link: WorkerLink;
  readonly registry: MessageRegistry;
}

/**
 * One message of a conversation, yours or theirs. Made by Conversation.send() and
 * Conversation.messages(); handles of the same message always agree.
 */
export class Message {
  readonly #client: Client;
  readonly #state: MessageState;
  #sent: Promise<void> | undefined;
  #delivered: Promise<void> | undefined;

  /** Not for applications: handles come from a Conversation. */
  constructor(client: Client, state: MessageState) {
    this.#client = client;
    this.#state = state;
  }

  /** Everything known about the message now, as a plain object that is replaced, not changed. */
  get view(): MessageView { return this.#state.view; }

  /** Chosen when the message was written and never changed, by retries least of all. */
  get id(): string { return this.view.id; }
  /** Address of the other side of the conversation. */
  get peer(): string { return this.view.peer; }
  /** Whether this profile wrote it. */
  get outgoing(): boolean { return this.view.outgoing; }
  /** When its author pressed Send, in milliseconds since 1970 by the author's clock. */
  get time(): number { return this.view.time; }
  get status(): MessageStatus { return this.view.status; }
  /** Why it was refused, while its status is `"held"`. */
  get heldReason(): string | undefined { return this.view.heldReason; }
  get text(): string { return this.view.text; }

  /**
   * Resolves when the relay has stored the message: one tick. It stays unsettled for as long as the
   * message waits, offline for a week or held, because then neither outcome would be true. Rejects
   * with the code `cancelled` when the message is taken back, and with `closed` when Homing.close()
   * is called first. The message itself is safe then; look again after the next open().
   */
  get sent(): Promise<void> { return (this.#sent ??= this.#quiet("sent")); }

  /** Resolves when the recipient's device has stored it: two ticks. Otherwise like `sent`. */
  get delivered(): Promise<void> { return (this.#delivered ??= this.#quiet("delivered")); }

  /**
   * Like `sent` and `delivered`, for any milestone and with a way to stop waiting. `"read"` never
   * comes from people who have read receipts off.
   */
  until(milestone: Milestone, options: { readonly signal?: AbortSignal } = {}): Promise<void> {
    return this.#client.registry.until(this.#state, milestone, options.signal);
  }

  /**
   * Takes the message back. Rejects with `too_late` once it has left, which can happen at any
   * moment before the promise settles.
   */
  async cancel(): Promise<void> {
    await this.#client.link.command("cancel", this.peer, this.id);
  }

  /** Changes the text of a message that still waits. Rejects with `too_late` like cancel(). */
  async edit(text: string): Promise<void> {
    const { message } = await this.#client.link.command("edit", this.peer, this.id, text);
    if (message !== undefined) this.#client.registry.obtain(message);
  }

  /** Sends a held message again, with the same id and in its old place. */
  async retry(): Promise<void> {
    await this.#client.link.command("retry", this.peer, this.id);
  }

  /** Why the message has not been sent yet. */
  why(): Promise<WhyView> {
    return this.#client.link.query("why", this.peer, this.id);
  }

  // The promise of a getter may be looked at by nobody: its rejection must not count as unhandled.
  #quiet(milestone: Milestone): Promise<void> {
    const promise = this.until(milestone);
    promise.catch(() => undefined);
    return promise;
  }
}
