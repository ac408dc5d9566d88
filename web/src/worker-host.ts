// The worker's half: opens the profile for the pages that ask for it, one engine for all of them,
// and carries calls and events between it and each page. A dedicated worker has one page, a shared
// one any number. It has no knowledge of messages beyond their shape.

import type { EngineEvent, Host, HomingModule } from "homing-module";
import { EngineSession, type LoadTasks } from "./engine-session.js";
import { HostView } from "./host-view.js";
import { acquireProfileLock, type ProfileLock } from "./profile-lock.js";
import type { TaskContext } from "./profile-tasks.js";
import type { FromWorker, OpenOptions, Port, ToWorker } from "./protocol.js";
import { Refusal } from "./refusal.js";

/** Messages in one event: a page handles this many well within a frame. */
const messagesPerEventMax = 200;

type AnyMethod = (...parameters: unknown[]) => unknown;
type Call = Extract<ToWorker, { type: "command" | "query" }>;

export interface Environment {
  readonly loadModule: () => Promise<HomingModule>;
  readonly loadTasks: LoadTasks;
  readonly locks: LockManager;
  /** Ends the worker, and with it all that is in its memory. */
  readonly end: () => void;
}

/** Who waits for a reply of the engine, which numbers requests across all pages. */
interface Asker {
  readonly view: HostView;
  /** The page's own number. */
  readonly request: number;
  /** Whether it changes what all pages know from the moment they are open. */
  readonly changesState: boolean;
}

export class WorkerHost {
  readonly #environment: Environment;
  /** Those who want the profile open, whether it is or not. */
  readonly #views = new Set<HostView>();
  readonly #askers = new Map<number, Asker>();
  #lastRequest = 0;
  #module: Promise<HomingModule> | undefined;
  #session: EngineSession | undefined;
  #taking = Promise.resolve();
  /** Aborted when there is a session: nobody has to wait for the lock any more. */
  #waiting = new AbortController();

  constructor(environment: Environment) {
    this.#environment = environment;
  }

  attach(port: Port<FromWorker, ToWorker>): void {
    const view = new HostView(port);
    port.addEventListener("message", (event) => this.#handle(view, event.data));
  }

  /** Something threw where nothing was to catch it. */
  fail(message: string): void {
    this.#stop("worker_failed", message);
    this.#environment.end();
  }

  #handle(view: HostView, message: ToWorker): void {
    switch (message.type) {
      case "open":
        void this.#open(view, message.options);
        break;
      case "close":
        this.#leave(view);
        view.post({ type: "closed" });
        break;
      case "lock":
        this.#leave(view);
        this.#stop("locked");
        view.post({ type: "closed" });
        this.#environment.end();
        break;
      case "ping":
        view.post({ type: "pong" });
        break;
      case "read":
        if (view.acknowledge() && view.isJoined) this.#welcome(view);
        break;
      case "hint":
        this.#session?.host?.hint(message.hint);
        break;
      case "task":
        void this.#run(view, message);
        break;
      case "abort":
        view.tasks.get(message.request)?.abort();
        break;
      case "command":
      case "query":
        this.#call(view, message);
        break;
    }
  }

  async #open(view: HostView, options: OpenOptions): Promise<void> {
    this.#views.add(view);
    const { signal } = view.life;
    const { page } = options;
    const { locks } = this.#environment;
    // Given to us only when the page has let it go: it went away without a word.
    if (page !== undefined) {
      locks.request(page, { signal }, () => this.#leave(view)).catch(() => undefined);
    }
    // Loading takes longer than the lock, so both begin now.
    const loading = this.#load();
    loading.catch(() => undefined);
    const enter = (): Promise<void> => this.#enter(view, options, loading);
    // One after the other, or two pages of this worker would take it from each other.
    await (options.whenInUse === "take" ? this.#taking = this.#taking.then(enter) : enter());
  }

  // Each page asks for the lock itself, because one may wait while another takes it. The first one
  // to get it opens the profile for all.
  async #enter(
    view: HostView,
    options: OpenOptions,
    loading = this.#load(),
  ): Promise<void> {
    const { signal } = view.life;
    if (this.#session === undefined) {
      const waiting = this.#waiting.signal;
      let lock: ProfileLock | undefined;
      let reason: [code: string, detail?: string] = ["profile_in_use"];
      try {
        lock = await acquireProfileLock(options.profile, options.whenInUse,
          AbortSignal.any([signal, waiting]), this.#environment.locks);
      } catch (error) {
        reason = Refusal.reason(error);
      }
      if (signal.aborted) {
        lock?.release();
        return;
      }
      if (lock !== undefined) {
        this.#session = new EngineSession(lock, options, loading, this.#environment.loadTasks, {
          opened: () => this.#joined().forEach((joined) => this.#welcome(joined)),
          told: (event) => this.#tell(event),
          stopped: (code, detail) => this.#stop(code, detail),
        });
        this.#waiting.abort();
        this.#waiting = new AbortController();
      } else if (!waiting.aborted) {
        this.#dismiss(view, ...reason);
        return;
      }
    }
    await this.#join(view, options);
  }

  async #join(view: HostView, options: OpenOptions): Promise<void> {
    const session = this.#session;
    // It has ended already.
    if (session === undefined) return this.#enter(view, options);
    const { signal } = view.life;
    const { passphrase } = options;
    try {
      if (!session.fits(options)) throw new Refusal("options_differ");
      if (session.host === undefined) session.passphrase = passphrase ?? session.passphrase;
      else if (passphrase !== undefined) await session.check(passphrase);
    } catch (error) {
      if (!signal.aborted) this.#dismiss(view, ...Refusal.reason(error));
      return;
    }
    if (signal.aborted) return;
    if (session !== this.#session) return this.#enter(view, options);
    view.isJoined = true;
    this.#welcome(view);
  }

  #joined(): HostView[] {
    return [...this.#views].filter(({ isJoined }) => isJoined);
  }

  #welcome(view: HostView): void {
    if (this.#session?.host !== undefined) view.opened(this.#session.state());
  }

  #load(): Promise<HomingModule> {
    this.#module ??= this.#environment.loadModule();
    // A failure is often a lost network: the next open() tries again.
    this.#module.catch(() => { this.#module = undefined; });
    return this.#module;
  }

  #tell(event: EngineEvent): void {
    if (event.type === "reply") {
      this.#reply(event);
      return;
    }
    const messages = event.type === "messages" ? event.messages : [];
    for (const view of this.#joined()) {
      if (messages.length <= messagesPerEventMax) {
        view.tell(event);
        continue;
      }
      for (let at = 0; at < messages.length; at += messagesPerEventMax) {
        view.tell({ type: "messages", messages: messages.slice(at, at + messagesPerEventMax) });
        view.flush();
      }
    }
  }

  #reply(event: Extract<EngineEvent, { type: "reply" }>): void {
    const asker = this.#askers.get(event.request);
    if (asker === undefined) return;
    this.#askers.delete(event.request);
    if (asker.changesState && event.error === undefined) {
      const state = this.#session?.state();
      if (state) for (const view of this.#joined()) view.post({ type: "state", state });
    }
    if (asker.view.isJoined) asker.view.tell({ ...event, request: asker.request });
  }

  #ask(view: HostView, request: number, changesState: boolean): number {
    this.#askers.set(++this.#lastRequest, { view, request, changesState });
    return this.#lastRequest;
  }

  async #run(
    view: HostView,
    { request, task }: Extract<ToWorker, { type: "task" }>,
  ): Promise<void> {
    const controller = new AbortController();
    view.tasks.set(request, controller);
    const context: TaskContext = {
      ask: () => this.#ask(view, request, true),
      signal: controller.signal,
      locks: this.#environment.locks,
      loadModule: () => this.#load(),
      onProgress: (done, total) => view.post({ type: "progress", request, done, total }),
      host: () => this.#hostOf(view),
    };
    try {
      const { run } = await this.#environment.loadTasks();
      const value = await run(task, context);
      // Answered by the engine: the event with its reply is on the way.
      if (task.name === "changePassphrase") return;
      view.post({ type: "result", request, value });
    } catch (error) {
      const [code] = Refusal.reason(error);
      view.post({ type: "refused", request, code });
    } finally {
      view.tasks.delete(request);
    }
  }

  #hostOf(view: HostView): Host {
    const host = this.#session?.host;
    if (host === undefined || !view.isJoined) throw new Refusal("closed");
    return host;
  }

  #call(view: HostView, { type, request, name, parameters }: Call): void {
    try {
      const host = this.#hostOf(view);
      const method = host[name] as AnyMethod;
      if (type === "command") {
        method.call(host, this.#ask(view, request, /^(set|renew)/.test(name)), ...parameters);
        return;
      }
      // What the engine told before comes before an answer that already includes it.
      view.flush();
      view.post({ type: "result", request, value: method.apply(host, [...parameters]) });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      view.post({ type: "refused", request, code: error.code });
    }
  }

  #leave(view: HostView): void {
    view.leave();
    this.#views.delete(view);
    if (this.#views.size === 0) this.#end();
  }

  /** One page does not get in, or all do not get any further. */
  #dismiss(view: HostView, code: string, detail?: string): void {
    view.flush();
    this.#leave(view);
    view.post(detail === undefined ? { type: "stopped", code } : { type: "stopped", code, detail });
  }

  #stop(code: string, detail?: string): void {
    const views = this.#joined();
    this.#end();
    for (const view of views) this.#dismiss(view, code, detail);
  }

  #end(): void {
    this.#session?.close();
    this.#session = undefined;
    this.#askers.clear();
  }
}
