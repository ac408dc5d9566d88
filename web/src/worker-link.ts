// The page's half: calls into the worker as promises, and what the worker says by itself.

import type { EngineEvent, MessageView } from "homing-module";
import { HomingError } from "./errors.js";
import type { Progress } from "./types.js";
import type {
  CommandName,
  CommandParameters,
  FromWorker,
  Hint,
  OpenedState,
  OpenOptions,
  ProfileTask,
  QueryName,
  QueryParameters,
  QueryResult,
  ToWorker,
} from "./protocol.js";

/** What a command is answered with. */
export interface Reply {
  readonly message?: MessageView;
  readonly peer?: string;
}

interface Waiting {
  resolve(value: unknown): void;
  reject(error: unknown): void;
  onProgress?: ((progress: Progress) => void) | undefined;
}

export interface LinkListener {
  /** Everything but replies, in order. */
  events(events: readonly EngineEvent[]): void;
  /** The host has ended by itself; open() can be called again. */
  stopped(error: HomingError): void;
}

export class WorkerLink {
  readonly #worker: Worker;
  readonly #listener: LinkListener;
  readonly #waiting = new Map<number, Waiting>();
  #opening: { resolve(state: OpenedState): void; reject(error: unknown): void } | undefined;
  #lastRequest = 0;

  constructor(worker: Worker, listener: LinkListener) {
    this.#worker = worker;
    this.#listener = listener;
    worker.addEventListener("message", (event: MessageEvent<FromWorker>) => {
      this.#receive(event.data);
    });
    // Loading the script failed, or it threw where nothing caught it.
    worker.addEventListener("error", (event) => {
      this.#stopped(new HomingError("worker_failed", { cause: event.message }));
    });
  }

  open(options: OpenOptions, signal?: AbortSignal): Promise<OpenedState> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) {
        reject(signal.reason as unknown);
        return;
      }
      const onAbort = (): void => {
        this.#post({ type: "close" });
        this.#opening = undefined;
        reject(signal?.reason as unknown);
      };
      signal?.addEventListener("abort", onAbort, { once: true });
      const settle = (): void => signal?.removeEventListener("abort", onAbort);
      this.#opening = {
        resolve(state) { settle(); resolve(state); },
        reject(error) { settle(); reject(error); },
      };
      this.#post({ type: "open", options });
    });
  }

  command<Name extends CommandName>(
    name: Name,
    ...parameters: CommandParameters<Name>
  ): Promise<Reply> {
    return this.#request("command", name, parameters) as Promise<Reply>;
  }

  query<Name extends QueryName>(
    name: Name,
    ...parameters: QueryParameters<Name>
  ): Promise<QueryResult<Name>> {
    return this.#request("query", name, parameters) as Promise<QueryResult<Name>>;
  }

  /** Rejects with the signal's reason when it is aborted in time. */
  task(
    task: ProfileTask,
    options: {
      readonly signal?: AbortSignal;
      readonly onProgress?: (progress: Progress) => void;
    } = {},
  ): Promise<unknown> {
    const { signal, onProgress } = options;
    const request = ++this.#lastRequest;
    return new Promise((resolve, reject) => {
      if (signal?.aborted) {
        reject(signal.reason as unknown);
        return;
      }
      const onAbort = (): void => this.#post({ type: "abort", request });
      signal?.addEventListener("abort", onAbort, { once: true });
      const settle = (): void => signal?.removeEventListener("abort", onAbort);
      this.#waiting.set(request, {
        resolve(value) { settle(); resolve(value); },
        reject(error) {
          settle();
          const wasAborted = error instanceof HomingError && error.code === "aborted";
          reject(wasAborted ? signal?.reason : error);
        },
        onProgress,
      });
      this.#post({ type: "task", request, task });
    });
  }

  hint(hint: Hint): void {
    this.#post({ type: "hint", hint });
  }

  /** Ends the host; the worker stays for another open(). */
  suspend(): void {
    this.#post({ type: "close" });
  }

  /** Ends the worker once its host is closed, and resolves then. */
  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#worker.addEventListener("message", (event: MessageEvent<FromWorker>) => {
        if (event.data.type !== "closed") return;
        this.#worker.terminate();
        resolve();
      });
      this.#fail(new HomingError("closed"));
      this.#post({ type: "close" });
    });
  }

  #request(type: "command" | "query", name: string, parameters: unknown[]): Promise<unknown> {
    const request = ++this.#lastRequest;
    return new Promise((resolve, reject) => {
      this.#waiting.set(request, { resolve, reject });
      this.#post({ type, request, name, parameters } as ToWorker);
    });
  }

  #post(message: ToWorker): void {
    this.#worker.postMessage(message);
  }

  #receive(message: FromWorker): void {
    switch (message.type) {
      case "opened":
        this.#opening?.resolve(message.state);
        this.#opening = undefined;
        break;
      case "stopped":
        this.#stopped(new HomingError(message.code, { cause: message.detail }));
        break;
      case "closed":
        // Replies that had not come will not come: their host is gone.
        this.#fail(new HomingError("closed"));
        break;
      case "events":
        this.#events(message.events);
        break;
      case "progress":
        this.#waiting.get(message.request)?.onProgress?.(
          { done: message.done, total: message.total });
        break;
      case "result":
        this.#take(message.request)?.resolve(message.value);
        break;
      case "refused":
        this.#take(message.request)?.reject(new HomingError(message.code));
        break;
    }
  }

  // A reply settles its promise first: its continuation runs after the listener has seen the rest.
  #events(events: readonly EngineEvent[]): void {
    const others: EngineEvent[] = [];
    for (const event of events) {
      if (event.type !== "reply") {
        others.push(event);
        continue;
      }
      const waiting = this.#take(event.request);
      if (event.error === undefined) waiting?.resolve(event);
      else waiting?.reject(new HomingError(event.error));
    }
    if (others.length > 0) this.#listener.events(others);
  }

  #take(request: number): Waiting | undefined {
    const waiting = this.#waiting.get(request);
    this.#waiting.delete(request);
    return waiting;
  }

  #stopped(error: HomingError): void {
    this.#fail(error);
    if (this.#opening === undefined) {
      this.#listener.stopped(error);
      return;
    }
    this.#opening.reject(error);
    this.#opening = undefined;
  }

  #fail(error: HomingError): void {
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { reject } of waiting) reject(error);
  }
}
