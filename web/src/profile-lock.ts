// One writer per store (I8): whoever holds the Web Lock of a profile may mount it. The fence inside
// of the store protects against a holder that was stopped and does not know yet that it lost.

import type { WhenInUse } from "./types.js";

/** A tab that is being reloaded still holds its lock for a moment: 0.2 s when it crashed. */
const graceMs = 1000;

export interface ProfileLock {
  /** Resolves when another tab has taken the profile over. Never after release(). */
  readonly lost: Promise<void>;
  release(): void;
}

const lockName = (profile: string): string => `homing:${profile}`;

/** Whether somebody waits for the lock. */
export async function isWanted(profile: string, locks: LockManager): Promise<boolean> {
  const { pending = [] } = await locks.query();
  return pending.some(({ name }) => name === lockName(profile));
}

/**
 * Resolves with the lock, or with undefined when somebody else has it and `whenInUse` is `"fail"`.
 * Rejects with the signal's reason.
 */
export function acquireProfileLock(
  profile: string,
  whenInUse: WhenInUse,
  signal: AbortSignal,
  locks: LockManager = navigator.locks,
): Promise<ProfileLock | undefined> {
  const deadline = new AbortController();
  const timer = whenInUse === "fail"
    ? setTimeout(() => deadline.abort(), graceMs)
    : undefined;
  // A request to steal is granted at once and takes no signal.
  const options: LockOptions = whenInUse === "take"
    ? { steal: true }
    : { signal: AbortSignal.any([signal, deadline.signal]) };

  return new Promise((resolve, reject) => {
    let granted = false;
    let release!: () => void;
    let lose!: () => void;
    const released = new Promise<void>((settle) => { release = settle; });
    const lost = new Promise<void>((settle) => { lose = settle; });

    const hold = (): Promise<void> => {
      granted = true;
      clearTimeout(timer);
      resolve({ lost, release });
      return released;
    };
    locks.request(lockName(profile), options, hold).catch((error: unknown) => {
      clearTimeout(timer);
      if (granted) lose();
      else if (signal.aborted) reject(signal.reason);
      else if (deadline.signal.aborted) resolve(undefined);
      else reject(error);
    });
  });
}
