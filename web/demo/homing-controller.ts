// The one owner of the client: turns its events into plain state for the elements, and their wishes
// into calls. Changes are gathered and shown once per frame.

import type { ReactiveController, ReactiveControllerHost } from "lit";
import {
  type ConnectionView,
  type ConversationView,
  Homing,
  type HomingOptions,
  type Message,
  type StorageView,
} from "../src/homing.js";
import { BackgroundSending } from "./background-sending.js";
import { ContactModel } from "./contact-model.js";
import { ConversationTable } from "./conversation-table.js";
import { codeOf } from "./error-code.js";
import { endFirstRun, isFirstRun } from "./first-run.js";
import { displayName, errorText, plural, whyText } from "./format.js";
import { FrameUpdates } from "./frame-updates.js";
import type { DemoOptions } from "./location.js";
import { OutgoingTexts } from "./outgoing-texts.js";
import { type Phase, phaseAfter } from "./phase.js";
import { ProfileCare } from "./profile-care.js";
import { SelfModel } from "./self-model.js";
import { ThreadModel } from "./thread-model.js";

export class HomingController implements ReactiveController {
  readonly #updates: FrameUpdates;
  #options: DemoOptions;
  readonly #conversations = new ConversationTable();
  readonly #texts = new OutgoingTexts();
  #client: Homing | undefined;
  #opening: AbortController | undefined;
  #marking = false;

  /** Passphrase, lock and backups. */
  readonly care: ProfileCare;
  /** Sends what waits when the page is gone. */
  readonly #background: BackgroundSending;
  phase: Phase = "opening";
  /** Code of what went wrong, while the phase is "failed", "in-use" or "locked". */
  failure = "";
  /** While a passphrase is tried. */
  isUnlocking = false;
  connection: ConnectionView = { state: "connecting" };
  storage: StorageView = { unsaved: 0 };
  thread: ThreadModel | undefined;
  /** Whom the thread is with. */
  contact: ContactModel | undefined;
  /** The person of this profile, while it is open. */
  self: SelfModel | undefined;
  /** The answer to "why does it wait", below the message it is about. */
  why: { readonly id: string; readonly text: string } | undefined;
  /** A sentence for the person, of something that did not work. */
  notice = "";
  /** What arrived, for those who listen to the page. */
  announcement = "";

  constructor(host: ReactiveControllerHost, options: DemoOptions) {
    this.#updates = new FrameUpdates(() => host.requestUpdate());
    this.#options = options;
    this.care = new ProfileCare(options.profile, () => this.#client, () => this.#update());
    this.#background = new BackgroundSending(
      options, () => this.pending > 0 && !this.care.hasPassphrase);
    host.addController(this);
  }

  hostConnected(): void {
    void this.#begin();
    void this.#background.start().then(() => this.#update());
    document.addEventListener("visibilitychange", this.#onVisible);
    window.addEventListener("focus", this.#onVisible);
  }

  hostDisconnected(): void {
    document.removeEventListener("visibilitychange", this.#onVisible);
    window.removeEventListener("focus", this.#onVisible);
    this.#opening?.abort();
    this.#client?.close();
  }

  get conversations(): ConversationView[] { return this.#conversations.all; }
  get selected(): ConversationView | undefined {
    return this.thread && this.#conversations.get(this.#peer);
  }
  get #peer(): string { return this.thread?.conversation.address ?? ""; }
  get draft(): string { return this.#texts.draft(this.#peer); }
  /** Texts for the open conversation that are not stored yet, oldest first. */
  get unsaved(): string[] { return this.#texts.unsaved(this.#peer); }
  get client(): Homing | undefined { return this.#client; }
  get profile(): string { return this.#options.profile; }
  get unread(): number { return this.#conversations.unread; }
  /** How many messages wait on this device. */
  get pending(): number { return this.#conversations.pending; }
  /** Whether what waits leaves also without this page. */
  get leavesAlone(): boolean { return this.#background.isPossible && !this.care.hasPassphrase; }
  /** Whether there are texts that are only in this tab. */
  get hasUnsent(): boolean { return this.#texts.hasAny; }

  // --- opening -----------------------------------------------------------------------------------

  async #begin(): Promise<void> {
    if (this.#options.name === undefined && await isFirstRun(this.profile)) {
      this.phase = "welcome";
      this.#update();
    } else {
      await this.open();
    }
  }

  async open(
    whenInUse: HomingOptions["whenInUse"] = "fail",
    passphrase?: string,
    anew = false,
  ): Promise<void> {
    this.#opening?.abort();
    const opening = new AbortController();
    this.#opening = opening;
    const { relay, profile } = this.#options;
    this.isUnlocking = passphrase !== undefined;
    this.#update();
    try {
      const client = await Homing.open({
        relay, profile, whenInUse, anew, signal: opening.signal,
        ...(passphrase !== undefined && { passphrase }),
      });
      await this.#opened(client);
    } catch (error) {
      if (opening.signal.aborted) return;
      this.#failed(codeOf(error));
    }
  }

  async #opened(client: Homing): Promise<void> {
    this.isUnlocking = false;
    this.#client = client;
    this.self = new SelfModel(client);
    this.connection = client.connection;
    this.storage = client.storage;
    this.#listen(client);
    if (this.#options.name !== undefined && client.name === "") {
      await client.setName(this.#options.name);
    }
    // What was open before belongs to a client that has stopped.
    const peer = this.#peer;
    this.thread = this.contact = undefined;
    await this.#refresh();
    if (peer !== "") await this.select(peer);
    endFirstRun(this.profile);
    this.phase = "ready";
    this.#update();
    await this.#acceptPendingInvite();
  }

  /** The first run: a person who has a name introduces themselves with it. */
  async begin(name: string): Promise<void> {
    this.#options = { ...this.#options, name: name === "" ? undefined : name };
    await this.open();
  }

  #failed(code: string): void {
    this.#client?.close();
    this.#client = this.self = undefined;
    this.failure = code;
    this.isUnlocking = false;
    this.phase = phaseAfter(code);
    if (this.phase === "locked") this.#forget();
    this.#update();
    // When the other tab is closed, this one goes on without being asked. Not after it was taken
    // over: whoever did that has chosen the other one, and this one stays as it is.
    if (code === "profile_in_use") void this.open("wait");
  }

  // What was read with the passphrase is not kept without it. Texts that are not stored yet stay
  // unseen: there is no other copy of them.
  #forget(): void {
    this.thread = this.contact = undefined;
    this.#conversations.replaceAll([]);
    this.announcement = this.notice = "";
    this.why = undefined;
  }

  #listen(client: Homing): void {
    client.addEventListener("message", ({ detail }) => this.#onMessages(detail.messages));
    client.addEventListener("status", ({ detail }) => {
      if (this.thread?.applyStatus(detail)) this.#update();
      if (this.why !== undefined && detail.ids.includes(this.why.id)) this.why = undefined;
    });
    client.addEventListener("conversation", ({ detail }) => {
      this.#conversations.put(detail);
      if (this.connection.state !== "online") this.#background.ask();
      this.#markRead();
      this.#update();
    });
    client.addEventListener("request", ({ detail }) => {
      this.announcement = `${displayName(detail)} wants to write to you.`;
      this.#update();
    });
    client.addEventListener("deleted", ({ detail }) => {
      this.#conversations.delete(detail.peer);
      this.#texts.setDraft(detail.peer, "");
      if (detail.peer === this.#peer) void this.select(undefined);
      // Whom one has blocked stays in the list.
      void this.#refresh();
    });
    client.addEventListener("connection", ({ detail }) => {
      this.connection = detail;
      this.#update();
    });
    client.addEventListener("storage", ({ detail }) => {
      this.storage = detail;
      this.#update();
    });
    client.addEventListener("unreadable", ({ detail }) => {
      const who = displayName(this.#conversations.get(detail.from));
      this.#say(`A message from ${who} could not be decrypted.`);
    });
    client.addEventListener("stopped", ({ detail }) => this.#failed(detail.code));
    client.addEventListener("settings", () => void this.change((self) => self.load()));
    client.addEventListener("resumed", () => {
      this.connection = client.connection;
      this.storage = client.storage;
      void this.#refresh();
    });
  }

  // Everything anew from the store: at opening, and when not everything was heard.
  async #refresh(): Promise<void> {
    const client = this.#client;
    if (client === undefined) return;
    const [views] = await Promise.all([client.conversations(), this.self?.load()]);
    this.#conversations.replaceAll(views);
    await this.thread?.load();
    this.#update();
  }

  // --- what the person does ----------------------------------------------------------------------

  async select(peer: string | undefined): Promise<void> {
    this.why = undefined;
    if (peer === undefined || this.#client === undefined) {
      this.thread = this.contact = undefined;
      this.#update();
      return;
    }
    const conversation = this.#client.conversation(peer);
    const thread = new ThreadModel(conversation);
    this.thread = thread;
    this.contact = new ContactModel(conversation);
    await this.#attempt(() => thread.load());
    this.#markRead();
    this.#update();
  }

  setDraft(text: string): void {
    const { hasUnsent } = this;
    this.#texts.setDraft(this.#peer, text);
    if (this.hasUnsent !== hasUnsent) this.#update();
  }

  /** The text is shown as unsaved until it is stored; if it cannot be, it is a draft again. */
  async send(text: string): Promise<void> {
    const conversation = this.thread?.conversation;
    if (conversation === undefined) return;
    // Nothing is awaited before this call: texts are stored in the order of the calls.
    const stored = this.#texts.keep(conversation.address, text, conversation.send(text));
    if (this.thread?.hasNewer) void this.latest();
    else this.thread?.follow(true);
    this.#update();
    await this.#attempt(() => stored);
    this.#update();
  }

  async older(): Promise<void> {
    await this.#attempt(async () => this.thread?.loadOlder());
    this.#update();
  }

  async latest(): Promise<void> {
    await this.#attempt(async () => this.thread?.load());
    this.#update();
  }

  follow(following: boolean): void {
    if (this.thread === undefined || this.thread.following === following) return;
    this.thread.follow(following);
    this.#update();
  }

  async askWhy(id: string): Promise<void> {
    const message = await this.#message(id);
    if (message === undefined) return;
    await this.#attempt(async () => {
      this.why = { id, text: whyText(await message.why()) };
    });
    this.#update();
  }

  /** About one message of the open conversation, if it still is there. */
  async act(id: string, action: (message: Message) => Promise<unknown>): Promise<void> {
    const message = await this.#message(id);
    await this.#attempt(async () => message && action(message));
  }

  /** Resolves with a sentence of what is wrong, or "". */
  async accept(invite: string): Promise<string> {
    try {
      const conversation = await this.#client?.acceptInvite(invite);
      await this.select(conversation?.address);
      return "";
    } catch (error) {
      return errorText(codeOf(error));
    }
  }

  /** About the person of this profile. */
  async change(action: (self: SelfModel) => Promise<void>): Promise<void> {
    await this.#attempt(async () => this.self && action(this.self));
    this.#update();
  }

  /** About the person of the open conversation, if there still is one. */
  async decide(action: (contact: ContactModel) => Promise<void>): Promise<void> {
    await this.#attempt(async () => this.contact && action(this.contact));
    this.#update();
  }

  async tryNow(): Promise<void> {
    await this.#attempt(async () => this.#client?.tryNow());
  }

  dismissNotice(): void { this.#say(""); }

  // --- what happens ------------------------------------------------------------------------------

  #onMessages(messages: readonly Message[]): void {
    if (this.thread?.receive(messages)) this.#update();
    const arrived = messages.filter((message) => !message.outgoing);
    const last = arrived.at(-1);
    if (last === undefined) return;
    const from = this.#conversations.get(last.peer);
    // A request is told of as one, and not read out before it is accepted.
    if (from.contact === "requested") return;
    this.announcement = arrived.length === 1
      ? `${displayName(from)}: ${last.text}`
      : `${plural(arrived.length, "new message", "new messages")}, the last from ` +
        `${displayName(from)}`;
    this.#update();
  }

  readonly #onVisible = (): void => {
    this.#markRead();
    // The passphrase may have been given in another tab, which opened the profile for all.
    if (this.phase === "locked" && document.visibilityState === "visible" && !this.isUnlocking) {
      void this.open();
    }
  };

  // One at a time: while messages stream in, the next call covers all that came meanwhile.
  #markRead(): void {
    const thread = this.thread;
    if (this.#marking || document.visibilityState !== "visible" || !thread?.following) return;
    const { address } = thread.conversation;
    if (this.#conversations.get(address).unread === 0) return;
    this.#marking = true;
    // A failure means that the client has stopped, which is told elsewhere.
    void thread.conversation.markRead().catch(() => undefined).finally(() => {
      this.#marking = false;
      if (this.phase === "ready") this.#markRead();
    });
  }

  async #acceptPendingInvite(): Promise<void> {
    const { invite } = this.#options;
    if (invite === undefined) return;
    const problem = await this.accept(invite);
    if (problem !== "") this.#say(problem);
  }

  async #message(id: string): Promise<Message | undefined> {
    return this.#attempt(async () => this.thread?.conversation.message(id));
  }

  async #attempt<Result>(action: () => Promise<Result>): Promise<Result | undefined> {
    try {
      return await action();
    } catch (error) {
      this.#say(errorText(codeOf(error)));
      return undefined;
    }
  }

  #say(notice: string): void {
    this.notice = notice;
    this.#update();
  }

  #update(): void { this.#updates.ask(); }
}
