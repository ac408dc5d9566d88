// A profile while it is open: its lock, the engine, and what a page that joins later is told. Knows
// nothing of pages: whoever has a lock, a module and something to do can run one.

import type { EngineEvent, Host, HomingModule } from "homing-module";
import { ConnectionReason } from "./connection-reason.js";
import type * as ProfileTasks from "./profile-tasks.js";
import type { ProfileLock } from "./profile-lock.js";
import type { OpenedState, OpenOptions } from "./protocol.js";
import { Refusal } from "./refusal.js";
import type { ConnectionView, StorageView } from "./types.js";

export type LoadTasks = () => Promise<typeof ProfileTasks>;

export interface SessionListener {
  opened(): void;
  /** What the engine tells while it is open, in order. */
  told(event: EngineEvent): void;
  /** It could not be opened, or cannot go on. To be closed then. */
  stopped(code: string, detail?: string): void;
}

export class EngineSession {
  readonly #lock: ProfileLock;
  readonly #options: OpenOptions;
  readonly #loadTasks: LoadTasks;
  readonly #listener: SessionListener;
  #host: Host | undefined;
  #isOpened = false;
  #isClosed = false;
  #quarantined = 0;
  #storage: StorageView = { unsaved: 0 };
  readonly #reason: ConnectionReason;
  /** Until it is known whether it is needed. */
  passphrase: string | undefined;

  /** Takes the lock over. */
  constructor(
    lock: ProfileLock,
    options: OpenOptions,
    loading: Promise<HomingModule>,
    loadTasks: LoadTasks,
    listener: SessionListener,
  ) {
    this.#lock = lock;
    this.#options = options;
    this.#loadTasks = loadTasks;
    this.#listener = listener;
    this.#reason = new ConnectionReason(options.relay, () => {
      if (this.host) listener.told({ type: "connection", connection: this.#connection() });
    });
    void lock.lost.then(() => this.#stop("taken_over"));
    void this.#open(loading);
  }

  /** The engine, while it is open. */
  get host(): Host | undefined { return this.#isOpened ? this.#host : undefined; }

  /** Whether whoever wants these options can have this session. */
  fits({ relay, profile, durability }: OpenOptions): boolean {
    const own = this.#options;
    return relay === own.relay && profile === own.profile && durability === own.durability;
  }

  async #open(loading: Promise<HomingModule>): Promise<void> {
    const { relay, profile, durability, mustExist } = this.#options;
    try {
      const module = await loading;
      if (this.#isClosed) return;
      this.#host = module.createHost({
        relay, profile, durability, mustExist, onEvents: (events) => this.#receive(events),
      });
      this.#host.open();
    } catch (error) {
      this.#stop("module_failed", String(error));
    }
  }

  #receive(events: EngineEvent[]): void {
    for (const event of events) {
      if (this.#isClosed) return;
      switch (event.type) {
        case "opened":
          this.#isOpened = true;
          this.#quarantined = event.quarantined;
          this.passphrase = undefined;
          this.#listener.opened();
          break;
        case "locked":
          void this.#unlock();
          break;
        case "stopped":
          // Not from within its own callback: stopping deletes the host.
          queueMicrotask(() => this.#stop(event.error));
          break;
        case "storage": {
          const { type: _type, ...storage } = event;
          this.#storage = storage;
          this.#listener.told(event);
          break;
        }
        case "connection":
          this.#reason.heard(event.connection);
          this.#listener.told({ ...event, connection: this.#reason.explain(event.connection) });
          break;
        default:
          this.#listener.told(event);
      }
    }
  }

  async #unlock(): Promise<void> {
    const { passphrase } = this;
    this.passphrase = undefined;
    try {
      if (passphrase === undefined) throw new Refusal("locked");
      const opened = await this.#takeOff(passphrase);
      if (!this.#isClosed) this.#host?.unlock(opened);
      opened.fill(0);
    } catch (error) {
      this.#stop(...Refusal.reason(error));
    }
  }

  /** Refuses with `wrong_passphrase`. A profile without one takes any. */
  async check(passphrase: string): Promise<void> {
    if (this.#host?.hasPassphrase()) (await this.#takeOff(passphrase)).fill(0);
  }

  async #takeOff(passphrase: string): Promise<Uint8Array> {
    const keyFile = this.#host?.keyFile() ?? new Uint8Array();
    const { takeOffPassphrase } = await this.#loadTasks();
    return takeOffPassphrase(keyFile, passphrase);
  }

  /** While it is open. */
  state(): OpenedState {
    const host = this.#host as Host;
    return {
      address: host.address(),
      name: host.name(),
      readReceipts: host.readReceipts(),
      deliveredReceipts: host.deliveredReceipts(),
      connection: this.#connection(),
      storage: this.#storage,
      quarantined: this.#quarantined,
      hasPassphrase: host.hasPassphrase(),
    };
  }

  #connection(): ConnectionView {
    return this.#reason.explain((this.#host as Host).connection());
  }

  #stop(code: string, detail?: string): void {
    if (!this.#isClosed) this.#listener.stopped(code, detail);
  }

  close(): void {
    this.#isClosed = true;
    this.#isOpened = false;
    this.#host?.close();
    this.#host?.delete();
    this.#host = undefined;
    this.passphrase = undefined;
    this.#lock.release();
  }
}
