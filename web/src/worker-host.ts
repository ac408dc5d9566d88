// The worker's half: owns the lock, the module and the Host, and carries calls and events between
// the Host and a page. It has no knowledge of messages beyond their shape.

import type { EngineEvent, Host, HomingModule } from "homing-module";
import { acquireProfileLock, type ProfileLock } from "./profile-lock.js";
import type * as ProfileTasks from "./profile-tasks.js";
import type { FromWorker, OpenOptions, Port, ToWorker } from "./protocol.js";
import { Refusal } from "./refusal.js";

/** Messages in one event: a page handles this many well within a frame. */
const messagesPerEventMax = 200;

type AnyMethod = (...parameters: unknown[]) => unknown;

export interface Environment {
  readonly loadModule: () => Promise<HomingModule>;
  readonly loadTasks: () => Promise<typeof ProfileTasks>;
  readonly locks: LockManager;
}

export class WorkerHost {
  readonly #port: Port<FromWorker, ToWorker>;
  readonly #loadModule: () => Promise<HomingModule>;
  readonly #locks: LockManager;
  readonly #loadTasks: () => Promise<typeof ProfileTasks>;
  readonly #running = new Map<number, AbortController>();
  #module: Promise<HomingModule> | undefined;
  #host: Host | undefined;
  #lock: ProfileLock | undefined;
  // Aborted by close(); each open() has its own, so that whatever it still awaits finds out.
  #session = new AbortController();
  #isOpened = false;
  /** Until it is known whether it is needed. */
  #passphrase: string | undefined;
  #events: EngineEvent[] = [];

  constructor(port: Port<FromWorker, ToWorker>, { loadModule, loadTasks, locks }: Environment) {
    this.#port = port;
    this.#loadModule = loadModule;
    this.#locks = locks;
    this.#loadTasks = loadTasks;
    port.addEventListener("message", (event) => this.#handle(event.data));
  }

  #handle(message: ToWorker): void {
    switch (message.type) {
      case "open":
        void this.#open(message.options);
        break;
      case "close":
        this.#end();
        this.#port.postMessage({ type: "closed" });
        break;
      case "hint":
        this.#host?.hint(message.hint);
        break;
      case "task":
        void this.#run(message);
        break;
      case "abort":
        this.#running.get(message.request)?.abort();
        break;
      case "command":
        this.#command(message);
        break;
      case "query":
        this.#query(message);
        break;
    }
  }

  async #open({ passphrase, ...options }: OpenOptions): Promise<void> {
    this.#end();
    this.#passphrase = passphrase;
    const session = new AbortController();
    this.#session = session;
    // Loading takes longer than the lock, so both begin now.
    const loading = this.#load();
    loading.catch(() => undefined);
    let lock: ProfileLock | undefined;
    try {
      lock = await acquireProfileLock(
        options.profile, options.whenInUse, session.signal, this.#locks);
      if (lock === undefined) {
        this.#stop(session, "profile_in_use");
        return;
      }
      const module = await loading;
      if (session.signal.aborted) {
        lock.release();
        return;
      }
      this.#lock = lock;
      void lock.lost.then(() => this.#stop(session, "taken_over"));
      this.#host = module.createHost({
        relay: options.relay,
        profile: options.profile,
        durability: options.durability,
        onEvents: (events) => this.#receive(session, events),
      });
      this.#host.open();
    } catch (error) {
      lock?.release();
      this.#stop(session, "module_failed", String(error));
    }
  }

  #load(): Promise<HomingModule> {
    this.#module ??= this.#loadModule();
    // A failure is often a lost network: the next open() tries again.
    this.#module.catch(() => { this.#module = undefined; });
    return this.#module;
  }

  #receive(session: AbortController, events: EngineEvent[]): void {
    if (session.signal.aborted) return;
    for (const event of events) {
      if (event.type === "opened") {
        this.#flush();
        this.#opened(event.quarantined);
      } else if (event.type === "locked") {
        void this.#unlock(session);
      } else if (event.type === "stopped") {
        const { error } = event;
        // Not from within its own callback: stopping deletes the host.
        queueMicrotask(() => this.#stop(session, error));
      } else if (event.type === "messages" && event.messages.length > messagesPerEventMax) {
        for (let at = 0; at < event.messages.length; at += messagesPerEventMax) {
          const messages = event.messages.slice(at, at + messagesPerEventMax);
          this.#enqueue({ type: "messages", messages });
          this.#flush();
        }
      } else {
        this.#enqueue(event);
      }
    }
  }

  async #unlock(session: AbortController): Promise<void> {
    const passphrase = this.#passphrase;
    this.#passphrase = undefined;
    try {
      if (passphrase === undefined || this.#host === undefined) throw new Refusal("locked");
      const keyFile = this.#host.keyFile();
      const { takeOffPassphrase } = await this.#loadTasks();
      const opened = await takeOffPassphrase(keyFile, passphrase);
      if (!session.signal.aborted) this.#host.unlock(opened);
      opened.fill(0);
    } catch (error) {
      this.#stop(session, ...Refusal.reason(error));
    }
  }

  async #run({ request, task }: Extract<ToWorker, { type: "task" }>): Promise<void> {
    const controller = new AbortController();
    this.#running.set(request, controller);
    const context: ProfileTasks.TaskContext = {
      request,
      signal: controller.signal,
      locks: this.#locks,
      loadModule: () => this.#load(),
      onProgress: (done, total) =>
        this.#port.postMessage({ type: "progress", request, done, total }),
      host: () => {
        if (this.#host === undefined || !this.#isOpened) throw new Refusal("closed");
        return this.#host;
      },
    };
    try {
      const { run } = await this.#loadTasks();
      const value = await run(task, context);
      // Answered by the host: the event with its reply is on the way.
      if (task.name === "changePassphrase") return;
      this.#port.postMessage({ type: "result", request, value });
    } catch (error) {
      const [code] = Refusal.reason(error);
      this.#port.postMessage({ type: "refused", request, code });
    } finally {
      this.#running.delete(request);
    }
  }

  #opened(quarantined: number): void {
    const host = this.#host;
    if (host === undefined) return;
    this.#isOpened = true;
    this.#passphrase = undefined;
    this.#port.postMessage({
      type: "opened",
      state: {
        address: host.address(),
        name: host.name(),
        readReceipts: host.readReceipts(),
        deliveredReceipts: host.deliveredReceipts(),
        connection: host.connection(),
        quarantined,
        hasPassphrase: host.hasPassphrase(),
      },
    });
  }

  // One message to the page per turn of the worker, however often the engine spoke in it.
  #enqueue(event: EngineEvent): void {
    this.#events.push(event);
    if (this.#events.length === 1) queueMicrotask(() => this.#flush());
  }

  #flush(): void {
    if (this.#events.length === 0) return;
    this.#port.postMessage({ type: "events", events: this.#events });
    this.#events = [];
  }

  #command({ request, name, parameters }: Extract<ToWorker, { type: "command" }>): void {
    if (this.#host === undefined || !this.#isOpened) {
      this.#port.postMessage({ type: "refused", request, code: "closed" });
      return;
    }
    (this.#host[name] as AnyMethod).call(this.#host, request, ...parameters);
  }

  #query({ request, name, parameters }: Extract<ToWorker, { type: "query" }>): void {
    if (this.#host === undefined || !this.#isOpened) {
      this.#port.postMessage({ type: "refused", request, code: "closed" });
      return;
    }
    // What the engine told before comes before an answer that already includes it.
    this.#flush();
    const value = (this.#host[name] as AnyMethod).apply(this.#host, [...parameters]);
    this.#port.postMessage({ type: "result", request, value });
  }

  #stop(session: AbortController, code: string, detail?: string): void {
    if (session.signal.aborted) return;
    this.#end();
    this.#port.postMessage(
      detail === undefined ? { type: "stopped", code } : { type: "stopped", code, detail });
  }

  #end(): void {
    this.#session.abort();
    for (const task of this.#running.values()) task.abort();
    this.#flush();
    this.#host?.close();
    this.#host?.delete();
    this.#host = undefined;
    this.#isOpened = false;
    this.#passphrase = undefined;
    this.#lock?.release();
    this.#lock = undefined;
  }
}
