// Builds the page into build/faults-page: the package as it is, and a few lines to drive it.

import { fileURLToPath } from "node:url";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

export default {
  root: here("."),
  base: "./",
  resolve: {
    alias: {
      "homing-module": process.env.HOMING_MODULE ?? here("../../../build/wasm/homing.mjs"),
    },
  },
  worker: { format: "es" },
  build: {
    outDir: here("../../../build/faults-page"),
    emptyOutDir: true,
    target: "es2022",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
};
