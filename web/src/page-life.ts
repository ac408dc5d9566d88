// What only a page can see of the device and of its own life, and the worker has to know.

import type { Hint } from "./protocol.js";

export interface PageLife {
  hint(hint: Hint): void;
  /** The page is going away, perhaps to come back: let go of the profile. */
  leave(): void;
  /** It has come back. */
  comeBack(): void;
}

/** Watches until the signal is aborted. Does nothing where there is no page. */
export function watchPageLife(life: PageLife, signal: AbortSignal): void {
  if (typeof window === "undefined") return;
  // Workers do not get these two in every browser.
  window.addEventListener("online", () => life.hint("online"), { signal });
  window.addEventListener("offline", () => life.hint("offline"), { signal });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") life.hint("wake");
  }, { signal });
  document.addEventListener("resume", () => life.hint("wake"), { signal });

  // A page in the back/forward cache must not keep the profile from other tabs.
  let isAway = false;
  window.addEventListener("pagehide", () => {
    isAway = true;
    life.leave();
  }, { signal });
  window.addEventListener("pageshow", () => {
    if (!isAway) return;
    isAway = false;
    life.comeBack();
  }, { signal });
}
