// Chromium, by playwright-core.

import { killTree, treeOf } from "../../faults/processes.mjs";
import { browserProcessId, executablePath, launchProfile } from "../support/chromium.mjs";
import { LibraryPage } from "./library_page.mjs";
import { versionOf } from "./version.mjs";

class ChromiumBrowser {
  constructor(context, pid) {
    this.context = context;
    this.pid = pid;
  }

  pids() {
    return treeOf(this.pid);
  }

  async open(url) {
    const page = new LibraryPage(await this.context.newPage());
    await page.goto(url);
    return page;
  }

  close() {
    return this.context.close();
  }

  async kill() {
    const closed = new Promise((resolve) => this.context.once("close", resolve));
    await killTree(this.pid);
    await closed;
  }
}

export async function startEngine() {
  return {
    name: "Chromium",
    version: await versionOf(executablePath),
    async launch(directory, { quotaBytes, origin } = {}) {
      const context = await launchProfile(directory, { viewport: { width: 1100, height: 760 } });
      if (quotaBytes !== undefined) {
        // Lasts as long as its session, and has to be said before the origin stores anything.
        const session = await context.newCDPSession(context.pages()[0]);
        await session.send("Storage.overrideQuotaForOrigin", { origin, quotaSize: quotaBytes });
      }
      return new ChromiumBrowser(context, await browserProcessId(context));
    },
    stop() {},
  };
}
