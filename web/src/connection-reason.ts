// What the engine knows of the connection, and why there is none, found out beside it.

import { type Diagnosis, diagnose } from "./diagnosis.js";
import type { ConnectionView } from "./types.js";

/** A relay that restarts is not asked by everybody what is the matter: they find it there again. */
const failuresBefore = 2;
const everyMs = 10_000;

export class ConnectionReason {
  readonly #relay: string;
  readonly #changed: () => void;
  #diagnosis: Diagnosis | undefined;
  #failures = 0;
  #nextMs = 0;

  /** `changed`: explain() says something else from now on. */
  constructor(relay: string, changed: () => void) {
    this.#relay = relay;
    this.#changed = changed;
  }

  /** What the engine has just told. */
  heard({ state, error }: ConnectionView): void {
    if (state === "online") {
      this.#diagnosis = undefined;
      this.#failures = 0;
    } else if (state === "waiting" && error === "unreachable") {
      this.#failures += 1;
      if (this.#failures >= failuresBefore && Date.now() >= this.#nextMs) void this.#find();
    }
  }

  explain(view: ConnectionView): ConnectionView {
    const isKnown = view.error === "unreachable" && this.#diagnosis !== undefined;
    return isKnown ? { ...view, error: this.#diagnosis as string } : view;
  }

  async #find(): Promise<void> {
    this.#nextMs = Date.now() + everyMs;
    const diagnosis = await diagnose(this.#relay, globalThis.location.origin);
    if (this.#failures === 0 || diagnosis === this.#diagnosis) return;
    this.#diagnosis = diagnosis;
    this.#changed();
  }
}
