// What a page asks the service worker to send, as the tag of a background sync: it is all that the
// worker is told when it is woken.

export interface DrainOptions {
  readonly relay: string;
  readonly profile: string;
}

const prefix = "homing-drain?";

export function drainTag({ relay, profile }: DrainOptions): string {
  return prefix + new URLSearchParams({ relay, profile }).toString();
}

/** Undefined for a tag that is none of ours. */
export function parseDrainTag(tag: string): DrainOptions | undefined {
  if (!tag.startsWith(prefix)) return undefined;
  const query = new URLSearchParams(tag.slice(prefix.length));
  const [relay, profile] = [query.get("relay"), query.get("profile")];
  return relay === null || profile === null ? undefined : { relay, profile };
}
