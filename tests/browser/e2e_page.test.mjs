// Goal: the page itself: its security policy, hostile texts, screen sizes.
// Method: the demo page as the relay serves it. Pictures go to build/screenshots/.

import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { test } from "node:test";

import { startScene } from "./support/chat_scene.mjs";
import { overflowing } from "./support/overflow.mjs";
import { until } from "./support/until.mjs";

const pictures = fileURLToPath(new URL("../../build/screenshots/", import.meta.url));
const long = { timeoutMs: 90_000 };

test("page: its policy is strict, and nothing in it violates it", async (t) => {
  const scene = await startScene(t);
  const { headers } = await fetch(scene.relay.url);
  const policy = headers.get("content-security-policy");
  for (const rule of [
    "default-src 'none'",
    "script-src 'self' 'wasm-unsafe-eval'",
    "style-src 'self'",
    "require-trusted-types-for 'script'",
  ]) assert.ok(policy.split("; ").includes(rule), `${rule} in ${policy}`);

  const { alice, bob } = await scene.meet();
  await alice.send("hello");
  await alice.untilStatus(["hello"], "read");
  for (const chat of [alice, bob]) {
    assert.deepEqual((await chat.seen()).violations, []);
    assert.deepEqual(chat.errors, []);
  }
});

test("page: a text is shown as it is, whatever is in it", async (t) => {
  const scene = await startScene(t);
  const { alice, bob } = await scene.meet();
  const texts = [
    "<img src=x onerror='globalThis.hacked = true'>",
    "<script>globalThis.hacked = true</script>",
    "javascript:globalThis.hacked=true",
    "</p></div><style>*{display:none}</style>",
    "\u202egnitirw sdrawkcab\u202c and on",
    "${globalThis.hacked = true}",
    "two\nlines",
  ];
  for (const text of texts) await alice.send(text);
  await alice.untilStatus(texts, "read", long);
  assert.deepEqual((await bob.messages()).map(({ text }) => text), texts);
  for (const chat of [alice, bob]) {
    assert.equal(await chat.page.evaluate(() => globalThis.hacked), undefined);
    assert.deepEqual((await chat.seen()).violations, []);
    assert.deepEqual(chat.errors, []);
  }
});

test("page: a profile that is there is opened, though localStorage has forgotten it", async (t) => {
  const scene = await startScene(t);
  const { alice } = await scene.meet();
  // As after a crash: browsers write it down some seconds later.
  await alice.page.evaluate(() => localStorage.clear());
  await alice.page.goto(alice.page.url().replace("&name=Alice", ""));
  await alice.openConversation("Bob");
});

test("page: a link that is no invite is refused in words", async (t) => {
  const scene = await startScene(t);
  const alice = await scene.person("Alice");
  await alice.chat.ready();
  await alice.chat.page.getByRole("button", { name: "Invite", exact: true }).click();
  const field = alice.chat.page.getByLabel("Invite link you were given");
  for (const link of ["nonsense", `${scene.relay.url}/#invite=AAAA`, await alice.chat.page
    .locator("[data-invite] input").inputValue()]) {
    await field.fill(link);
    await field.press("Enter");
    await until(`"${link}" is refused`, async () =>
      (await alice.chat.page.getByRole("alert").allTextContents()).join("").trim().length > 0);
  }
  assert.deepEqual(alice.chat.errors, []);
});

test("page: arriving messages are announced, and one can do without a mouse", async (t) => {
  const scene = await startScene(t);
  const { alice, bob } = await scene.meet();
  await bob.send("can you hear me?");
  await until("it is announced", async () =>
    (await alice.page.locator("[data-announcement]").textContent()) === "Bob: can you hear me?");
  // From a fresh page, with the keyboard only.
  await alice.reload();
  const { keyboard } = alice.page;
  await until("the conversation has the focus", async () => {
    await keyboard.press("Tab");
    return alice.conversation("Bob").evaluate((line) => line.matches(":focus"));
  });
  await keyboard.press("Enter");
  await until("the composer has the focus", () =>
    alice.page.getByLabel("Message", { exact: true })
      .evaluate((field) => field.matches(":focus")));
  await keyboard.type("loud");
  await keyboard.press("Shift+Enter");
  await keyboard.type("and clear");
  await keyboard.press("Enter");
  await alice.untilStatus(["loud\nand clear"], "read");
});

for (const [name, options] of [
  ["light", {}],
  ["dark", { colorScheme: "dark" }],
  ["narrow", { viewport: { width: 360, height: 720 } }],
  ["smallest", { viewport: { width: 320, height: 568 }, colorScheme: "dark" }],
  ["wide", { viewport: { width: 1920, height: 1000 } }],
]) {
  test(`page: nothing is cut off where the page is ${name}`, async (t) => {
    await mkdir(pictures, { recursive: true });
    const scene = await startScene(t);
    const { alice, bob } = await scene.meet(options);
    await alice.send("Are you on the train already?");
    await bob.send("Yes, third carriage. The network comes and goes, so do not wonder when an " +
      "answer takes until the next station.");
    await alice.send("No hurry. What I write waits here and finds its way to you by itself.");
    await alice.untilStatus(["Are you on the train already?"], "read");
    scene.proxy.cut();
    await alice.untilConnected(false);
    await alice.send("See you at the station, platform 4.");
    const path = (view) => `${pictures}${name}-${view}.png`;
    await alice.page.screenshot({ path: path("thread") });
    for (const button of ["Invite", "Settings"]) {
      if (!await alice.page.getByRole("button", { name: button, exact: true }).isVisible()) {
        await alice.page.getByRole("button", { name: "Back to conversations" }).click();
      }
      await alice.page.getByRole("button", { name: button, exact: true }).click();
      await alice.page.screenshot({ path: path(button.toLowerCase()) });
      assert.deepEqual(await overflowing(alice.page), [], `${button} fits`);
      await alice.page.keyboard.press("Escape");
    }
    await alice.page.screenshot({ path: path("list") });
    assert.deepEqual(await overflowing(alice.page), [], "the page fits");
  });
}
