// Goal: what a browser loads before the first message can be sent stays small. Method: compress
// what the build made, as a server would. The demo's elements are named, but not counted: a page
// that embeds the package brings its own.

import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { brotliCompressSync, constants } from "node:zlib";

import { pageDirectory } from "./support/relay.mjs";

const budgetBytes = 120_000;

/** The parts of the package by what their names begin with, which the build adds a hash to. */
const needed = [
  ["the module", /^homing-.*\.wasm$/],
  ["the worker", /^host-worker-.*\.js$/],
  ["the page's half", /^homing-.*\.js$/],
];

function compressedSize(bytes) {
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
    [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
  };
  return brotliCompressSync(bytes, { params }).length;
}

test("size: what sending a message takes is at most 120 KB of brotli", async (t) => {
  const folder = join(pageDirectory, "assets");
  const names = (await readdir(folder)).filter((name) => /\.(wasm|js)$/.test(name));
  const sizes = new Map();
  for (const name of names.sort()) {
    const bytes = await readFile(join(folder, name));
    sizes.set(name, compressedSize(bytes));
    t.diagnostic(`${name}: ${bytes.length} bytes, ${sizes.get(name)} compressed`);
  }
  let total = 0;
  for (const [what, pattern] of needed) {
    const found = names.filter((name) => pattern.test(name));
    assert.equal(found.length, 1, `${what} is one file of its own: ${found}`);
    total += sizes.get(found[0]);
  }
  t.diagnostic(
    `to send a message: ${(total / 1000).toFixed(1)} of ${budgetBytes / 1000} KB, ` +
      `${budgetBytes - total} bytes below`,
  );
  assert.ok(total <= budgetBytes, `${total} bytes, of ${budgetBytes}`);
});
