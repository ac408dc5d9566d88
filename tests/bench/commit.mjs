// What one commit costs: IdbfsStore (C++, file system, fence, one strict transaction) against a raw
// strict IndexedDB put of the same bytes. Both are timed from the call to the answer, alternating
// in one page, so that whatever else the machine does hits both. Fails above ratioMax.

import { launchProfile, temporaryDirectory } from "../browser/support/chromium.mjs";
import { serveProbes } from "../browser/support/idbfs_harness.mjs";

const ratioMax = 1.5;
const rounds = 200;
const messageBytes = 512;
const storeSizes = [10, 1000];

/** Runs in the page. Returns the times of all rounds in ms. */
async function measure([messages, count, size]) {
  const { openStore } = await import("/store_page.mjs");
  const bytes = () => crypto.getRandomValues(new Uint8Array(size));
  const name = (i) => `message-${String(i).padStart(8, "0")}`;

  const store = await openStore({ path: "/bench" });
  const filling = {};
  for (let i = 0; i < messages; i += 1) filling[name(i)] = bytes();
  const filled = await store.commit(filling, []);
  if (filled !== "") throw new Error(filled);

  const database = await new Promise((resolve, reject) => {
    const request = indexedDB.open("raw", 1);
    request.onupgradeneeded = () => request.result.createObjectStore("FILE_DATA");
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  const rawPut = (entries) => new Promise((resolve, reject) => {
    const transaction = database.transaction(["FILE_DATA"], "readwrite", { durability: "strict" });
    transaction.oncomplete = () => resolve("");
    transaction.onabort = () => reject(transaction.error);
    const target = transaction.objectStore("FILE_DATA");
    for (const [key, contents] of Object.entries(entries)) {
      target.put({ timestamp: new Date(), mode: 0o100600, contents }, key);
    }
  });
  await rawPut(filling);

  const times = { ours: [], raw: [] };
  const timed = async (into, work) => {
    const start = performance.now();
    const error = await work();
    into.push(performance.now() - start);
    if (error) throw new Error(error);
  };
  const one = async (i) => {
    const entry = { [name(messages + i)]: bytes() };
    const commit = store.prepare(entry, []);
    const ours = () => timed(times.ours, commit);
    const raw = () => timed(times.raw, () => rawPut(entry));
    // Neither always goes first.
    if (i % 2 === 0) {
      await ours();
      await raw();
    } else {
      await raw();
      await ours();
    }
  };
  for (let i = 0; i < count; i += 1) await one(i);
  return times;
}

function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return sorted.length % 2 === 1
    ? sorted[Math.floor(middle)]
    : (sorted[middle - 1] + sorted[middle]) / 2;
}

// A profile on disk: in a private context IndexedDB is memory only, and strict means nothing.
async function measureInProfile(messages) {
  const profile = await temporaryDirectory("homing-bench-");
  try {
    const context = await launchProfile(profile.path);
    const page = await context.newPage();
    await page.goto(server.url);
    const times = await page.evaluate(measure, [messages, rounds, messageBytes]);
    await context.close();
    return times;
  } finally {
    await profile.remove();
  }
}

// An isolated page has a clock of 5 us; an ordinary one rounds to 100 us.
const isolated = { "cross-origin-embedder-policy": "require-corp" };
const server = await serveProbes({}, isolated);
let failed = false;
try {
  for (const messages of storeSizes) {
    const times = await measureInProfile(messages);
    const ours = median(times.ours);
    const raw = median(times.raw);
    const ratio = ours / raw;
    const isOver = ratio > ratioMax;
    failed ||= isOver;
    console.log(
      `commit, ${String(messages).padStart(5)} messages in the store: ` +
        `ours ${ours.toFixed(2)} ms, raw strict put ${raw.toFixed(2)} ms, ` +
        `ratio ${ratio.toFixed(2)} (at most ${ratioMax.toFixed(2)})${isOver ? "  TOO SLOW" : ""}`,
    );
  }
} finally {
  await server.close();
}
process.exitCode = failed ? 1 : 0;
