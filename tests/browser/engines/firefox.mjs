// Firefox, by puppeteer-core over WebDriver BiDi. HOMING_FIREFOX names another binary.

import puppeteer from "puppeteer-core";

import { killTree, treeOf } from "../../faults/processes.mjs";
import { LibraryPage } from "./library_page.mjs";
import { versionOf } from "./version.mjs";

const executablePath = process.env.HOMING_FIREFOX ?? "/usr/bin/firefox-esr";

class FirefoxBrowser {
  constructor(browser) {
    this.browser = browser;
  }

  pids() {
    return treeOf(this.browser.process().pid);
  }

  async open(url) {
    const page = new LibraryPage(await this.browser.newPage({ type: "window" }));
    await page.goto(url);
    return page;
  }

  close() {
    return this.browser.close();
  }

  async kill() {
    const closed = new Promise((resolve) => this.browser.once("disconnected", resolve));
    await killTree(this.browser.process().pid);
    await closed;
  }
}

export async function startEngine() {
  return {
    name: "Firefox",
    version: await versionOf(executablePath),
    async launch(directory, { quotaBytes } = {}) {
      return new FirefoxBrowser(await puppeteer.launch({
        browser: "firefox",
        executablePath,
        userDataDir: directory,
        headless: true,
        extraPrefsFirefox: quotaBytes === undefined ? {} : {
          // In KiB, for all origins together; below 10 MiB one of them may have all of it.
          "dom.quotaManager.temporaryStorage.fixedLimit": Math.round(quotaBytes / 1024),
        },
        defaultViewport: { width: 1100, height: 760 },
      }));
    },
    stop() {},
  };
}
