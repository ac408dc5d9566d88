// Runs every scenario of scenarios/ in every engine of engines/ and prints a table of the two:
//
//   node tests/browser/run_scenarios.mjs [--engine NAME] [--only WORD] [--jobs N]
//
// A scenario is a file that exports
//   name          its row
//   run(ground)   which fails by throwing, and may return what it has measured, a line; `ground` is
//                 of support/ground.mjs
//   isMeasured    true if nothing else may run meanwhile
// What helps to understand a failure is in build/scenarios.

import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

import { Ground } from "./support/ground.mjs";
import { count, formatTable, playAll } from "./support/scenario_table.mjs";

const here = fileURLToPath(new URL(".", import.meta.url));
const out = fileURLToPath(new URL("../../build/scenarios/", import.meta.url));
/** Of one scenario in one engine, with everything that is started for it. */
const cellMs = 150_000;

const { values: options } = parseArgs({
  options: {
    engine: { type: "string", multiple: true, default: ["chromium", "firefox", "webkit"] },
    only: { type: "string", default: "" },
    jobs: { type: "string", default: "5" },
  },
});

async function readScenarios() {
  const files = (await readdir(join(here, "scenarios"))).sort();
  const scenarios = await Promise.all(files.map((file) => import(`./scenarios/${file}`)));
  return scenarios.filter(({ name }) => name.includes(options.only));
}

function createGround({ name }, engine) {
  return new Ground(engine, join(out, `${name.replaceAll(/\W+/g, "-")}-${engine.name}`));
}

function tell({ scenario, engine, state, seconds }) {
  console.log(`  ${state} ${seconds.toFixed(1)} s  ${scenario.name} in ${engine.name}`);
}

await rm(out, { recursive: true, force: true });
const scenarios = await readScenarios();
const engines = [];
let cells;
try {
  for (const name of options.engine) {
    engines.push(await (await import(`./engines/${name}.mjs`)).startEngine());
  }
  cells = await playAll(scenarios, engines, {
    jobs: Number(options.jobs), cellMs, createGround, onCell: tell,
  });
} finally {
  for (const engine of engines) await engine.stop();
}

console.log(`\n${formatTable(scenarios, engines, cells)}\n`);
const seconds = Math.round(performance.now() / 1000);
console.log(`${cells.length} cells in ${seconds} s, ${count(cells, "cannot")} cannot be done`);
const [passed, failed] = [count(cells, "ok"), count(cells, "FAILED")];
console.log(`scenarios: ${passed} passed, ${failed} failed`);
// Not process.exitCode: node 20 can spin for ever while it closes what is left of a socket whose
// other end was killed (Environment::CleanupHandles). All that was started here has been stopped.
process.exit(failed === 0 && passed > 0 ? 0 : 1);
