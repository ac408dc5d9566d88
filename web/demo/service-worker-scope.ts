// The part of a service worker's scope that is used here; it is not in the library of a page.

export interface ExtendableEvent extends Event {
  waitUntil(promise: Promise<unknown>): void;
}
export interface FetchEvent extends ExtendableEvent {
  readonly request: Request;
  respondWith(response: Promise<Response>): void;
}
/** WICG Background Synchronization; Chromium only. */
export interface SyncEvent extends ExtendableEvent {
  readonly tag: string;
}
interface Listeners {
  install: ExtendableEvent;
  activate: ExtendableEvent;
  fetch: FetchEvent;
  message: MessageEvent;
  sync: SyncEvent;
}
interface ServiceWorkerScope {
  readonly registration: { readonly scope: string };
  readonly clients: { claim(): Promise<void> };
  skipWaiting(): Promise<void>;
  addEventListener<Name extends keyof Listeners>(
    type: Name,
    listener: (event: Listeners[Name]) => void,
  ): void;
}

export const scope = globalThis as unknown as ServiceWorkerScope;
