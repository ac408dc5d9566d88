// Serves directories over HTTP on a free port of the loopback interface, with the security headers
// the demo has, so that a module that only works without them fails here.

import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";

const types = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".mjs": "text/javascript",
  ".wasm": "application/wasm",
  ".css": "text/css",
  ".svg": "image/svg+xml",
  ".json": "application/json",
  ".webmanifest": "application/manifest+json",
};

export const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self'",
  "connect-src 'self' ws://127.0.0.1:* ws://localhost:*",
  "worker-src 'self'",
  "img-src 'self' data: blob:",
  "manifest-src 'self'",
  "base-uri 'none'",
  "object-src 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

const blankPage = "<!doctype html><meta charset=utf-8><title>test</title>";

/**
 * Starts a server. `directories` are searched in order; `files` maps a path such as "/worker.mjs"
 * to text and wins over them. "/" is a blank page unless one of them has it.
 * Returns { url, close }.
 */
export async function serve({ directories = [], files = {}, headers = {} } = {}) {
  const common = {
    "content-security-policy": contentSecurityPolicy,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cache-control": "no-store",
    ...headers,
  };

  async function find(path) {
    if (path in files) return files[path];
    const relative = normalize(path === "/" ? "/index.html" : path);
    for (const directory of directories) {
      try {
        return await readFile(join(directory, relative));
      } catch (error) {
        if (!["ENOENT", "EISDIR", "ENOTDIR"].includes(error.code)) throw error;
      }
    }
    return path === "/" ? blankPage : undefined;
  }

  const server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url, "http://localhost").pathname);
    find(path).then(
      (body) => {
        const type = types[extname(path)] ?? (path === "/" ? types[".html"] : "text/plain");
        response.writeHead(body === undefined ? 404 : 200, { ...common, "content-type": type });
        response.end(body ?? "not found");
      },
      (error) => {
        response.writeHead(500, common);
        response.end(String(error));
      },
    );
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      }),
  };
}
