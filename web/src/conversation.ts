// What one can do with one other person.

import { HomingError } from "./errors.js";
import { type Client, Message } from "./message.js";
import { createMessageId } from "./message-id.js";
import type { SafetyNumberView } from "./types.js";

export interface MessagesOptions {
  /** Only messages before this one. Default: up to the last one. */
  readonly before?: Message | string;
  /** At most this many, the latest ones. Default: 50. */
  readonly limit?: number;
}

/** The messages between this profile and one address. A handle: making one costs nothing. */
export class Conversation {
  readonly #client: Client;
  /** Called before a message is sent, never awaited. */
  readonly #onSend: () => void;
  readonly address: string;

  /** Not for applications: use Homing.conversation() or Homing.acceptInvite(). */
  constructor(client: Client, address: string, onSend: () => void) {
    this.#client = client;
    this.#onSend = onSend;
    this.address = address;
  }

  /**
   * Puts a text into the outbox. Resolves when it is saved on this device, which needs no network;
   * from then on it survives reloads and crashes and is sent without further help. Texts of one
   * conversation arrive in the order of these calls.
   *
   * Writing to somebody who has asked for it accepts their request.
   *
   * Rejects with `empty`, `too_large` (over 32 KiB of UTF-8), `full`, `self`, `blocked` or
   * `bad_address`, and then nothing was saved. While the browser cannot store (see the "storage"
   * event) the promise stays unsettled and the text is kept in memory.
   */
  async send(text: string): Promise<Message> {
    this.#onSend();
    const { message } = await this.#client.link.command(
      "send", this.address, text, createMessageId());
    if (message === undefined) throw new HomingError("not_found");
    return new Message(this.#client, this.#client.registry.obtain(message));
  }

  /** Stored messages, oldest first. */
  async messages(options: MessagesOptions = {}): Promise<Message[]> {
    const { before = "", limit = 50 } = options;
    const id = typeof before === "string" ? before : before.id;
    const views = await this.#client.link.query("messages", this.address, id, limit);
    return views.map((view) => new Message(this.#client, this.#client.registry.obtain(view)));
  }

  /** The message of this id, or undefined. */
  async message(id: string): Promise<Message | undefined> {
    const view = await this.#client.link.query("message", this.address, id);
    return view && new Message(this.#client, this.#client.registry.obtain(view));
  }

  /**
   * Accepts a request: its messages are confirmed to their sender. Lets a blocked person write
   * again. Rejects with `not_found`, as the calls below, when they have never written.
   */
  async accept(): Promise<void> {
    await this.#client.link.command("accept", this.address);
  }

  /** Drops what they write from now on, until accept(). They are not told. */
  async block(): Promise<void> {
    await this.#client.link.command("block", this.address);
  }

  /**
   * Removes the conversation from this device, and takes back what of it still waits to be sent:
   * promises of its messages reject with `deleted`. Cannot be undone.
   */
  async delete(): Promise<void> {
    await this.#client.link.command("deleteConversation", this.address);
  }

  /** Whether the two people have compared their safety numbers. */
  async setVerified(verified: boolean): Promise<void> {
    await this.#client.link.command("setVerified", this.address, verified);
  }

  /** To be compared with what the other person's device shows. Rejects with `bad_address`. */
  async safetyNumber(): Promise<SafetyNumberView> {
    const number = await this.#client.link.query("safetyNumber", this.address);
    if (number === undefined) throw new HomingError("bad_address");
    return number;
  }

  /** Whether a code that was scanned or pasted is the one the other person's device shows. */
  matchesSafetyCode(code: string): Promise<boolean> {
    return this.#client.link.query("matchesSafetyCode", this.address, code);
  }

  /** The person has seen the conversation. Tells its other side if read receipts are on. */
  async markRead(): Promise<void> {
    await this.#client.link.command("markRead", this.address);
  }
}
