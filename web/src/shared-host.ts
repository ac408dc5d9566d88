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
  readonly port: MessagePort;
  readonly number: number;
  /** The Web Lock that this page holds until it closes the connection. */
  readonly page: string;
  readonly #profile: string;
  readonly #name: string;
  readonly #life: AbortController;
  readonly #onLoss: (loss: Loss) => void;
  readonly #interval: ReturnType<typeof setInterval>;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #hasSpoken = false;

  static async connect(
    profile: string,
    number: number,
    onLoss: (loss: Loss) => void,
  ): Promise<SharedHost> {
    // The host asks for this lock, too: it has to be ours before the host can know its name.
    const page = `homing-page:${crypto.randomUUID()}`;
    const life = new AbortController();
    await new Promise<void>((resolve, reject) => {
      navigator.locks.request(page, () => {
        resolve();
        return new Promise((release) => life.signal.addEventListener("abort", release));
      }).catch(reject);
    });
    try {
      const newest = await newestHost(profile);
      const host = new SharedHost(profile, Math.max(newest, number), page, life, onLoss);
      // One that has just been started is still being loaded, over whatever network there is.
      if (host.number === newest) host.check();
      return host;
    } catch (error) {
      life.abort();
      throw error;
    }
  }

  private constructor(
    profile: string,
    number: number,
    page: string,
    life: AbortController,
    onLoss: (loss: Loss) => void,
  ) {
    this.number = number;
    this.page = page;
    this.#profile = profile;
    this.#name = hostName(profile, number);
    this.#life = life;
    this.#onLoss = onLoss;
    const worker = startSharedWorker(this.#name);
    // Its script could not be loaded: most likely this browser wants no modules there. Of one that
    // runs some browsers tell errors here, too; it tells them itself.
    worker.addEventListener("error", () => {
      if (!this.#hasSpoken) this.#lose("unusable");
    });
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
    this.#hasSpoken = true;
    this.#rest();
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

  #rest(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  async isSuperseded(): Promise<boolean> {
    return await newestHost(this.#profile) > this.number;
  }

  close(): void {
    this.#life.abort();
    this.#rest();
    clearInterval(this.#interval);
    this.port.close();
  }
}
