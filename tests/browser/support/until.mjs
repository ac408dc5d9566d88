// Waits for what is to become true, and for nothing else.

import { setTimeout as delay } from "node:timers/promises";

const pollMs = 20;

/**
 * Calls `probe` until it returns something true, and returns that. Fails after `timeoutMs` with
 * `what` was awaited and with what `probe` said last.
 */
export async function until(what, probe, { timeoutMs = 30_000 } = {}) {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const value = await probe();
    if (value) return value;
    if (performance.now() > deadline) {
      throw new Error(`not within ${timeoutMs / 1000} s: ${what}`);
    }
    await delay(pollMs);
  }
}
