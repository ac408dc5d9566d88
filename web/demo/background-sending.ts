// Has the service worker send what waits when this page is gone, where a browser can do that.

import { type DrainOptions, drainTag } from "./drain-tag.js";

/** WICG Background Synchronization; Chromium only. */
interface SyncRegistration {
  readonly sync?: { register(tag: string): Promise<void> };
}

export class BackgroundSending {
  readonly #tag: string;
  readonly #isWanted: () => boolean;
  #sync: SyncRegistration["sync"];

  /** `isWanted`: whether something waits that needs no person to go on. */
  constructor(options: DrainOptions, isWanted: () => boolean) {
    this.#tag = drainTag(options);
    this.#isWanted = isWanted;
  }

  /** Whether it works here. */
  get isPossible(): boolean { return this.#sync !== undefined; }

  async start(): Promise<void> {
    const container = navigator.serviceWorker as ServiceWorkerContainer | undefined;
    if (container === undefined) return;
    this.#sync = (await container.ready as SyncRegistration).sync;
    // A page is always hidden before it goes; asking later than that may be too late.
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden") this.ask();
    });
    window.addEventListener("pagehide", () => this.ask());
  }

  /** To be called, too, when a message begins to wait: a page that crashes is not hidden first. */
  ask(): void {
    if (!this.#isWanted()) return;
    // Refused where the person does not want it; the message waits for the next opening then.
    void this.#sync?.register(this.#tag).catch(() => { this.#sync = undefined; });
  }
}
