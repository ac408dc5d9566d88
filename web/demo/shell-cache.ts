// Keeps the page on this device, whole or not at all, so that it opens without a network. It knows
// nothing of messages.
//
// All files of one build are one revision. A new one is fetched beside the one in use, each file
// checked by its digest, so that half a deployment is never installed; it waits until a page asks
// for it (app-updates.ts).

import { type FetchEvent, scope } from "./service-worker-scope.js";

/** Put in front of the service worker by the build (web/app-shell.ts). */
declare const appShell: {
  readonly revision: string;
  /** Paths relative to this file, with the digest of each as `integrity` takes it. */
  readonly files: Readonly<Record<string, string>>;
};

const prefix = "homing-shell-";
const current = prefix + appShell.revision;

const absolute = (path: string): string => new URL(path, scope.registration.scope).href;
const page = absolute("index.html");
const shellUrls = new Set(Object.keys(appShell.files).map(absolute));

/** Answers a request of a page from this device, if it is for a part of the page. */
export function answerFromShell(event: FetchEvent): void {
  const { request } = event;
  if (request.method !== "GET") return;
  const url = new URL(request.url);
  url.search = url.hash = "";
  // What a page is asked for is in its query and fragment: it is always the same page.
  const isPage = request.mode === "navigate" && url.href === scope.registration.scope;
  const path = isPage ? page : url.href;
  // A page of the revision before still asks for files that only that one had.
  if (isPage || shellUrls.has(path)) event.respondWith(fromShell(path, request));
  else if (url.href.startsWith(absolute("assets/"))) event.respondWith(fromAny(request));
}

export async function installShell(): Promise<void> {
  const cache = await caches.open(current);
  await Promise.all(Object.entries(appShell.files).map(async ([path, integrity]) => {
    const url = absolute(path);
    // "no-cache" asks again whether it is still the same, and does not fetch it twice if so.
    const response = await fetch(url, { integrity, cache: "no-cache", credentials: "omit" });
    if (!response.ok) throw new Error(`${path}: ${response.status}`);
    await cache.put(url, response);
  }));
}

/** One former revision stays, for pages that were left open with it. */
export async function activateShell(): Promise<void> {
  const shells = (await caches.keys()).filter((name) => name.startsWith(prefix));
  const former = shells.filter((name) => name !== current);
  await Promise.all(former.slice(0, -1).map((name) => caches.delete(name)));
  await scope.clients.claim();
}

async function fromShell(url: string, request: Request): Promise<Response> {
  const cache = await caches.open(current);
  // Gone when the browser has thrown it away to make room.
  return await cache.match(url) ?? fetch(request);
}

async function fromAny(request: Request): Promise<Response> {
  return await caches.match(request) ?? fetch(request);
}
