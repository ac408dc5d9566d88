// For the build: tells the service worker which files make up the page, and their digests.

import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Plugin, ResolvedConfig } from "vite";

type Digests = Record<string, string>;

function digest(content: string | Uint8Array): string {
  return `sha256-${createHash("sha256").update(content).digest("base64")}`;
}

function publicFiles(directory: string): Digests {
  const files = readdirSync(directory, { recursive: true, withFileTypes: true });
  return Object.fromEntries(files.filter((file) => file.isFile()).map((file) => {
    const path = join(file.parentPath, file.name);
    return [path.slice(directory.length + 1), digest(readFileSync(path))];
  }));
}

/** `serviceWorker`: the name of its file among what is built. */
export function appShell(serviceWorker: string): Plugin {
  let config: ResolvedConfig;
  return {
    name: "app-shell",
    apply: "build",
    configResolved(resolved) { config = resolved; },
    generateBundle: {
      order: "post",
      handler(_options, bundle) {
        const worker = bundle[serviceWorker];
        if (worker?.type !== "chunk") return this.error(`there is no ${serviceWorker}`);
        const files = publicFiles(config.publicDir);
        for (const [name, file] of Object.entries(bundle)) {
          if (file === worker) continue;
          files[name] = digest(file.type === "chunk" ? file.code : file.source);
        }
        const sorted = Object.entries(files).sort(([a], [b]) => (a < b ? -1 : 1));
        const revision = createHash("sha256").update(JSON.stringify(sorted)).digest("hex");
        const shell = { revision: revision.slice(0, 16), files: Object.fromEntries(sorted) };
        worker.code = `const appShell = ${JSON.stringify(shell)};\n${worker.code}`;
      },
    },
  };
}
