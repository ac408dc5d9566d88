// Pages and hosts without a browser: page halves and worker halves joined by message channels in
// node, around the stand-in for the module, with locks that are shared as those of one browser are.

import { MessageChannel } from "node:worker_threads";

import { WorkerHost } from "../../build/web-test/src/worker-host.js";
import { WorkerLink } from "../../build/web-test/src/worker-link.js";
import createHoming from "./fake-homing.mjs";
import { createLocks } from "./fake_locks.mjs";

export const options = {
  relay: "ws://relay/ws", profile: "alice", durability: "strict", whenInUse: "fail",
};

/** Passphrases and backups are tested in a browser, with the real module. */
function neverLoaded() {
  throw new Error("nothing here needs the vault");
}

/** The worker's half. */
export function startHost({
  locks = createLocks(), load = createHoming, loadTasks = neverLoaded, end = () => undefined,
} = {}) {
  return new WorkerHost({ loadModule: load, loadTasks, locks, end });
}

/**
 * A tab: its link, what it heard by itself, and what passes on the way from the host. It ends with
 * the test. `page`: the name of the lock that it holds while it is there.
 */
export function openTab(t, { host, page, ...environment } = {}) {
  const heard = { events: [], changed: [], reopened: [], stopped: [] };
  const ports = [];
  const tab = {
    heard,
    host: host ?? startHost(environment),
    /** Of the hosts it connected to. */
    numbers: [],
    /** Tells the link what became of its host. */
    lose: undefined,
    isSuperseded: false,
  };
  tab.link = new WorkerLink(async (_profile, number, onLoss) => {
    const { port1, port2 } = new MessageChannel();
    ports.push(port1);
    tab.numbers.push(number);
    tab.lose = onLoss;
    tab.port = port1;
    tab.host.attach(port2);
    // A worker has this built in.
    port2.start();
    port1.start();
    return {
      port: port1,
      number,
      ...(page && { page }),
      async isSuperseded() {
        await new Promise(setImmediate);
        return tab.isSuperseded;
      },
      close: () => port1.close(),
    };
  }, {
    events: (events) => heard.events.push(...events),
    changed: (state) => heard.changed.push(state),
    reopened: (state) => heard.reopened.push(state),
    stopped: (error) => heard.stopped.push(error.code),
  });
  t.after(() => {
    tab.link.suspend();
    for (const port of ports) port.close();
  });
  return tab;
}

/** Waits for a condition, one turn of the event loop at a time. */
export async function until(probe) {
  while (!probe()) await new Promise(setImmediate);
}
