// Processes as the kernel knows them, found by the pid of one that this test has started.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { createInterface } from "node:readline";

import { until } from "../browser/support/until.mjs";

/** State letter and parent of a process, or undefined when it is gone. */
function look(pid) {
  try {
    // The name is in parentheses and can hold anything, parentheses too.
    const [state, parent] = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1).split(" ");
    return { state, parent: Number(parent) };
  } catch {
    return undefined;
  }
}

export const isAlive = (pid) => !["Z", "X", undefined].includes(look(pid)?.state);

/** This process and all that it has started, directly or not. */
export function treeOf(pid) {
  const parents = readdirSync("/proc").map(Number).filter(Number.isInteger)
    .map((each) => [each, look(each)?.parent]);
  const tree = [pid];
  for (const known of tree) {
    tree.push(...parents.filter(([, parent]) => parent === known).map(([each]) => each));
  }
  return tree;
}

function signal(pid, name) {
  try {
    process.kill(pid, name);
  } catch (error) {
    if (error.code !== "ESRCH") throw error;
  }
}

/** SIGKILL for a whole tree. The root goes first: it would start again what dies below it. */
export async function killTree(pid) {
  const tree = treeOf(pid);
  for (const each of tree) signal(each, "SIGKILL");
  await until("the processes are gone", () => !tree.some(isAlive));
}

/**
 * Tampers with the system calls of a running process, by strace. `effect` is what strace calls it:
 * "error=EIO" takes the place of the kernel's answer, and the call is not made; "signal=KILL" comes
 * with the call. `paths` restricts it to these files. Resolves when strace has attached to all
 * threads; call the result to let go.
 */
export async function tamper(pid, { calls, effect, paths = [] }) {
  const child = spawn("strace", [
    "-f", "-qq", "-o", "/dev/null", "-p", String(pid),
    "-e", `trace=${calls}`, "-e", `inject=${calls}:${effect}`,
    ...paths.flatMap((path) => ["-P", path]),
  ], { stdio: ["ignore", "ignore", "pipe"] });
  const ended = once(child, "exit");
  const said = [];
  createInterface({ input: child.stderr }).on("line", (line) => said.push(line));
  child.on("error", (problem) => said.push(String(problem)));
  await until("strace has attached", () => {
    if (child.exitCode === null) return isTraced(pid);
    // The process can have met its first failing call, and ended, by now; strace ends with it.
    if (child.exitCode === 0 && said.length === 0) return true;
    throw new Error(`strace: ${child.exitCode} ${said.join(" ")}`);
  });
  return async () => {
    if (child.exitCode === null) child.kill("SIGTERM");
    await ended;
  };
}

function isTraced(pid) {
  try {
    return readdirSync(`/proc/${pid}/task`).every((task) =>
      /^TracerPid:\t[1-9]/m.test(readFileSync(`/proc/${pid}/task/${task}/status`, "utf8")));
  } catch (error) {
    if (error.code === "ENOENT" || error.code === "ESRCH") return false;
    throw error;
  }
}
