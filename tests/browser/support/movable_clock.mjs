// Clocks of a page and of its workers, whatever kind they are, that a test can move: as they would
// have moved on a machine that slept. The scripts are served with a few lines in front of them.

import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

/** Runs in front of every script, in each page and worker once. */
function install() {
  if (globalThis.clockChannel !== undefined) return;
  const ahead = { wall: 0, monotonic: 0 };
  const wall = Date.now.bind(Date);
  const monotonic = performance.now.bind(performance);
  Date.now = () => wall() + ahead.wall;
  performance.now = () => monotonic() + ahead.monotonic;
  const isPage = "document" in globalThis;
  const isServiceWorker = "clients" in globalThis;
  globalThis.clockChannel = new BroadcastChannel("clock");
  globalThis.clockChannel.onmessage = ({ data }) => {
    if (data === "moved") return;
    ahead.wall += data.wall;
    ahead.monotonic += data.monotonic;
    if (!isPage && !isServiceWorker) globalThis.clockChannel.postMessage("moved");
  };
}

/** The scripts of a built page, by the paths at which they are to be served. */
export async function scriptsWithMovableClock(directory) {
  const names = (await readdir(directory, { recursive: true }))
    .filter((name) => name.endsWith(".js"));
  const scripts = names.map(async (name) => {
    const text = await readFile(join(directory, name), "utf8");
    return [`/${name}`, `(${install})();\n${text}`];
  });
  return Object.fromEntries(await Promise.all(scripts));
}

/**
 * Runs in a page of the origin: moves all clocks there by so many milliseconds, and waits until
 * this many workers say that theirs has moved.
 */
export function moveClocks(by, workers) {
  const channel = new BroadcastChannel("clock");
  let left = workers;
  return new Promise((resolve) => {
    channel.onmessage = ({ data }) => {
      if (data !== "moved" || --left > 0) return;
      channel.close();
      resolve();
    };
    channel.postMessage(by);
  });
}
