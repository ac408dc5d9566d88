/**
 * homing: a message you send finds its way home, offline, across reloads and crashes, encrypted end
 * to end, in order, once.
 *
 *     const homing = await Homing.open({ relay: "wss://relay.example/ws" });
 *     const chat = await homing.acceptInvite(location.href);
 *     const message = await chat.send("hello");   // saved on this device
 *     await message.delivered;                    // stored on theirs
 */

import type { EngineEvent } from "homing-module";
import { backupFile } from "./backup-file.js";
import { noteStored, wasStored } from "./canary.js";
import { Conversation } from "./conversation.js";
import { HomingError } from "./errors.js";
import type { HomingEvent, HomingEventDetails, HomingEventName } from "./events.js";
import { connectDedicated, connectHost } from "./host-connection.js";
import { inviteToken } from "./invite.js";
import { type Client, Message } from "./message.js";
import { MessageRegistry } from "./message-registry.js";
import { watchPageLife } from "./page-life.js";
import type { OpenedState, OpenOptions } from "./protocol.js";
import type {
  ConnectionView, ConversationView, ExportOptions, HomingOptions, ImportOptions, StorageView,
} from "./types.js";
import { WorkerLink } from "./worker-link.js";

export { Conversation, type MessagesOptions } from "./conversation.js";
export { HomingError, type HomingErrorCode } from "./errors.js";
export type { HomingEvent, HomingEventDetails, HomingEventName } from "./events.js";
export { inviteUrl } from "./invite.js";
export { Message } from "./message.js";
export type { StatusChange } from "./message-registry.js";
export { mergeStatus } from "./message-state.js";
export type * from "./types.js";

/* The typed overloads of EventTarget's methods. */
export interface Homing {
  addEventListener<Name extends HomingEventName>(
    type: Name,
    listener: (event: HomingEvent<Name>) => void,
    options?: AddEventListenerOptions | boolean,
  ): void;
  addEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject | null,
    options?: AddEventListenerOptions | boolean,
  ): void;
}

/**
 * One profile: an identity, its conversations and its outbox, open in this tab and in any number of
 * others, which all show the same. See HomingEventDetails for its events; they are dispatched in
 * the order in which things happened.
 */
export class Homing extends EventTarget {
  readonly #client: Client;
  readonly #options: OpenOptions;
  readonly #life = new AbortController();
  // Set once by the first open(), before anybody else sees the object.
  #state!: OpenedState;
  #askedToPersist = false;
  /** Who has been told of by a "request" event. */
  readonly #requests = new Set<string>();

  private constructor(options: OpenOptions) {
    super();
    this.#options = options;
    const link = new WorkerLink(connectHost, {
      events: (events) => events.forEach((event) => this.#receive(event)),
      changed: (state) => {
        this.#state = state;
        this.#dispatch("settings", undefined);
      },
      reopened: (state) => void this.#reopened(state),
      stopped: (error) => this.#dispatch("stopped", error),
    });
    this.#client = { link, registry: new MessageRegistry() };
  }

  /**
   * Opens a profile, creating it when this browser does not have it. Needs no network.
   *
   * Where other tabs have it open already, this one joins them, with the same relay and durability.
   *
   * Rejects with `profile_in_use` (see `whenInUse`), `options_differ` (from those of another tab),
   * `locked` (it needs its passphrase), `wrong_passphrase`, `module_failed`, `worker_failed`,
   * `storage_newer`, `storage_corrupt`, `storage_failed` or `storage_gone` (the browser has deleted
   * what was stored: import a backup, or begin `anew`), or with the reason of `signal`.
   */
  static async open(options: HomingOptions): Promise<Homing> {
    const profile = options.profile ?? "default";
    const homing = new Homing({
      relay: options.relay,
      profile,
      mustExist: options.anew !== true && wasStored(profile),
      durability: options.durability ?? "strict",
      whenInUse: options.whenInUse ?? "fail",
    });
    try {
      const { passphrase } = options;
      homing.#state = await homing.#client.link.open(
        passphrase === undefined ? homing.#options : { ...homing.#options, passphrase },
        options.signal);
    } catch (error) {
      homing.close();
      throw error;
    }
    noteStored(profile);
    watchPageLife({
      hint: (hint) => homing.#client.link.hint(hint),
      leave: () => homing.#client.link.suspend(),
      comeBack: () => homing.#client.link.resume(),
    }, homing.#life.signal);
    return homing;
  }

  /**
   * Stores a profile that exportProfile() has made, for open() to open: to move to another browser,
   * or after its store was lost. Everything in the backup is checked before anything is stored, and
   * nothing is ever overwritten. Meant as a move: two copies that go on take messages from each
   * other (docs/backup_format.md).
   *
   * Rejects with `not_empty`, `wrong_passphrase`, `backup_damaged`, `unsupported`, `too_large`,
   * `profile_in_use`, the errors of a store, or the reason of `signal`; nothing is stored then.
   */
  static async importProfile(backup: Blob, options: ImportOptions): Promise<void> {
    const link = new WorkerLink(connectDedicated, {
      events() {}, changed() {}, reopened() {}, stopped() {},
    });
    const { profile = "default", passphrase } = options;
    try {
      await link.connect(profile);
      await link.task({ name: "importProfile", profile, backup, passphrase }, options);
    } finally {
      void link.close();
    }
  }

  /** Where others write to: 52 characters. Made from this profile's keys, and never changing. */
  get address(): string { return this.#state.address; }

  /** The name that invites carry; may be empty. */
  get name(): string { return this.#state.name; }

  /** Whether reading a message tells its author, and the other way round. */
  get readReceipts(): boolean { return this.#state.readReceipts; }

  /** Whether storing a message tells its author. Others' ticks are shown all the same. */
  get deliveredReceipts(): boolean { return this.#state.deliveredReceipts; }

  /** What the last "connection" event said. */
  get connection(): ConnectionView { return this.#state.connection; }

  /** What the last "storage" event said. */
  get storage(): StorageView { return this.#state.storage; }

  /** Files of the store that could not be read at opening. They are kept under other names. */
  get quarantined(): number { return this.#state.quarantined; }

  /** Whether open() needs a passphrase. */
  get hasPassphrase(): boolean { return this.#state.hasPassphrase; }

  /** A handle on the messages with one address. Cheap; does not check that there are any. */
  conversation(address: string): Conversation {
    return new Conversation(this.#client, address, () => this.#askToPersist());
  }

  /** All conversations, latest first; requests and blocked people among them. */
  conversations(): Promise<ConversationView[]> {
    return this.#client.link.query("conversations");
  }

  /**
   * What somebody needs to write to this profile and be no stranger to it: keys, name, and a mark
   * that renewInvite() changes. inviteUrl() makes a link of it.
   */
  invite(): Promise<string> {
    return this.#client.link.query("invite");
  }

  /** Makes another invite: who comes by the former one is a request from now on. */
  async renewInvite(): Promise<void> {
    await this.#client.link.command("renewInvite");
  }

  /**
   * Opens the conversation with whoever made this invite (a token, or a URL with one in its
   * fragment) and introduces this profile to them, as soon as there is a network.
   *
   * Rejects with `malformed`, `unsupported`, `bad_address`, `bad_signature`, `self` or `full`.
   */
  async acceptInvite(invite: string): Promise<Conversation> {
    const { peer } = await this.#client.link.command("acceptInvite", inviteToken(invite));
    if (peer === undefined) throw new HomingError("malformed");
    return this.conversation(peer);
  }

  /** How many messages wait on this device for the relay. */
  pending(): Promise<number> {
    return this.#client.link.query("pending");
  }

  /** At most 128 bytes of UTF-8; `""` for none. Rejects with `too_large`. */
  async setName(name: string): Promise<void> {
    await this.#client.link.command("setName", name);
  }

  async setReadReceipts(enabled: boolean): Promise<void> {
    await this.#client.link.command("setReadReceipts", enabled);
  }

  async setDeliveredReceipts(enabled: boolean): Promise<void> {
    await this.#client.link.command("setDeliveredReceipts", enabled);
  }

  /** Tries to connect now, however long the next attempt is away. */
  async tryNow(): Promise<void> {
    await this.#client.link.command("tryNow");
  }

  /**
   * Protects the profile by a passphrase from now on, besides the key that this browser keeps, or
   * changes it. Nobody can bring a forgotten one back.
   *
   * Rejects with `wrong_passphrase` (`current` is needed if there is one), `empty`, `too_large`
   * (1,024 bytes of UTF-8), `not_ready` (another change is being stored) or the errors of the
   * store; nothing has changed then.
   */
  async setPassphrase(next: string, { current }: { current?: string } = {}): Promise<void> {
    await this.#client.link.task(
      { name: "changePassphrase", next, ...(current !== undefined && { current }) });
  }

  /** Rejects with `wrong_passphrase`, `not_ready` or the errors of the store. */
  async removePassphrase(current: string): Promise<void> {
    await this.#client.link.task({ name: "changePassphrase", current });
  }

  /**
   * As close() for all tabs, and nothing that was decrypted stays in memory on the worker's side:
   * the worker ends. A "stopped" event with the code `locked` tells all who show the profile, in
   * every tab, to ask for the passphrase and open() again. Rejects with `no_passphrase`.
   */
  async lock(): Promise<void> {
    if (!this.hasPassphrase) throw new HomingError("no_passphrase");
    this.#life.abort();
    this.#client.registry.failAll(new HomingError("closed"));
    await this.#client.link.close("lock");
    this.#dispatch("stopped", new HomingError("locked"));
  }

  /**
   * The whole profile as one encrypted file, with a name and a type for a download. Messages go on
   * being sent and received meanwhile.
   *
   * Rejects with `empty` or `too_large` (the passphrase, or more than 512 MiB), or with the reason
   * of `signal`.
   */
  async exportProfile(options: ExportOptions): Promise<File> {
    const { passphrase } = options;
    const backup = await this.#client.link.task({ name: "exportProfile", passphrase }, options);
    return backupFile(backup as Blob, new Date());
  }

  /**
   * Lets go of the profile in this tab. What is saved stays; what waits is sent by the tabs that
   * are left, or after the next open(). Promises that are still unsettled reject with `closed`.
   */
  close(): void {
    this.#life.abort();
    void this.#client.link.close();
    this.#client.registry.failAll(new HomingError("closed"));
  }

  #receive(event: EngineEvent): void {
    const { registry } = this.#client;
    switch (event.type) {
      case "messages":
        this.#dispatch("message", {
          messages: event.messages.map((view) => new Message(this.#client, registry.obtain(view))),
        });
        break;
      case "status": {
        const { type: _type, ...change } = event;
        registry.applyStatus(change);
        this.#dispatch("status", change);
        break;
      }
      case "conversation":
        this.#dispatch("conversation", event.conversation);
        this.#noteRequest(event.conversation);
        break;
      case "deleted":
        registry.failPeer(event.peer, new HomingError("deleted"));
        this.#requests.delete(event.peer);
        this.#dispatch("deleted", { peer: event.peer });
        break;
      case "connection":
        this.#state = { ...this.#state, connection: event.connection };
        this.#dispatch("connection", event.connection);
        break;
      case "storage": {
        const { type: _type, ...storage } = event;
        this.#state = { ...this.#state, storage };
        this.#dispatch("storage", storage);
        break;
      }
      case "unreadable": {
        const { type: _type, ...unreadable } = event;
        this.#dispatch("unreadable", unreadable);
        break;
      }
      // The worker has used these: they never come here.
      case "opened":
      case "stopped":
      case "locked":
      case "reply":
        break;
    }
  }

  #noteRequest(conversation: ConversationView): void {
    const { contact, peer } = conversation;
    if (contact !== "requested") this.#requests.delete(peer);
    else if (!this.#requests.has(peer)) {
      this.#requests.add(peer);
      this.#dispatch("request", conversation);
    }
  }

  #dispatch<Name extends HomingEventName>(type: Name, detail: HomingEventDetails[Name]): void {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }

  // The host is another one now, or some of what it said was not heard.
  async #reopened(state: OpenedState): Promise<void> {
    const { link, registry } = this.#client;
    this.#state = state;
    try {
      for (const awaited of registry.awaited()) {
        const { peer, id } = awaited.view;
        const current = await link.query("message", peer, id);
        if (current === undefined) awaited.fail(new HomingError("deleted"));
        else registry.obtain(current);
      }
      this.#dispatch("resumed", undefined);
    } catch (error) {
      // It has stopped again, which is told by itself.
      if (!(error instanceof HomingError)) throw error;
    }
  }

  // Browsers may delete what a site stores unless it asks. The first message that has to wait is
  // when it matters, and when the question makes sense to a person.
  #askToPersist(): void {
    if (this.#askedToPersist || this.connection.state === "online") return;
    this.#askedToPersist = true;
    // Refused or not, the message is stored; there is nothing to do about the answer.
    void globalThis.navigator?.storage?.persist?.().catch(() => false);
  }
}
