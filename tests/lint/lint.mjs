// Goal: the rules of the code base that a compiler does not check hold for every file of it.
// Method: each rule of rules.mjs over all files git knows or would add; before that, each rule over
// a planted tree that breaks it, so that a rule that finds nothing is known to be able to.

import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { kCleanTree, kRules } from "./rules.mjs";

const git = (root, ...args) => execFileSync("git", ["-C", root, ...args], { encoding: "utf8" });

/** Text files under `root` that are tracked or would be, as { path, text }. */
const readTree = (root) =>
  [...new Set(git(root, "ls-files", "-coz", "--exclude-standard").split("\0"))]
    .filter((path) => path !== "" && existsSync(join(root, path)))
    .map((path) => ({ path, text: readFileSync(join(root, path), "utf8") }))
    .filter(({ text }) => !text.includes("\0"));

/** Names of the rules that find something, each once. */
const firing = (files) => [
  ...new Set(kRules.filter(({ check }) => [...check(files)].length > 0).map(({ name }) => name)),
];

const planted = (tree) => {
  const root = mkdtempSync(join(tmpdir(), "homing-lint-"));
  try {
    git(root, "init", "--quiet");
    for (const [path, text] of Object.entries(tree)) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    }
    return firing(readTree(root));
  } finally {
    rmSync(root, { recursive: true });
  }
};

let passed = 0;
let failed = 0;
const report = (what, findings) => {
  for (const finding of findings) console.log(`  ${finding}`);
  if (findings.length === 0) ++passed;
  else ++failed;
  console.log(`lint: ${what}: ${findings.length === 0 ? "ok" : `${findings.length} found`}`);
};

for (const { name, breaks } of kRules) {
  const fired = planted(breaks);
  const right = fired.length === 1 && fired[0] === name;
  report(`${name} fires on ${Object.keys(breaks)[0]}`, right ? [] : [`fired: [${fired}]`]);
}
report("nothing fires on a clean tree", planted(kCleanTree));

const files = readTree(fileURLToPath(new URL("../..", import.meta.url)));
if (files.length === 0) report("files", ["git lists none"]);
for (const [name, check] of new Map(kRules.map(({ name, check }) => [name, check]))) {
  report(`${name} in ${files.length} files`, [...check(files)]);
}

console.log(`lint: ${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
