// What encryption costs in a page, beside others: per message of 200 bytes, sealed and opened, the
// direction changing every ten, and per new session. All candidates in one page, taking turns, so
// that whatever else the machine does hits all of them. Fails when homing is slower per message
// than either of the two other ratchets, or when a new session, most of which is X-Wing and the
// signatures of the bundle, takes as long as more than newSessionAeadsMax messages of bare AEAD.
//
//   homing     the session layer as the page loads it: the same objects and options (-Oz, the
//              message path of libsodium -O3); texts and envelopes cross into JavaScript and back
//   aead       libsodium-wrappers, one XChaCha20-Poly1305 with a random nonce: no session at all
//   olm        @matrix-org/olm: Olm, no header encryption, no post-quantum secret, no padding
//   libsignal  @privacyresearch/libsignal-protocol-typescript: X3DH, Double Ratchet, JavaScript

import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

import { launchBrowser } from "../browser/support/chromium.mjs";
import { wasmDirectory } from "../browser/support/idbfs_harness.mjs";
import { serve } from "../browser/support/static_server.mjs";

// 8 ms on a machine that does 19,500 of them per second; a busy one slows down both alike.
const newSessionAeadsMax = 8 * 19.5;
const rounds = Number(process.argv[2] ?? 9);
// So many that each takes about as long.
const messages = { homing: 2000, aead: 4000, olm: 1000, libsignal: 60 };
const sessions = 3;

const here = fileURLToPath(new URL(".", import.meta.url));
const root = join(here, "../..");
const out = join(root, "build/bench/crypto");

/** The candidates and the loop as one file. Vite is the page's own bundler. */
async function buildPage() {
  const vite = createRequire(join(root, "web/package.json")).resolve("vite");
  const { build } = await import(pathToFileURL(vite));
  await build({
    configFile: false,
    root: here,
    logLevel: "error",
    build: {
      outDir: out,
      emptyOutDir: true,
      target: "es2022",
      lib: { entry: join(here, "crypto/page.mjs"), formats: ["es"], fileName: () => "page.mjs" },
    },
  });
}

function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return (sorted[Math.floor((sorted.length - 1) / 2)] + sorted[Math.ceil((sorted.length - 1) / 2)])
    / 2;
}

await buildPage();
const directories = [out, join(wasmDirectory, "bench"), join(here, "node_modules/@matrix-org/olm")];
// An isolated page has a clock of 5 us; an ordinary one rounds to 100 us.
const headers = { "cross-origin-embedder-policy": "require-corp" };
const server = await serve({ directories, headers });
const browser = await launchBrowser();
let times;
try {
  const page = await browser.newPage();
  page.on("pageerror", (error) => console.error(error));
  await page.goto(server.url);
  await page.addScriptTag({ url: "/olm.js" });
  times = await page.evaluate(
    async (options) => (await import("/page.mjs")).measure(options),
    { rounds, messages, sessions },
  );
} finally {
  await browser.close();
  await server.close();
}

const rate = (name) => median(times[name].messages);
const meet = (name) => (times[name].meet.length > 0 ? median(times[name].meet) : undefined);
const column = (text) => String(text).padStart(12);
console.log(`crypto, medians of ${rounds} rounds in Chromium:`);
console.log(["", "messages/s", "homing is", "session, ms", "homing is"].map(column).join(""));
for (const name of Object.keys(messages)) {
  const ms = meet(name);
  console.log(
    [
      name,
      Math.round(rate(name)),
      `${(rate("homing") / rate(name)).toFixed(2)} x`,
      ms?.toFixed(2) ?? "",
      ms ? `${(meet("homing") / ms).toFixed(2)} x` : "",
    ].map(column).join(""),
  );
}
const complaints = ["olm", "libsignal"]
  .filter((name) => rate("homing") < rate(name))
  .map((name) => `slower per message than ${name}`);
const newSessionAeads = (meet("homing") * rate("aead")) / 1000;
console.log(
  `crypto, a new session: as long as ${newSessionAeads.toFixed(0)} messages of bare AEAD, ` +
    `at most ${newSessionAeadsMax}`,
);
if (newSessionAeads > newSessionAeadsMax) complaints.push("a new session");
for (const complaint of complaints) console.log(`crypto: TOO SLOW: ${complaint}`);
process.exitCode = complaints.length > 0 ? 1 : 0;
