// Entry of the dedicated worker. Everything heavy happens here, away from the page's frames.

import createHoming from "homing-module";
import type { FromWorker, Port, ToWorker } from "./protocol.js";
import { WorkerHost } from "./worker-host.js";

const scope = globalThis as unknown as Port<FromWorker, ToWorker>;
new WorkerHost(scope, {
  loadModule: () => createHoming(),
  // Loaded when it is needed: a part of its own of what a page downloads.
  loadTasks: () => import("./profile-tasks.js"),
  locks: navigator.locks,
});
