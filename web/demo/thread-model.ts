// The part of a conversation that is on the screen: a window of messages that slides with what
// arrives and grows backwards with scrolling, and never past a bound, however much there is.

import type { Conversation, Message, MessageView, StatusChange } from "../src/homing.js";
import { mergeStatus } from "../src/message-state.js";

const pageSize = 32;
/**
 * While the end is in view, older ones make way for new ones. A little more than a high screen
 * shows: in a flood each frame draws the whole window anew, and that has to fit into a fraction of
 * 100 ms.
 */
const followedMax = 32;
/** While somebody reads back. Past it the newest are left out until they return to the end. */
const loadedMax = 900;

export class ThreadModel {
  readonly conversation: Conversation;
  #views: MessageView[] = [];
  readonly #places = new Map<string, number>();
  #hasOlder = true;
  #hasNewer = false;
  #following = true;
  #loading: Promise<void> | undefined;

  constructor(conversation: Conversation) {
    this.conversation = conversation;
  }

  /** Oldest first. A new array after each change. */
  get views(): readonly MessageView[] { return this.#views; }
  get hasNewer(): boolean { return this.#hasNewer; }
  get following(): boolean { return this.#following; }

  /** Shows the newest messages. */
  async load(): Promise<void> {
    const messages = await this.conversation.messages({ limit: pageSize });
    this.#following = true;
    this.#hasNewer = false;
    this.#hasOlder = messages.length === pageSize;
    this.#replace(messages.map((message) => message.view));
  }

  /** Resolves with whether there was anything. Calls during a call share it. */
  async loadOlder(): Promise<boolean> {
    const before = this.#views[0]?.id;
    this.#loading ??= this.#loadOlder().finally(() => { this.#loading = undefined; });
    await this.#loading;
    return this.#views[0]?.id !== before;
  }

  follow(following: boolean): void {
    this.#following = following;
    if (following) this.#trim();
  }

  receive(messages: readonly Message[]): boolean {
    let changed = false;
    for (const { view } of messages) {
      if (view.peer !== this.conversation.address) continue;
      changed = this.#put(view) || changed;
    }
    if (changed) {
      this.#views = [...this.#views];
      this.#trim();
    }
    return changed;
  }

  applyStatus({ status, heldReason, ids }: StatusChange): boolean {
    let changed = false;
    for (const id of ids) {
      const place = this.#places.get(id);
      const view = place === undefined ? undefined : this.#views[place];
      if (place === undefined || view === undefined) continue;
      if (mergeStatus(view.status, status) !== status) continue;
      const { heldReason: _former, ...rest } = view;
      this.#views[place] = heldReason === undefined
        ? { ...rest, status }
        : { ...rest, status, heldReason };
      changed = true;
    }
    if (changed) this.#views = [...this.#views];
    return changed;
  }

  #put(view: MessageView): boolean {
    const place = this.#places.get(view.id);
    if (place !== undefined) {
      this.#views[place] = view;
      return true;
    }
    if (this.#hasNewer) return false;
    if (!this.#following && this.#views.length >= loadedMax) {
      this.#hasNewer = true;
      return true;
    }
    this.#places.set(view.id, this.#views.length);
    this.#views.push(view);
    return true;
  }

  #trim(): void {
    if (!this.#following || this.#views.length <= followedMax) return;
    this.#hasOlder = true;
    this.#replace(this.#views.slice(-followedMax));
  }

  async #loadOlder(): Promise<void> {
    const first = this.#views[0];
    if (!this.#hasOlder || first === undefined) return;
    const messages = await this.conversation.messages({ before: first.id, limit: pageSize });
    // The window may have moved on while this was read.
    if (this.#views[0]?.id !== first.id) return;
    this.#hasOlder = messages.length === pageSize;
    const views = [...messages.map((message) => message.view), ...this.#views];
    if (views.length > loadedMax) this.#hasNewer = true;
    this.#replace(views.slice(0, loadedMax));
  }

  #replace(views: MessageView[]): void {
    this.#views = views;
    this.#places.clear();
    views.forEach((view, place) => this.#places.set(view.id, place));
  }
}
