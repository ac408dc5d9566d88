// Shared workers of a profile, as their pages know them.

/**
 * What a shared worker is called; hosts of one profile are numbered, see shared-host.ts. It holds a
 * Web Lock of the same name from its start to its end. A port has no event for the end of the other
 * side in every browser, and no message comes from who has crashed; a lock is let go of then.
 */
export const hostName = (profile: string, number: number): string =>
  `homing-host:${number}:${profile}`;

/** The highest number of a host of this profile that has begun and not ended, or -1. */
export async function newestHost(profile: string): Promise<number> {
  const { held = [] } = await navigator.locks.query();
  const numbers = held.map(({ name = "" }) => {
    const number = Number(name.split(":")[1]);
    return name === hostName(profile, number) ? number : -1;
  });
  return Math.max(-1, ...numbers);
}
