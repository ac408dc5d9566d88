// Plays scenarios in engines and tells what came of it: see ../run_scenarios.mjs.

import { CannotDo, within } from "../engines/driver.mjs";

const endMs = 90_000;

/**
 * One cell: { scenario, engine, state, seconds, note }. `ground` is ended, whatever happens.
 * `state`: "ok", "FAILED", or "cannot", which is neither; `note` is what was measured, or why.
 */
async function play(scenario, engine, { createGround, cellMs }) {
  const began = performance.now();
  const ground = createGround(scenario, engine);
  const cell = { scenario, engine, state: "ok" };
  try {
    cell.note = await within(cellMs, scenario.name, scenario.run(ground));
    await ground.assertNothingWentWrong();
  } catch (error) {
    cell.state = error instanceof CannotDo ? "cannot" : "FAILED";
    cell.note = error instanceof CannotDo ? error.message : String(error.stack ?? error);
    if (cell.state === "FAILED") {
      await within(endMs, "pictures", ground.takePictures()).catch(() => undefined);
    }
  }
  await within(endMs, "everything ends", ground.end()).catch((error) => {
    cell.state = "FAILED";
    cell.note = [cell.note, String(error.stack ?? error)].filter(Boolean).join("\n");
  });
  cell.seconds = (performance.now() - began) / 1000;
  return cell;
}

/**
 * Plays every scenario in every engine, `jobs` cells at a time, those that are measured last and
 * alone. `createGround(scenario, engine)` makes what a cell stands on, `cellMs` is its time, and
 * `onCell` hears of each at once.
 */
export async function playAll(scenarios, engines, { jobs, onCell, ...options }) {
  const cells = [];
  async function playSome(some, width) {
    const waiting = some.flatMap((scenario) => engines.map((engine) => [scenario, engine]));
    await Promise.all(Array.from({ length: width }, async () => {
      for (let pair = waiting.shift(); pair !== undefined; pair = waiting.shift()) {
        const cell = await play(...pair, options);
        onCell(cell);
        cells.push(cell);
      }
    }));
  }
  await playSome(scenarios.filter(({ isMeasured }) => !isMeasured), jobs);
  await playSome(scenarios.filter(({ isMeasured }) => isMeasured), 1);
  return cells;
}

/** How many cells came to this state. */
export const count = (cells, state) => cells.filter((cell) => cell.state === state).length;

/** The table, the reasons of what cannot be done, what was measured, and the failures. */
export function formatTable(scenarios, engines, cells) {
  const reasons = [];
  const show = ({ state, seconds, note }) => {
    if (state === "ok") return `ok ${seconds.toFixed(0)} s`;
    if (state === "FAILED") return state;
    if (!reasons.includes(note)) reasons.push(note);
    return `cannot (${reasons.indexOf(note) + 1})`;
  };
  const rows = [
    ["scenario", ...engines.map(({ name, version }) => `${name} ${version}`)],
    ...scenarios.map((scenario) => [scenario.name, ...engines.map((engine) =>
      show(cells.find((cell) => cell.scenario === scenario && cell.engine === engine)))]),
  ];
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  const lines = rows.map((row) =>
    row.map((text, column) => text.padEnd(widths[column])).join("  ").trimEnd());
  lines.push(...reasons.map((reason, index) => `(${index + 1}) cannot: ${reason}`));

  const told = ({ scenario, engine }) => `${scenario.name}, ${engine.name}`;
  const measured = cells.filter(({ state, note }) => state === "ok" && note !== undefined);
  if (measured.length > 0) lines.push("", "measured");
  lines.push(...measured.map((cell) => `  ${told(cell)}: ${cell.note}`));
  for (const cell of cells.filter(({ state }) => state === "FAILED")) {
    lines.push("", `${told(cell)} FAILED`, cell.note);
  }
  return lines.join("\n");
}
