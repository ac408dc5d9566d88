// What a browser loads before the first message can be sent, compressed as a server would send it.
// Measured on the built demo if there is one (its bundle holds package and glue, minified), and on
// the bare module otherwise. Fails above the budget.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants } from "node:zlib";

const budgetBytes = 120 * 1024;
const root = fileURLToPath(new URL("../../", import.meta.url));
const wasmDirectory = process.env.HOMING_WASM_BUILD ?? join(root, "build/wasm");

function compressed(bytes) {
  return brotliCompressSync(bytes, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: 11,
      [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
    },
  }).length;
}

const bundle = process.argv[2] ?? join(root, "web/dist");
const isBuilt = existsSync(bundle);
const directory = isBuilt ? bundle : wasmDirectory;
const files = isBuilt
  ? readdirSync(bundle, { recursive: true }).filter((name) => /\.(m?js|wasm)$/.test(name))
  : ["homing.mjs", "homing.wasm"];

let total = 0;
for (const name of files) {
  const bytes = readFileSync(join(directory, name));
  const size = compressed(bytes);
  total += size;
  console.log(`size, ${name}: ${bytes.length} bytes, ${size} compressed`);
}
const isOver = total > budgetBytes;
console.log(
  `size, all: ${(total / 1024).toFixed(1)} KiB compressed, ` +
    `at most ${budgetBytes / 1024} KiB${isOver ? "  TOO LARGE" : ""}`,
);
process.exitCode = isOver ? 1 : 0;
