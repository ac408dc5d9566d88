// The page's half: calls into the worker as promises, and what the worker says by itself. When the
// host is lost and there can be another one, the page goes on with that.

import type { EngineEvent, MessageView } from "homing-module";
import { HomingError } from "./errors.js";
import type { Connect, HostConnection, Loss } from "./host-connection.js";
import type { Progress, WhenInUse } from "./types.js";
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
  /** To be asked again of another host; tasks are not. */
  readonly message?: ToWorker;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

export interface LinkListener {
  /** Everything but replies, in order. */
  events(events: readonly EngineEvent[]): void;
  /** Some page has changed this. */
  changed(state: OpenedState): void;
  /** Not everything was heard: the page was away, or the host is another one now. */
  reopened(state: OpenedState): void;
  /** The host has ended by itself; open() can be called again. */
  stopped(error: HomingError): void;
}

/** The answer, and a call when the signal is aborted before it has come. */
async function whileWaiting<Value>(
  answer: Promise<Value>,
  signal: AbortSignal | undefined,
  onAbort: () => void,
): Promise<Value> {
  signal?.addEventListener("abort", onAbort);
  try {
    return await answer;
  } finally {
    signal?.removeEventListener("abort", onAbort);
  }
}

export class WorkerLink {
  readonly #connect: Connect;
  readonly #listener: LinkListener;
  readonly #waiting = new Map<number, Waiting>();
  /** Undefined before open(), and after the end. */
  #options: OpenOptions | undefined;
  #opening: { resolve(state: OpenedState): void; reject(error: unknown): void } | undefined;
  #connection: HostConnection | undefined;
  #isOpen = false;
  /** So far; what is said about a former one is of no interest. */
  #connections = 0;
  #lastRequest = 0;
  #onLeft: () => void = () => undefined;

  constructor(connect: Connect, listener: LinkListener) {
    this.#connect = connect;
    this.#listener = listener;
  }

  async open(options: OpenOptions, signal?: AbortSignal): Promise<OpenedState> {
    signal?.throwIfAborted();
    const opening = new Promise<OpenedState>((resolve, reject) => {
      this.#opening = { resolve, reject };
    });
    this.#options = options;
    void this.#enter(options.whenInUse);
    return whileWaiting(opening, signal, () => {
      this.#opening?.reject(signal?.reason);
      this.#opening = undefined;
      void this.close();
    });
  }

  /** Without opening anything. Undefined if somebody else was faster. */
  async connect(profile: string, number = 0): Promise<HostConnection | undefined> {
    this.#disconnect();
    const own = this.#connections;
    const connection = await this.#connect(profile, number, (loss, detail) => {
      if (connection === this.#connection) this.#lost(loss, detail);
      else this.#left(connection);
    });
    if (own !== this.#connections) {
      connection.close();
      return undefined;
    }
    this.#connection = connection;
    connection.port.addEventListener("message", ({ data }) => {
      if (connection !== this.#connection) return;
      connection.heard?.();
      this.#receive(data);
    });
    return connection;
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

  /**
   * Needs a host, but not an open profile. Rejects with the signal's reason when it is aborted in
   * time.
   */
  async task(
    task: ProfileTask,
    options: {
      readonly signal?: AbortSignal;
      readonly onProgress?: (progress: Progress) => void;
    } = {},
  ): Promise<unknown> {
    const { signal, onProgress } = options;
    signal?.throwIfAborted();
    if (this.#connection === undefined) throw new HomingError("closed");
    const request = ++this.#lastRequest;
    const answer = new Promise((resolve, reject) => {
      this.#waiting.set(request, { resolve, reject, onProgress });
    });
    this.#post({ type: "task", request, task });
    try {
      return await whileWaiting(answer, signal, () => this.#post({ type: "abort", request }));
    } catch (error) {
      const wasAborted = error instanceof HomingError && error.code === "aborted";
      throw wasAborted && signal ? signal.reason : error;
    }
  }

  hint(hint: Hint): void {
    this.#post({ type: "hint", hint });
    this.#connection?.check?.();
  }

  /** Leaves the host for a while. What it has not answered it is asked again by resume(). */
  suspend(): void {
    this.#post({ type: "close" });
    this.#disconnect();
  }

  /** "reopened" or "stopped" follows. */
  resume(): void {
    void this.#enter("fail");
  }

  /**
   * Leaves the host for good; with "lock", the host ends for all pages. Resolves when it has, or is
   * lost.
   */
  close(how: "close" | "lock" = "close"): Promise<void> {
    const connection = this.#connection;
    this.#options = undefined;
    this.#fail(new HomingError("closed"));
    this.#connection = undefined;
    this.#disconnect();
    if (connection === undefined) return Promise.resolve();
    connection.port.addEventListener("message", ({ data }) => {
      if (data.type === "closed") this.#left(connection);
    });
    connection.port.postMessage({ type: how });
    connection.check?.();
    return new Promise((resolve) => { this.#onLeft = resolve; });
  }

  #left(connection: HostConnection): void {
    connection.close();
    this.#onLeft();
  }

  async #request(type: "command" | "query", name: string, parameters: unknown[]): Promise<unknown> {
    if (this.#options === undefined) throw new HomingError("closed");
    const request = ++this.#lastRequest;
    const message = { type, request, name, parameters } as ToWorker;
    if (this.#isOpen) {
      this.#post(message);
      this.#connection?.check?.();
    }
    return new Promise((resolve, reject) => {
      this.#waiting.set(request, { resolve, reject, message });
    });
  }

  #post(message: ToWorker): void {
    this.#connection?.port.postMessage(message);
  }

  async #enter(whenInUse: WhenInUse, number = 0): Promise<void> {
    const options = this.#options;
    if (options === undefined) return;
    try {
      const connection = await this.connect(options.profile, number);
      if (connection === undefined) return;
      const { page } = connection;
      this.#post({
        type: "open",
        options: { ...options, whenInUse, ...(page !== undefined && { page }) },
      });
    } catch (error) {
      this.#stopped(new HomingError("worker_failed", { cause: error }));
    }
  }

  #disconnect(): void {
    this.#connections += 1;
    this.#connection?.close();
    this.#connection = undefined;
    this.#isOpen = false;
    for (const [request, { message, reject }] of this.#waiting) {
      if (message !== undefined) continue;
      this.#waiting.delete(request);
      reject(new HomingError("closed"));
    }
  }

  #lost(loss: Loss, detail: string | undefined): void {
    const { number = 0 } = this.#connection ?? {};
    if (loss === "failed") {
      this.#stopped(new HomingError("worker_failed", { cause: detail }));
    } else if (loss === "frozen") {
      void this.#enter("take", number + 1);
    } else {
      void this.#enter((this.#opening && this.#options?.whenInUse) ?? "fail", number);
    }
  }

  #receive(message: FromWorker): void {
    switch (message.type) {
      case "opened":
        this.#opened(message.state);
        break;
      case "state":
        this.#listener.changed(message.state);
        break;
      case "stopped":
        void this.#ended(new HomingError(message.code, { cause: message.detail }));
        break;
      case "events":
        this.#events(message.events);
        this.#post({ type: "read" });
        break;
      case "progress":
        this.#waiting.get(message.request)?.onProgress?.(
          { done: message.done, total: message.total });
        break;
      case "result":
        this.#take(message.request)?.resolve(message.value);
        break;
      case "refused":
        // After the end of a host its refusals say nothing: see #ended().
        if (message.code === "closed" && !this.#isOpen) break;
        this.#take(message.request)?.reject(new HomingError(message.code));
        break;
      case "closed":
      case "pong":
        break;
    }
  }

  #opened(state: OpenedState): void {
    if (!this.#isOpen) {
      this.#isOpen = true;
      this.#connection?.watch?.();
      if (this.#options !== undefined) {
        const { passphrase: _used, ...options } = this.#options;
        this.#options = { ...options, mustExist: true };
      }
      // What the former host did not answer. Asking twice for the same does no harm.
      for (const { message } of this.#waiting.values()) if (message) this.#post(message);
    }
    if (this.#opening === undefined) this.#listener.reopened(state);
    else this.#opening.resolve(state);
    this.#opening = undefined;
  }

  // A reply settles its promise first: its continuation runs after the listener has seen the rest.
  #events(events: readonly EngineEvent[]): void {
    const others: EngineEvent[] = [];
    for (const event of events) {
      if (event.type !== "reply") {
        others.push(event);
        continue;
      }
      const { message } = this.#waiting.get(event.request) ?? {};
      // A host that was frozen has tried to store, and says next that it has stopped.
      if (event.error === "storage_fenced" && message !== undefined) continue;
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

  async #ended(error: HomingError): Promise<void> {
    this.#isOpen = false;
    const connection = this.#connection;
    // This host was frozen, and the others went on without it.
    const isDeposed = ["taken_over", "storage_fenced"].includes(error.code) &&
      await connection?.isSuperseded?.();
    if (connection !== this.#connection) return;
    if (isDeposed) await this.#enter("fail");
    else this.#stopped(error);
  }

  #stopped(error: HomingError): void {
    this.#options = undefined;
    this.#disconnect();
    this.#fail(error);
    if (this.#opening === undefined) this.#listener.stopped(error);
    else this.#opening.reject(error);
    this.#opening = undefined;
  }

  #fail(error: HomingError): void {
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { reject } of waiting) reject(error);
  }
}
