// What the page shows as a whole.

export type Phase = "opening" | "in-use" | "locked" | "failed" | "welcome" | "ready";

/** The phase after opening was refused with this code, or an open profile has stopped with it. */
export function phaseAfter(code: string): Phase {
  if (["profile_in_use", "taken_over", "storage_fenced"].includes(code)) return "in-use";
  return ["locked", "wrong_passphrase"].includes(code) ? "locked" : "failed";
}
