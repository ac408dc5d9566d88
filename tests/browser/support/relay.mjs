// Starts homing-relay as a process of the test, on a SQLite file that outlives it.
// HOMING_RELAY and HOMING_PAGE name another binary and another build of the page.

import { spawn } from "node:child_process";
import { createWriteStream } from "node:fs";
import { once } from "node:events";
import { createServer } from "node:net";
import { createInterface } from "node:readline";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../..", import.meta.url));
export const relayBinary = process.env.HOMING_RELAY ??
  join(root, "build/native/server-stub/homing-relay");
export const pageDirectory = process.env.HOMING_PAGE ?? join(root, "web/dist");

/** A port that is free now, for a relay whose page has to be known by its origin beforehand. */
export async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/**
 * Starts a relay and waits until it listens. `directory` is where its database and its log are.
 * Returns { url, port, pid, ended, kill, stop }; `ended` tells how it ended, whoever ended it;
 * kill() is SIGKILL, stop() SIGTERM, both wait for the end.
 */
export async function startRelay({ directory, port = 0, www = pageDirectory, parameters = [] }) {
  const log = createWriteStream(join(directory, "relay.log"), { flags: "a" });
  const child = spawn(relayBinary, [
    "--listen", `127.0.0.1:${port}`,
    "--www", www,
    "--store", `sqlite:${join(directory, "relay.db")}`,
    "--log-level", "debug",
    ...parameters,
  ], { stdio: ["ignore", "pipe", "pipe"] });
  child.stderr.pipe(log, { end: false });
  const ended = once(child, "exit").then(([code, signal]) => ({ code, signal }));

  const listening = new Promise((resolve, reject) => {
    createInterface(child.stdout).on("line", (line) => {
      log.write(`${line}\n`);
      const [, url] = /listening on (http:\S+)/.exec(line) ?? [];
      if (url !== undefined) resolve(url);
    });
    child.once("error", reject);
    ended.then(({ code, signal }) => {
      reject(new Error(`the relay ended (${signal ?? code}), see ${log.path}`));
    });
  });
  const url = await listening;

  async function end(signal) {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal);
    const how = await ended;
    await new Promise((resolve) => log.end(resolve));
    return how;
  }
  return {
    url,
    port: Number(new URL(url).port),
    pid: child.pid,
    ended,
    kill: () => end("SIGKILL"),
    stop: () => end("SIGTERM"),
  };
}
