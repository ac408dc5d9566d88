// One page of those that a host serves: its port, and what is on the way to it.

import type { EngineEvent } from "homing-module";
import type { FromWorker, OpenedState, Port, ToWorker } from "./protocol.js";

/**
 * Messages with events that a page may leave unread. A page that the browser has frozen reads
 * nothing, perhaps for days, and what is posted to it stays in memory; one that works is never far
 * behind. Most hold one event; the largest, what fits one turn of the engine.
 */
const unreadMax = 512;

export class HostView {
  readonly #port: Port<FromWorker, ToWorker>;
  #events: EngineEvent[] = [];
  #unread = 0;
  #hasMissed = false;
  /** Aborted when the page leaves. */
  readonly life = new AbortController();
  /** Whether it shares the session, and hears of it. */
  isJoined = false;
  readonly tasks = new Map<number, AbortController>();

  constructor(port: Port<FromWorker, ToWorker>) {
    this.#port = port;
  }

  post(message: FromWorker): void {
    this.#port.postMessage(message);
  }

  // One message to the page per turn of the worker, however often the engine spoke in it.
  tell(event: EngineEvent): void {
    // It asked for its replies, so there are not many.
    if (this.#unread >= unreadMax && event.type !== "reply") this.#hasMissed = true;
    else if (this.#events.push(event) === 1) queueMicrotask(() => this.flush());
  }

  flush(): void {
    if (this.#events.length === 0) return;
    this.#unread += 1;
    this.post({ type: "events", events: this.#events });
    this.#events = [];
  }

  /** The page has read a message with events. Whether it is time to tell it that it missed some. */
  acknowledge(): boolean {
    this.#unread -= 1;
    if (this.#unread > 0 || !this.#hasMissed) return false;
    this.#hasMissed = false;
    return true;
  }

  opened(state: OpenedState): void {
    this.flush();
    this.post({ type: "opened", state });
  }

  leave(): void {
    this.life.abort();
    this.isJoined = false;
    this.#events = [];
    for (const task of this.tasks.values()) task.abort();
  }
}
