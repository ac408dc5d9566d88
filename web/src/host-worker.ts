// Entry of the worker, shared or dedicated. Everything heavy happens here, away from the frames of
// the pages.

import createHoming from "homing-module";
import type { FromWorker, Port, ToWorker } from "./protocol.js";
import { WorkerHost } from "./worker-host.js";

/** Of a SharedWorkerGlobalScope, and of both kinds. */
interface Scope {
  readonly name: string;
  close(): void;
  addEventListener(type: "connect", listener: (event: MessageEvent) => void): void;
  addEventListener(type: "error", listener: (event: ErrorEvent) => void): void;
}
const scope = globalThis as unknown as Scope;

const host = new WorkerHost({
  loadModule: () => createHoming(),
  // Loaded when it is needed: a part of its own of what a page downloads.
  loadTasks: () => import("./profile-tasks.js"),
  locks: navigator.locks,
  end: () => scope.close(),
});
// The engine has crashed: nothing that it still has in memory can be relied on.
scope.addEventListener("error", ({ message }) => host.fail(message));

if ("onconnect" in scope) {
  // Held for as long as this worker lives, for pages to notice when it does not (host-lock.ts).
  void navigator.locks.request(scope.name, () => new Promise(() => undefined));
  scope.addEventListener("connect", ({ ports: [port] }) => {
    if (port === undefined) return;
    host.attach(port as Port<FromWorker, ToWorker>);
    port.start();
  });
} else {
  host.attach(scope as unknown as Port<FromWorker, ToWorker>);
}
