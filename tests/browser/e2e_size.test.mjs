// Goal: what a browser loads before the first message can be sent stays small. Method: compress
// what the build made, as a server would.

import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { brotliCompressSync, constants } from "node:zlib";

import { pageDirectory } from "./support/relay.mjs";

const budgetBytes = 120_000;

test("size: wasm and JavaScript of the whole page are at most 120 KB of brotli", async (t) => {
  const names = (await readdir(pageDirectory, { recursive: true }))
    .filter((name) => /\.(wasm|m?js)$/.test(name));
  let total = 0;
  for (const name of names.sort()) {
    const bytes = await readFile(join(pageDirectory, name));
    const { length } = brotliCompressSync(bytes, {
      params: {
        [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
        [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
      },
    });
    t.diagnostic(`${name}: ${bytes.length} bytes, ${length} compressed`);
    total += length;
  }
  t.diagnostic(`together ${(total / 1000).toFixed(1)} of ${budgetBytes / 1000} KB`);
  assert.ok(names.some((name) => name.endsWith(".wasm")), "the module is a file of its own");
  assert.ok(total <= budgetBytes, `${total} bytes`);
});
