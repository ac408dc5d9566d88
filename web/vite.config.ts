// Builds the demo into web/dist. The WebAssembly module comes from the wasm preset; HOMING_MODULE
// names another file, as the tests of the page do.

import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";
import { appShell } from "./app-shell.js";

/** Of the package what only workers use: the service worker has its own copy. */
const ofWorkers =
  /web\/src\/(connection-reason|diagnosis|drain|engine-session|profile-lock|refusal)\.ts$/;

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  root: here("demo"),
  base: "./",
  resolve: {
    alias: {
      "homing-module": process.env["HOMING_MODULE"] ?? here("../build/wasm/homing.mjs"),
      "homing-vault-module": here("../build/wasm/homing_vault.mjs"),
    },
  },
  plugins: [appShell("service-worker.js")],
  worker: { format: "es" },
  build: {
    outDir: process.env["HOMING_DIST"] ?? here("dist"),
    emptyOutDir: true,
    target: "es2022",
    // The module is a file of its own, so that the browser compiles it while it arrives.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: { index: here("demo/index.html"), "service-worker": here("demo/service-worker.ts") },
      output: {
        // Found by its name, which has to be the same in every revision.
        entryFileNames: ({ name }) =>
          name === "service-worker" ? "[name].js" : "assets/[name]-[hash].js",
        // Apart from the demo's elements, so that the size of the package can be seen.
        codeSplitting: { groups: [{
          name: "homing",
          test: (id) => /web\/src\//.test(id) && !ofWorkers.test(id),
        }] },
      },
    },
    reportCompressedSize: false,
  },
});
