// Goal: durable_idbfs.js and sealed_idbfs.js still fit the Emscripten they are linked with. A name
// that stock renamed would leave stock behaviour in place without an error, so every name that is
// replaced, dropped or used must exist.
// Method: the library files are evaluated as Emscripten's compiler does, with a recording object.

import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import vm from "node:vm";

const override = ["durable_idbfs.js", "sealed_idbfs.js"].map((name) => readFileSync(
  fileURLToPath(new URL(`../../wasm/browser/${name}`, import.meta.url)), "utf8")).join("\n");

// Emscripten's sources: an activated emsdk, or the system's. The files were renamed once.
function stockSource(name) {
  const roots = [
    process.env.EMSDK && `${process.env.EMSDK}/upstream/emscripten`,
    "/usr/share/emscripten",
  ];
  const candidates = roots.filter(Boolean).flatMap((root) => [
    `${root}/src/lib/lib${name}.js`,
    `${root}/src/library_${name}.js`,
  ]);
  const found = candidates.find((path) => existsSync(path));
  assert.ok(found, `none of ${candidates.join(", ")} exists`);
  return readFileSync(found, "utf8");
}

function evaluate(source, library) {
  const LibraryManager = { library };
  const mergeInto = (into, from) => Object.assign(into, from);
  vm.runInNewContext(source, {
    LibraryManager,
    mergeInto,
    addToLibrary: (from) => mergeInto(library, from),
    WASMFS: 0,
    error() {},
  });
}

function stockLibrary() {
  const library = {};
  // Preprocessor lines go, both branches stay: only names matter here.
  evaluate(stockSource("idbfs").replace(/^#.*$/gm, ""), library);
  return library;
}

function recordOverride() {
  const library = stockLibrary();
  const stock = new Set(Object.keys(library.$IDBFS));
  const dropped = [];
  const set = [];
  library.$IDBFS = new Proxy(library.$IDBFS, {
    deleteProperty(target, name) {
      dropped.push(name);
      return Reflect.deleteProperty(target, name);
    },
    set(target, name, value) {
      set.push(name);
      return Reflect.set(target, name, value);
    },
  });
  evaluate(override, library);
  return { stock, dropped, set, result: library.$IDBFS };
}

test("override: every dropped name exists in the stock library", () => {
  const { stock, dropped } = recordOverride();
  assert.ok(dropped.length > 0);
  assert.deepEqual(dropped.filter((name) => !stock.has(name)), []);
});

test("override: mount, syncfs and getDB are replaced, everything else is new", () => {
  const { stock, set } = recordOverride();
  assert.deepEqual(set.filter((name) => stock.has(name)).sort(), ["getDB", "mount", "syncfs"]);
});

test("override: every name it uses exists", () => {
  const used = (object) => new Set(
    [...override.matchAll(new RegExp(`\\b${object}\\.(\\w+)`, "g"))].map((match) => match[1]));
  const { result } = recordOverride();
  assert.deepEqual([...used("IDBFS")].filter((name) => !(name in result)), []);
  for (const [object, file] of [["FS", "fs"], ["MEMFS", "memfs"], ["PATH", "path"]]) {
    const text = stockSource(file);
    const names = [...used(object)];
    assert.ok(names.length > 0, object);
    const missing = names.filter((name) => !new RegExp(`^ +${name}(:|\\()`, "m").test(text));
    assert.deepEqual(missing, [], `${object} in ${file}`);
  }
});

test("override: stock code that is left calls nothing that was dropped", () => {
  const { result, dropped } = recordOverride();
  for (const [name, value] of Object.entries(result)) {
    for (const gone of dropped) {
      assert.ok(!String(value).includes(`IDBFS.${gone}`), `${name} calls ${gone}`);
    }
  }
});
