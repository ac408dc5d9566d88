// Sends what waits without a page, and ends: for a service worker that was woken for it.

import type { EngineEvent, HomingModule } from "homing-module";
import { EngineSession } from "./engine-session.js";
import { acquireProfileLock, isWanted } from "./profile-lock.js";
import type { OpenOptions } from "./protocol.js";
import { Refusal } from "./refusal.js";

/**
 * - `sent`: nothing waits any more.
 * - `in_use`: a page has the profile open, or wants to, and sends by itself.
 * - `locked`: it needs a passphrase, which only a person has.
 * - `waiting`: there is no way to the relay, the time is over, or the store or the module failed:
 *   to be tried again.
 */
export type Drained = "sent" | "in_use" | "locked" | "waiting";

export interface DrainEnvironment {
  readonly loadModule: () => Promise<HomingModule>;
  readonly locks: LockManager;
  /** Gives up when aborted. */
  readonly signal: AbortSignal;
}

/** A browser stays alive as long as this lasts, so it does not wait for a network. */
const attempts = 2;
/** A page gives a profile up as open elsewhere after a second. */
const lookMs = 200;

/** Never rejects. What arrives meanwhile is stored. */
export async function drain(
  { relay, profile }: Pick<OpenOptions, "relay" | "profile">,
  { loadModule, locks, signal }: DrainEnvironment,
): Promise<Drained> {
  const options: OpenOptions = {
    relay, profile, durability: "strict", whenInUse: "fail", mustExist: true,
  };
  let session: EngineSession | undefined;
  let watch: ReturnType<typeof setInterval> | undefined;
  try {
    const lock = await acquireProfileLock(profile, "fail", signal, locks);
    if (lock === undefined) return "in_use";
    return await new Promise<Drained>((resolve) => {
      let failures = 0;
      const look = (event?: EngineEvent): void => {
        if (session?.host?.pending() === 0) resolve("sent");
        if (event?.type !== "connection") return;
        const { state } = event.connection;
        if (state === "waiting") failures += 1;
        if (state === "offline" || failures === attempts) resolve("waiting");
      };
      signal.addEventListener("abort", () => resolve("waiting"));
      // On a slow network this may take long, and nobody should wait for it.
      watch = setInterval(async () => {
        if (await isWanted(profile, locks)) resolve("in_use");
      }, lookMs);
      session = new EngineSession(lock, options, loadModule(), noTasks, {
        opened: () => look(),
        told: look,
        stopped: (code) => resolve(code === "locked" ? "locked" : "waiting"),
      });
    });
  } catch {
    return "waiting";
  } finally {
    clearInterval(watch);
    session?.close();
  }
}

/** Nobody is there to put in a passphrase. */
function noTasks(): Promise<never> {
  return Promise.reject(new Refusal("locked"));
}
