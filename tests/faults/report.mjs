// What a person reads at the end of a run.

import { mkdir, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

const out = fileURLToPath(new URL("../../build/faults/", import.meta.url));

/** Two columns: what, and how many. */
function table(title, rows) {
  const width = Math.max(...rows.map(([what]) => what.length));
  console.log(`\n${title}`);
  for (const [what, count] of rows) {
    console.log(`  ${what.padEnd(width)}  ${String(count).padStart(6)}`);
  }
}

export function printSummary({ rounds, seconds, seed, happened, unaided, history, failure }) {
  const counts = history.counts();
  table(`${rounds} rounds in ${seconds} s, seed ${seed}`, [
    ...Object.entries(happened).sort(([a], [b]) => a.localeCompare(b)),
    ["healed without help", unaided],
  ]);
  table("messages", [
    ["asked for", counts.asked],
    ["saved", counts.saved],
    ["delivered", counts.delivered],
    ["refused, and not stored", counts.refused],
    ["without an answer", counts.unanswered],
    ["  of these delivered", counts.unansweredArrived],
    ...Object.entries(counts.excused).map(([reason, count]) => [`excused: ${reason}`, count]),
    ["could not be decrypted", counts.unreadable],
    ...Object.entries(counts.stopped).map(([code, count]) => [`tabs stopped: ${code}`, count]),
  ]);
  table("broken promises", Object.entries(counts.violations));
  if (failure === undefined) return;
  const { round, names, error } = failure;
  console.log(`\nround ${round} (${names.join(", ")}) failed:\n${error.stack}`);
}

/** Writes all events of a failed run, one per line, and returns where. */
export async function saveHistory(events, seed, { round }) {
  await mkdir(out, { recursive: true });
  const path = `${out}seed-${seed}-round-${round}.jsonl`;
  await writeFile(path, events.map((event) => `${JSON.stringify(event)}\n`).join(""));
  return path;
}
