// What a passphrase and a move cost in a browser: one Argon2id, a change of passphrase, and export
// and import of a profile with many messages. Each is timed in the page, from the call to its end.
// Fails above the budgets, which leave room for a slow machine: on a phone nobody waits longer.

import { startScene } from "../browser/support/chat_scene.mjs";
import { exposeClient } from "../browser/support/client_page.mjs";

const messages = 5_000;
const textBytes = 200;
const msMax = { passphrase: 5_000, export: 20_000, import: 20_000 };

/** startScene() takes a test; here the scene ends with the program. */
const ends = [];
const scene = await startScene({ after: (end) => ends.push(end) });
let isOver = false;
try {
  const { bob } = await scene.meet();
  await exposeClient(bob.page);
  const measured = await bob.page.evaluate(async ([count, size]) => {
    const { homing, Homing } = globalThis;
    const timed = async (work) => {
      const begin = performance.now();
      const value = await work();
      return [performance.now() - begin, value];
    };
    const [{ peer }] = await homing.conversations();
    const chat = homing.conversation(peer);
    const sends = Array.from({ length: count }, (_, i) =>
      chat.send(`${i} `.padEnd(size, "some words to fill it up ")));
    await Promise.all((await Promise.all(sends)).map((message) => message.sent));

    const [set] = await timed(() => homing.setPassphrase("first"));
    const [change] = await timed(() => homing.setPassphrase("second", { current: "first" }));
    let news = 0;
    const [exporting, backup] = await timed(() =>
      homing.exportProfile({ passphrase: "file", onProgress: () => { news += 1; } }));
    const [importing] = await timed(() =>
      Homing.importProfile(backup, { profile: "moved", passphrase: "file" }));
    return { set, change, exporting, importing, bytes: backup.size, news };
  }, [messages, textBytes]);

  const line = (what, ms, max, more = "") => {
    const isSlow = ms > max;
    isOver ||= isSlow;
    console.log(`vault, ${what}: ${ms.toFixed(0)} ms, at most ${max}${more}` +
      `${isSlow ? "  TOO SLOW" : ""}`);
  };
  line("set a passphrase, one Argon2id", measured.set, msMax.passphrase);
  line("change it, two", measured.change, 2 * msMax.passphrase);
  const size = `${messages} messages of ${textBytes} bytes`;
  line(`export ${size}`, measured.exporting, msMax.export,
    `, ${(measured.bytes / 1e6).toFixed(2)} MB, ${measured.news} times progress`);
  line(`import ${size}`, measured.importing, msMax.import);
} finally {
  for (const end of ends) await end();
}
process.exitCode = isOver ? 1 : 0;
