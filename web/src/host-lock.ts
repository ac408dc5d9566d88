// Web Locks by which the shared worker and its pages notice each other's end. A port has no event
// for it in every browser, and no message comes from who has crashed; a lock is let go of then.

/** Held by the shared worker of this name, from its start to its end. */
export const hostLock = (name: string): string => `homing-host:${name}`;

/** What a shared worker is called: hosts of one profile are numbered, see shared-host.ts. */
export const hostName = (profile: string, number: number): string => `${number}:${profile}`;

/** The highest number of a shared worker of this profile that has begun and not ended, or -1. */
export async function newestHost(profile: string): Promise<number> {
  const { held = [] } = await navigator.locks.query();
  const numbers = held.map(({ name = "" }) => {
    const number = Number.parseInt(name.slice(hostLock("").length), 10);
    return name === hostLock(hostName(profile, number)) ? number : -1;
  });
  return Math.max(-1, ...numbers);
}
