// Runs one scenario in two fresh browser profiles: with stock IDBFS and with ours. Fresh, because a
// scenario is about what is left in the database.

import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { launchBrowser } from "./chromium.mjs";
import { serve } from "./static_server.mjs";

const here = fileURLToPath(new URL(".", import.meta.url));

/** The wasm preset's folder; HOMING_WASM_BUILD names another one. */
export const wasmDirectory = process.env.HOMING_WASM_BUILD ??
  fileURLToPath(new URL("../../../build/wasm/", import.meta.url));

export const stockModule = "/idbfs_probe_stock.mjs";
export const ourModule = "/idbfs_probe.mjs";

/** Serves the probe modules, homing.mjs and the helpers that run in a page. */
export function serveProbes(files = {}, headers = {}) {
  const directories = [join(wasmDirectory, "probes"), wasmDirectory, here];
  return serve({ directories, files, headers });
}

export async function startHarness({ files } = {}) {
  const server = await serveProbes(files);
  const browser = await launchBrowser();

  /** Calls scenario(moduleUrl, open) in a fresh profile; open() gives a new page of it. */
  async function run(moduleUrl, scenario) {
    const context = await browser.newContext();
    const open = async () => {
      const page = await context.newPage();
      await page.goto(server.url);
      return page;
    };
    try {
      return await scenario(moduleUrl, open);
    } finally {
      await context.close();
    }
  }

  return {
    url: server.url,
    browser,
    ours: (scenario) => run(ourModule, scenario),
    both: async (scenario) => ({
      stock: await run(stockModule, scenario),
      ours: await run(ourModule, scenario),
    }),
    async close() {
      await browser.close();
      await server.close();
    },
  };
}
