// A host in a worker that all pages of a profile share, seen from one of them: which worker it is,
// and whether it is still alive. Shared workers of one profile have numbers. There is one, number
// 0, unless it was found frozen: it cannot be ended from outside, so the pages go on with the next
// one, which takes the profile from it.

import type { Loss } from "./host-connection.js";
import { hostName, newestHost } from "./host-lock.js";
import { startSharedWorker } from "./start-worker.js";

/**
 * A host that answers nothing for this long, twice, is taken for frozen. Only what a worker does in
 * one turn comes near: reading a long journal, a passphrase on a slow phone. Doubled with each
 * number, so that where everything takes longer the pages find the measure.
 */
const answerMs = 2500;
/** A host is asked this often while the page is visible, besides when something is wanted of it. */
const checkMs = 30_000;

export class SharedHost {
  readonly number: number;
  readonly port: MessagePort;
  readonly page = `homing-page:${crypto.randomUUID()}`;
  readonly #profile: string;
  readonly #name: string;
  readonly #onLoss: (loss: Loss) => void;
  readonly #life = new AbortController();
  readonly #interval: ReturnType<typeof setInterval>;
  #timer: ReturnType<typeof setTimeout> | undefined;

  static async connect(
    profile: string,
    number: number,
    onLoss: (loss: Loss) => void,
  ): Promise<SharedHost> {
    const newest = await newestHost(profile);
    const host = new SharedHost(profile, Math.max(newest, number), onLoss);
    // The host asks for it, too: it has to be ours before the host can know its name.
    await new Promise<void>((resolve) => {
      void navigator.locks.request(host.page, () => {
        resolve();
        return new Promise((release) => host.#life.signal.addEventListener("abort", release));
      });
    });
    // One that has just been started is still being loaded, over whatever network there is.
    if (host.number === newest) host.check();
    return host;
  }

  private constructor(profile: string, number: number, onLoss: (loss: Loss) => void) {
    this.number = number;
    this.#profile = profile;
    this.#onLoss = onLoss;
    this.#name = hostName(profile, number);
    const worker = startSharedWorker(this.#name);
    // Its script could not be loaded: most likely this browser wants no modules there.
    worker.addEventListener("error", () => this.#lose("unusable"));
    this.port = worker.port;
    this.port.start();
    this.#interval = setInterval(() => {
      if (document.visibilityState === "visible") this.check();
    }, checkMs);
  }

  #lose(loss: Loss): void {
    if (!this.#life.signal.aborted) this.#onLoss(loss);
  }

  watch(): void {
    const { signal } = this.#life;
    navigator.locks.request(this.#name, { signal }, () => this.#lose("ended"))
      .catch(() => undefined);
  }

  heard(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  check(): void {
    if (this.#timer === undefined) this.#ask(2);
  }

  #ask(attempts: number): void {
    this.port.postMessage({ type: "ping" });
    this.#timer = setTimeout(() => {
      // The first time it may be this page that stood still, and the answer is here already.
      if (attempts > 1) this.#ask(attempts - 1);
      else this.#lose("frozen");
    }, answerMs * 2 ** this.number);
  }

  async isSuperseded(): Promise<boolean> {
    return await newestHost(this.#profile) > this.number;
  }

  close(): void {
    this.#life.abort();
    this.heard();
    clearInterval(this.#interval);
    this.port.close();
  }
}
