// Called by script/icons. A browser draws the icons, as it will show them.

import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

import { launchBrowser } from "../tests/browser/support/chromium.mjs";

const folder = fileURLToPath(new URL("./demo/public/", import.meta.url));
const mark = await readFile(`${folder}icon.svg`, "utf8");
const ground = /<rect [^>]*fill="(#[0-9a-f]{6})"/.exec(mark)?.[1];
if (ground === undefined) throw new Error("icon.svg has no ground");

const icons = [
  { name: "icon-192.png", size: 192, part: 1, background: "transparent" },
  { name: "icon-512.png", size: 512, part: 1, background: "transparent" },
  // Launchers cut it to a circle of 80 percent of its width (W3C Web App Manifest, icon masks).
  { name: "icon-maskable.png", size: 512, part: 0.74, background: ground },
];

const browser = await launchBrowser();
try {
  for (const { name, size, part, background } of icons) {
    const page = await browser.newPage({ viewport: { width: size, height: size } });
    await page.setContent(`<style>
      body { margin: 0; display: grid; place-items: center; height: 100vh }
      body { background: ${background} }
      svg { width: ${part * 100}%; height: ${part * 100}% }
    </style>${mark}`);
    await page.screenshot({ path: `${folder}${name}`, omitBackground: true });
    await page.close();
  }
} finally {
  await browser.close();
}
