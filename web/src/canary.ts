// Remembers beside the store that a profile is in it. Browsers that need room delete databases and
// say nothing; several of them leave localStorage alone then.

const key = (profile: string): string => `homing:${profile}`;

/** Not in a worker, nor where the person lets pages store nothing. */
function notes(): Storage | undefined {
  try {
    return globalThis.localStorage as Storage | undefined;
  } catch {
    return undefined;
  }
}

/** Whether there was a profile of this name in this browser. */
export function wasStored(profile: string): boolean {
  return (notes()?.getItem(key(profile)) ?? null) !== null;
}

/** Its address may be seen by every script of the origin, so it is not kept here. */
export function noteStored(profile: string): void {
  try {
    notes()?.setItem(key(profile), "stored");
  } catch {
    // Full. Then an empty store is not noticed as a loss.
  }
}
