// Goes on when no page is open: keeps the page on this device, and sends what waits.

import createHoming from "homing-module";
import { drain } from "../src/drain.js";
import { drainTag, parseDrainTag } from "./drain-tag.js";
import { scope, type SyncEvent } from "./service-worker-scope.js";
import { activateShell, answerFromShell, installShell } from "./shell-cache.js";

/** Chromium lets an event run for five minutes; it tries again by itself when one fails. */
const drainMs = 120_000;

scope.addEventListener("install", (event) => event.waitUntil(installShell()));
scope.addEventListener("activate", (event) => event.waitUntil(activateShell()));
scope.addEventListener("fetch", answerFromShell);
scope.addEventListener("message", ({ data }) => {
  if (data === "activate") void scope.skipWaiting();
});
scope.addEventListener("sync", (event) => event.waitUntil(sync(event)));

async function sync({ tag }: SyncEvent): Promise<void> {
  const options = parseDrainTag(tag);
  if (options === undefined) return;
  const drained = await drain(options, {
    loadModule: () => createHoming(),
    locks: navigator.locks,
    signal: AbortSignal.timeout(drainMs),
  });
  // A failure is how the browser is asked to come again.
  if (drained === "waiting") throw new Error(`${drainTag(options)} has not sent everything`);
}
