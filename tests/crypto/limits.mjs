// Goal: no bound of limits.h is without a test.
// Method: each constant has to be named in a test of the engine, the relay or the browser. What the
// test says about it, on both sides, is for a reader to judge; that there is none is not.

import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../", import.meta.url));
const limits = readFileSync(join(root, "wasm/include/homing/limits.h"), "utf8");
const tests = ["tests/unit", "tests/relay", "tests/browser"].flatMap((folder) =>
  readdirSync(join(root, folder))
    .filter((name) => /[._]test\.(cc|mjs)$/.test(name))
    .map((name) => readFileSync(join(root, folder, name), "utf8")),
);

const constants = [...limits.matchAll(/^inline constexpr \w+ (k\w+)/gm)].map(([, name]) => name);
const isNamed = (name) => tests.some((text) => RegExp(`\\b${name}\\b`).test(text));
const unnamed = constants.filter((name) => !isNamed(name));
for (const name of unnamed) console.log(`limits: no test names ${name}`);
const passed = constants.length - unnamed.length;
console.log(`limits with a test: ${passed} passed, ${unnamed.length} failed`);
process.exitCode = unnamed.length === 0 && passed > 0 ? 0 : 1;
