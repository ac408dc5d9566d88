// Another revision of the built page, as a later deployment would be.

import { createHash } from "node:crypto";
import { cp, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { pageDirectory } from "./relay.mjs";

const digest = (content) => `sha256-${createHash("sha256").update(content).digest("base64")}`;

/**
 * Copies the page to `directory`, marked where nobody sees it. With
 * `isHalf` its service worker expects another page than the one that is there.
 */
export async function makeRevision(directory, mark, { isHalf = false } = {}) {
  await cp(pageDirectory, directory, { recursive: true });
  const page = join(directory, "index.html");
  const before = await readFile(page, "utf8");
  const after = before.replace('<html lang="en">', `<html lang="en" data-revision="${mark}">`);
  if (after === before) throw new Error("index.html has another beginning than expected");
  await writeFile(page, after);
  const worker = join(directory, "service-worker.js");
  const code = await readFile(worker, "utf8");
  const told = isHalf ? digest(`${after} `) : digest(after);
  const next = code.replace(digest(before), told).replace(/(revision":")[0-9a-f]{16}/, `$1${mark}`);
  if (!next.includes(told)) throw new Error("service-worker.js does not tell of index.html");
  await writeFile(worker, next);
}

export const revisionOf = (page) =>
  page.evaluate(() => document.documentElement.dataset.revision ?? "first");
