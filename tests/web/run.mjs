// Runs the unit tests of the package and of the page's logic in node, on what `tsc` made of them in
// build/web-test. Called by `npm test` in web/.

import { spawnSync } from "node:child_process";
import { readdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const here = fileURLToPath(new URL(".", import.meta.url));
const compiled = fileURLToPath(new URL("../../build/web-test/", import.meta.url));

// Emitted files are modules; node learns that from the nearest package.json.
writeFileSync(`${compiled}package.json`, JSON.stringify({ type: "module" }));
const tests = readdirSync(here).filter((name) => name.endsWith(".test.mjs"));
const { status } = spawnSync(process.execPath, ["--test", "--test-timeout=30000", ...tests], {
  cwd: here,
  stdio: "inherit",
});
process.exitCode = status ?? 1;
