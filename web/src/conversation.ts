// What one can do with one other person.

import { HomingError } from "./errors.js";
import { type Client, Message } from "./message.js";

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
   * Rejects with `empty`, `too_large` (over 32 KiB of UTF-8), `full`, `self` or `bad_address`, and
   * then nothing was saved. While the browser cannot store (see the "storage" event) the promise
   * stays unsettled and the text is kept in memory.
   */
  async send(text: string): Promise<Message> {
    this.#onSend();
    const { message } = await this.#client.link.command("send", this.address, text);
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

  /** The person has seen the conversation. Tells its other side if read receipts are on. */
  async markRead(): Promise<void> {
    await this.#client.link.command("markRead", this.address);
  }
}
