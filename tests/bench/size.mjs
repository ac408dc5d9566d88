// What a browser loads before the first message can be sent, compressed as a server would send it:
// the module, and of the built demo the package's two halves, minified. The demo's own elements
// are shown but do not count: a page that embeds the package brings its own. Nor does what is
// loaded for a passphrase or a backup only. Fails above the budget.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants } from "node:zlib";

const budgetBytes = 120_000;
const root = fileURLToPath(new URL("../../", import.meta.url));
const assets = join(process.argv[2] ?? join(root, "web/dist"), "assets");

// By what the names begin with; the build adds a hash to each.
const counted = [/^homing-.*\.wasm$/, /^host-worker-.*\.js$/, /^homing-.*\.js$/];
const onDemand = /^(homing_vault|profile-tasks)-/;

function compressed(bytes) {
  return brotliCompressSync(bytes, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
      [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
    },
  }).length;
}

if (!existsSync(assets)) {
  console.error(`size: ${assets} is missing; build the page first: npm run build in web/`);
  process.exit(2);
}
let total = 0;
const missing = new Set(counted);
for (const name of readdirSync(assets).filter((file) => /\.(js|wasm)$/.test(file)).sort()) {
  const bytes = readFileSync(join(assets, name));
  const size = compressed(bytes);
  const kind = counted.find((pattern) => pattern.test(name));
  missing.delete(kind);
  if (kind) total += size;
  const reason = onDemand.test(name) ? "on demand" : "the demo's own";
  const note = kind ? "" : ` (${reason}, not counted)`;
  console.log(`size, ${name}: ${bytes.length} bytes, ${size} compressed${note}`);
}
const isOver = total > budgetBytes;
console.log(
  `size, to send a message: ${(total / 1000).toFixed(1)} KB compressed, ` +
    `at most ${budgetBytes / 1000} KB: ` +
    (isOver ? `${total - budgetBytes} bytes TOO LARGE` : `${budgetBytes - total} bytes below`),
);
for (const pattern of missing) console.error(`size: no file ${pattern}`);
process.exitCode = isOver || missing.size > 0 ? 1 : 0;
