// Adds up what the processes of script/sim have counted, prints it, and writes one page with plots:
// node report.mjs FOLDER CORES. The page needs nothing but itself, in light and in dark.

import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const [folder, cores] = process.argv.slice(2);

const addLists = (a, b) =>
  Array.from({ length: Math.max(a.length, b.length) }, (_, i) => (a[i] ?? 0) + (b[i] ?? 0));

/** Every process counts the same table, in the same order. */
const addTransitions = (a, b) =>
  b.map((row, i) => ({ ...row, count: row.count + (a[i]?.count ?? 0) }));

/** Sums numbers, adds lists up place by place, and keeps the slowest. */
function merge(parts) {
  const sum = { steps: {}, transitions: [], heal_seconds: [], per_second: [], failing_seeds: [] };
  for (const part of parts) {
    for (const [key, value] of Object.entries(part)) {
      if (key === "slowest_heal_ms" || key === "slowest_heal_seed") continue;
      if (key === "transitions") sum[key] = addTransitions(sum[key], value);
      else if (key === "failing_seeds") sum[key].push(...value);
      else if (Array.isArray(value)) sum[key] = addLists(sum[key], value);
      else if (key !== "steps") sum[key] = (sum[key] ?? 0) + value;
    }
    for (const [name, count] of Object.entries(part.steps)) {
      sum.steps[name] = (sum.steps[name] ?? 0) + count;
    }
    if (part.slowest_heal_ms > (sum.slowest_heal_ms ?? -1)) {
      sum.slowest_heal_ms = part.slowest_heal_ms;
      sum.slowest_heal_seed = part.slowest_heal_seed;
    }
  }
  return sum;
}

const read = (prefix) =>
  readdirSync(folder)
    .filter((name) => new RegExp(`^${prefix}-\\d+\\.json$`).test(name))
    .map((name) => JSON.parse(readFileSync(join(folder, name), "utf8")));

const cheap = merge(read("homing_simulation"));
const realParts = read("homing_simulation_real");
const real = realParts.length > 0 ? merge(realParts) : undefined;
const all = merge([cheap, ...(real ? [real] : [])]);

const count = (value) => value.toLocaleString("en-US");
const hours = (ms) => count(Math.round(ms / 3_600_000));

const kUser = new Set(
  ("Send Burst Edit Cancel Retry MarkRead AcceptInvite ReadReceipts Accept Block Delete " +
    "Delivered TryNow Close"
  ).split(" "),
);
const faults = Object.entries(all.steps)
  .filter(([name, n]) => !kUser.has(name) && n > 0)
  .sort((a, b) => b[1] - a[1]);
const acts = Object.entries(all.steps)
  .filter(([name, n]) => kUser.has(name) && n > 0)
  .sort((a, b) => b[1] - a[1]);
const faultTotal = faults.reduce((sum, [, n]) => sum + n, 0);

const reached = all.transitions.filter((row) => row.count > 0);
const never = all.transitions.filter((row) => row.count === 0);
const reachedText = `transitions reached: ${reached.length} of ${all.transitions.length}`;
const arrow = (row) => `${row.machine} ${row.from} > ${row.to}`;

console.log(
  [
    `${count(all.schedules)} schedules on ${cores} cores` +
      (real ? `, ${count(real.schedules)} of them with real cryptography` : "") +
      `; ${count(all.malicious)} with a malicious relay`,
    `${hours(all.virtual_ms)} virtual hours, ${count(all.saved)} messages saved, ` +
      `${count(all.excused)} lost to a fault that loses (each accounted for)`,
    `${count(all.unreadable_texts)} could not be opened when they came, ` +
      `${count(all.came_again)} of them came again`,
    `${count(faultTotal)} faults: ` + faults.map(([name, n]) => `${name} ${count(n)}`).join(", "),
    `${reachedText}; never: ${never.map(arrow).join(", ") || "none"}`,
    ...all.transitions.map((row) => `  ${arrow(row)}: ${count(row.count)}`),
    `slowest heal: ${count(all.slowest_heal_ms)} virtual ms (seed ${all.slowest_heal_seed})`,
    `simulation: ${all.schedules - all.failed} passed, ${all.failed} failed`,
  ].join("\n"),
);

// --- the page ------------------------------------------------------------------------------------

/** Bars lying one under the other, each with its name and number. */
function bars(entries) {
  const max = Math.max(1, ...entries.map(([, n]) => n));
  const rows = entries.map(([name, n], i) => {
    const y = i * 24;
    const width = Math.max(1, (n / max) * 420);
    return (
      `<text x="118" y="${y + 15}" text-anchor="end">${name}</text>` +
      `<rect x="126" y="${y + 3}" width="${width.toFixed(1)}" height="16" rx="3"/>` +
      `<text x="${(width + 132).toFixed(1)}" y="${y + 15}" class="quiet">${count(n)}</text>`
    );
  });
  return `<svg viewBox="0 0 640 ${entries.length * 24}" role="img">${rows.join("")}</svg>`;
}

/** A line over an axis; `labels` are the texts below its ends. */
function line(values, labels, logarithmic = false) {
  const scaled = values.map((v) => (logarithmic ? Math.log10(v + 1) : v));
  const max = Math.max(1e-9, ...scaled);
  const x = (i) => (40 + (i / Math.max(1, values.length - 1)) * 590).toFixed(1);
  const y = (v) => (160 - (v / max) * 140).toFixed(1);
  const points = scaled.map((v, i) => `${x(i)},${y(v)}`).join(" ");
  return (
    `<svg viewBox="0 0 640 190" role="img"><path class="axis" d="M40 160H630"/>` +
    `<polygon points="40,160 ${points} 630,160"/><polyline points="${points}"/>` +
    `<text x="34" y="26" text-anchor="end" class="quiet">${count(Math.max(...values))}</text>` +
    `<text x="40" y="180" class="quiet">${labels[0]}</text>` +
    `<text x="630" y="180" text-anchor="end" class="quiet">${labels[1]}</text></svg>`
  );
}

/** From where (rows) to where (columns), the darker the more often, on a logarithmic scale. */
function heat(machine) {
  const rows = all.transitions.filter((row) => row.machine === machine);
  const from = [...new Set(rows.map((row) => row.from))];
  const to = [...new Set(rows.map((row) => row.to))];
  const max = Math.log10(Math.max(...rows.map((row) => row.count)) + 1) || 1;
  const cell = (a, b) => {
    const row = rows.find((one) => one.from === a && one.to === b);
    if (!row) return "<td></td>";
    if (row.count === 0) return `<td class="never">never</td>`;
    const share = Math.round((Math.log10(row.count + 1) / max) * 50);
    return `<td style="--heat: ${share}%">${count(row.count)}</td>`;
  };
  const head = to.map((name) => `<th scope="col">${name}</th>`).join("");
  const line = (a) => {
    const cells = to.map((b) => cell(a, b)).join("");
    return `<tr><th scope="row">${a === "-" ? "start" : a}</th>${cells}</tr>`;
  };
  const body = from.map(line).join("");
  return (
    `<div class="heat"><table><caption>${machine}</caption>` +
    `<tr><td></td>${head}</tr>${body}</table></div>`
  );
}
const machines = [...new Set(all.transitions.map((row) => row.machine))];

const running = (values) => {
  let sum = 0;
  return values.map((v) => (sum += v));
};
const healed = all.heal_seconds.slice(0, all.heal_seconds.findLastIndex((n) => n > 0) + 1);
const card = (value, name) => `<div><b>${value}</b><span>${name}</span></div>`;

const style = `
:root { color-scheme: light dark; --back: #fbfaf8; --front: #23211f; --quiet: #6d6863; --card: #fff;
  --line: #e4dfd8; --accent: #1f7a6d; --bad: #b3261e; }
@media (prefers-color-scheme: dark) { :root { --back: #181716; --front: #ece8e3; --quiet: #a19a92;
  --card: #211f1d; --line: #38342f; --accent: #57c2b0; --bad: #ff8a80; } }
body { margin: 0 auto; padding: 40px 24px 80px; max-width: 760px; background: var(--back);
  color: var(--front); font: 16px/1.55 system-ui, sans-serif; }
h1 { font-size: 28px; margin: 0 0 4px; } h2 { font-size: 18px; margin: 44px 0 10px; }
p { color: var(--quiet); margin: 0 0 14px; }
.verdict { font-weight: 600; color: var(--accent); } .verdict.bad { color: var(--bad); }
.cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); gap: 12px; }
.cards div { background: var(--card); border: 1px solid var(--line); border-radius: 12px;
  padding: 14px 16px; } .cards b { display: block; font-size: 22px; }
.cards span { color: var(--quiet); font-size: 13px; }
.heat { overflow-x: auto; margin: 0 0 20px; }
table { border-collapse: separate; border-spacing: 2px; font-size: 13px; }
caption { text-align: left; font-weight: 600; padding: 4px 0; }
th { font-weight: 500; text-align: left; color: var(--quiet); padding: 3px 8px 3px 0; }
th, td { white-space: nowrap; } td { text-align: right; padding: 3px 8px; border-radius: 4px;
  font-variant-numeric: tabular-nums;
  background: color-mix(in srgb, var(--accent) var(--heat, 0%), transparent); }
td.never { outline: 1px dashed var(--bad); outline-offset: -1px; color: var(--bad); }
svg { width: 100%; height: auto; } svg text { fill: var(--front); font-size: 13px; }
svg .quiet { fill: var(--quiet); } svg rect { fill: var(--accent); }
svg polyline { fill: none; stroke: var(--accent); stroke-width: 2; }
svg polygon { fill: var(--accent); opacity: 0.15; } svg .axis { stroke: var(--line); }`;

const verdict =
  all.failed === 0
    ? `<p class="verdict">Every promise was kept in every schedule.</p>`
    : `<p class="verdict bad">${all.failed} schedules broke a promise: ` +
      `seeds ${all.failing_seeds.slice(0, 20).join(", ")}.</p>`;

writeFileSync(
  join(folder, "report.html"),
  `<!doctype html><html lang="en"><meta charset="utf-8"><title>homing: simulation</title>
<meta name="viewport" content="width=device-width"><style>${style}</style>
<h1>Nothing lost, nothing twice</h1>${verdict}
<div class="cards">${[
    card(count(all.schedules), "schedules"),
    card(hours(all.virtual_ms), "virtual hours"),
    card(count(all.saved), "messages saved"),
    card(count(faultTotal), "faults"),
    card(count(all.commits), "commits on simulated disks"),
    card(count(all.malicious), "with a malicious relay"),
    card(real ? count(real.schedules) : "0", "with real cryptography"),
    card(count(all.excused), "messages lost by a fault that loses, each accounted for"),
    card(count(all.came_again), "messages that could not be opened and came again"),
  ].join("")}</div>
<h2>What went wrong on purpose</h2><p>Faults that had an effect, by kind.</p>${bars(faults)}
<h2>Where the engine has been</h2>
<p>${reachedText}. Rows: from where; columns: to where. Any other way would be a broken promise.</p>
${machines.map(heat).join("")}
<h2>What users did meanwhile</h2>${bars(acts)}
<h2>How long it took until everything had arrived</h2>
<p>After the last fault, in virtual time; schedules on a logarithmic scale. The slowest took
${(all.slowest_heal_ms / 1000).toFixed(0)} s (seed ${all.slowest_heal_seed}).</p>
${line(healed, ["0 s", `${healed.length - 1} s${healed.length === 120 ? " and more" : ""}`], true)}
<h2>Schedules over time</h2><p>All of them, by the second of this run.</p>
${line(running(cheap.per_second), ["0 s", `${cheap.per_second.length - 1} s`])}
</html>
`,
);
console.log(`report: ${join(folder, "report.html")}`);
