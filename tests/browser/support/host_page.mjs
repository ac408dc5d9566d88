// Runs inside of a page or worker: a Host of the real module whose events can be waited for.

import createHoming from "/homing.mjs";

let module;

export async function openHost(options) {
  module ??= await createHoming();
  const seen = [];
  const waiting = new Set();
  const host = module.createHost({
    profile: "alice",
    durability: "strict",
    onEvents(events) {
      seen.push(...events);
      for (const check of [...waiting]) check();
      if (options.afterEvents) options.afterEvents();
    },
    ...options,
  });
  host.open();
  return {
    host,
    seen,
    /** The first event, past or future, for which `matches` is true. */
    event(matches) {
      return new Promise((resolve) => {
        const check = () => {
          const found = seen.find(matches);
          if (!found) return;
          waiting.delete(check);
          resolve(found);
        };
        waiting.add(check);
        check();
      });
    },
  };
}

/** For a message to send. */
export function newId() {
  const random = crypto.randomUUID();
  return `${random.slice(0, 14)}7${random.slice(15)}`;
}

export const isOpened = (event) => event.type === "opened";
export const isReply = (request) => (event) =>
  event.type === "reply" && event.request === request;
export const isConnection = (state) => (event) =>
  event.type === "connection" && event.connection.state === state;
