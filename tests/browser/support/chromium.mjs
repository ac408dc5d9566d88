// Starts a headless Chromium for a test, and nothing that outlives it.
// HOMING_CHROMIUM names another browser binary.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { chromium } from "playwright-core";

export const executablePath = process.env.HOMING_CHROMIUM ?? "/usr/bin/chromium";

const args = [
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  // Containers often have a /dev/shm of 64 MB, which a renderer outgrows.
  "--disable-dev-shm-usage",
];
// Chromium's sandbox refuses to run as root, which is what a container usually is.
if (process.getuid?.() === 0) args.push("--no-sandbox");

/** A browser without a profile on disk; every context in it is a fresh one. */
export function launchBrowser(options = {}) {
  return chromium.launch({ executablePath, headless: true, args, ...options });
}

/** A browser with the profile in `directory`, as a person has it: start it again to come back. */
export function launchProfile(directory, options = {}) {
  return chromium.launchPersistentContext(directory, {
    executablePath,
    headless: true,
    args,
    ...options,
  });
}

/** A directory for a profile, and the function that deletes it. */
export async function temporaryDirectory(prefix = "homing-profile-") {
  const path = await mkdtemp(join(tmpdir(), prefix));
  // The browser's last writes can still be arriving: deleting is repeated until they have.
  const remove = () => rm(path, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
  return { path, remove };
}

/** The process id of the browser behind a persistent context, for tests that kill it. */
export async function browserProcessId(context) {
  const page = context.pages()[0] ?? (await context.newPage());
  const session = await context.browser()?.newBrowserCDPSession().catch(() => undefined)
    ?? (await context.newCDPSession(page));
  const { processInfo } = await session.send("SystemInfo.getProcessInfo");
  await session.detach();
  const browser = processInfo.find((process) => process.type === "browser");
  if (browser === undefined) throw new Error("the browser did not tell its process id");
  return browser.id;
}
