// Shared workers, which Playwright does not show, through the browser's own debugging protocol; and
// the processes in which they and the pages run.

import { readFileSync } from "node:fs";

import { until } from "./until.mjs";

/**
 * Runs a function in the shared worker of this name (see web/src/host-lock.ts) and resolves with
 * its value. Fails if there is no such worker.
 */
export async function inSharedWorker(browser, name, work, argument) {
  const session = await browser.newBrowserCDPSession();
  try {
    const { targetInfos } = await session.send("Target.getTargets", { filter: [{}] });
    const target = targetInfos.find(({ type, title }) =>
      type === "shared_worker" && title === name);
    if (target === undefined) throw new Error(`there is no shared worker ${name}`);
    const { sessionId } = await session.send("Target.attachToTarget",
      { targetId: target.targetId, flatten: false });
    const expression = `(${work})(${JSON.stringify(argument)})`;
    const answer = new Promise((resolve) => {
      session.on("Target.receivedMessageFromTarget", ({ message, ...from }) => {
        const { id, result } = JSON.parse(message);
        if (from.sessionId === sessionId && id === 1) resolve(result);
      });
    });
    await session.send("Target.sendMessageToTarget", {
      sessionId,
      message: JSON.stringify({
        id: 1,
        method: "Runtime.evaluate",
        params: { expression, awaitPromise: true, returnByValue: true },
      }),
    });
    const { result, exceptionDetails } = await answer;
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description);
    return result.value;
  } finally {
    await session.detach();
  }
}

/** Names of the shared workers of a browser context, in any order. */
export async function sharedWorkers(browser) {
  const session = await browser.newBrowserCDPSession();
  const { targetInfos } = await session.send("Target.getTargets", { filter: [{}] });
  await session.detach();
  return targetInfos.filter(({ type }) => type === "shared_worker").map(({ title }) => title);
}

/** Runs in a page or a worker: keeps its processor busy. */
export function keepBusy() {
  const end = performance.now() + 300;
  while (performance.now() < end);
}

/** The pid of the renderer that `work` keeps busy; only ever one of a browser of this test. */
export async function processOf(browser, work) {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send("SystemInfo.getProcessInfo");
  await session.detach();
  const pids = processInfo.filter(({ type }) => type === "renderer").map(({ id }) => id);
  return until("one renderer is busy", async () => {
    const before = pids.map(processorTicks);
    await work();
    const spent = pids.map((pid, i) => processorTicks(pid) - before[i]);
    const most = Math.max(...spent);
    // 100 ticks are a second of a processor that others want, too.
    const isClear = most >= 5 && 3 * most > 2 * spent.reduce((sum, ticks) => sum + ticks, 0);
    return isClear && pids[spent.indexOf(most)];
  });
}

function processorTicks(pid) {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1).split(" ");
    return Number(fields[11]) + Number(fields[12]);
  } catch {
    return 0;
  }
}
