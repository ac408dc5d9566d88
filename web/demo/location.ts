// What the page's URL says: ?profile= which identity, ?name= its name at first, ?relay= another
// relay than the page's own, #invite= somebody who wants to be written to.

import { inviteToken } from "../src/invite.js";

export interface DemoOptions {
  readonly relay: string;
  readonly profile: string;
  /** Taken as the person's name without asking. */
  readonly name: string | undefined;
  /** An invite to accept as soon as the profile is open. */
  readonly invite: string | undefined;
}

function takeInvite(): string | undefined {
  if (!location.hash.startsWith("#invite=")) return undefined;
  const token = inviteToken(location.href);
  // Used once: a reload must not open it again, and it need not stay in the history.
  history.replaceState(history.state, "", location.pathname + location.search);
  return token;
}

export function readLocation(): DemoOptions {
  const query = new URLSearchParams(location.search);
  const ownRelay = new URL("/ws", location.href);
  ownRelay.protocol = location.protocol === "https:" ? "wss:" : "ws:";
  ownRelay.search = ownRelay.hash = "";
  return {
    relay: query.get("relay") ?? ownRelay.href,
    profile: query.get("profile") ?? "default",
    name: query.get("name") ?? undefined,
    invite: takeInvite(),
  };
}

/** Calls back when an invite link is opened in the tab that already shows the page. */
export function watchForInvites(listener: (invite: string) => void): void {
  addEventListener("hashchange", () => {
    const invite = takeInvite();
    if (invite !== undefined) listener(invite);
  });
}
