// WebKitGTK, by WebKitWebDriver under Xvfb.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

import { killTree, treeOf } from "../../faults/processes.mjs";
import { freePort } from "../support/relay.mjs";
import { Page, within } from "./driver.mjs";
import { versionOf } from "./version.mjs";
import { WebDriverSession } from "./webdriver_client.mjs";

const driverBinary = "/usr/bin/WebKitWebDriver";
const browserBinary = fileURLToPath(new URL("webkit_browser.py", import.meta.url));

class WebKitPage extends Page {
  constructor(session, handle) {
    super();
    this.session = session;
    this.handle = handle;
  }

  run(expression) {
    return this.session.run(this.handle, expression);
  }

  goto(url) {
    return this.session.goto(this.handle, url);
  }

  clickAt(x, y) {
    return this.session.clickAt(this.handle, x, y);
  }

  type(text) {
    return this.session.type(this.handle, text);
  }

  pressKey(key) {
    return this.session.type(this.handle, key);
  }

  async screenshot(path) {
    await writeFile(path, await this.session.screenshot(this.handle));
  }

  close() {
    return this.session.closeWindow(this.handle);
  }
}

class WebKitBrowser {
  constructor(driver, session) {
    this.driver = driver;
    this.session = session;
  }

  pids() {
    // The driver has started the browser.
    return treeOf(this.driver.pid).slice(1);
  }

  async open(url) {
    const page = new WebKitPage(this.session, await this.session.newWindow());
    await page.goto(url);
    return page;
  }

  async close() {
    try {
      await this.session.end();
    } finally {
      await killTree(this.driver.pid);
    }
  }

  async kill() {
    await killTree(this.pids()[0]);
    await killTree(this.driver.pid);
  }
}

/** A display that nobody looks at: { name, process }. */
async function startDisplay() {
  const child = spawn("/usr/bin/Xvfb",
    ["-displayfd", "3", "-screen", "0", "1280x1024x24", "-nolisten", "tcp"],
    { stdio: ["ignore", "ignore", "ignore", "pipe"] });
  const started = Promise.race([
    once(child.stdio[3], "data"),
    once(child, "exit").then(() => { throw new Error("Xvfb ended"); }),
  ]);
  const [number] = await within(30_000, "Xvfb starts", started);
  return { child, name: `:${String(number).trim()}` };
}

export async function startEngine() {
  const version = await versionOf(browserBinary);
  const display = await startDisplay();
  return {
    name: "WebKitGTK",
    version,
    async launch(directory, { quotaBytes } = {}) {
      const port = await freePort();
      const driver = spawn(driverBinary, [`--port=${port}`], {
        env: { ...process.env, DISPLAY: display.name, GDK_BACKEND: "x11", NO_AT_BRIDGE: "1" },
        stdio: "ignore",
      });
      await once(driver, "spawn");
      try {
        return new WebKitBrowser(driver, await WebDriverSession.start(port, {
          "webkitgtk:browserOptions": {
            binary: browserBinary,
            args: quotaBytes === undefined ? [directory] : [directory, String(quotaBytes)],
          },
        }));
      } catch (error) {
        await killTree(driver.pid);
        throw error;
      }
    },
    async stop() {
      await killTree(display.child.pid);
    },
  };
}
