// Goal: people decide who reaches them: requests, blocking, deleting, safety numbers, new invites.
// Method: two or three browsers, through what is on the screen. Pictures go to build/screenshots/.

import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { test } from "node:test";

import { startScene } from "./support/chat_scene.mjs";
import { overflowing } from "./support/overflow.mjs";
import { until } from "./support/until.mjs";

const pictures = fileURLToPath(new URL("../../build/screenshots/", import.meta.url));
const long = { timeoutMs: 90_000 };

const button = (chat, name) => chat.page.getByRole("button", { name, exact: true });
const requests = (chat) => chat.page.getByRole("region", { name: /^Requests/ });
const blocked = (chat) => chat.page.locator("homing-conversation-list details");
const hasFocus = (locator) => locator.evaluate((element) => element.matches(":focus"));

async function untilFocused(what, locator) {
  await until(`${what} has the focus`, () => hasFocus(locator));
}

/** Opens the contact panel, and returns what to press in it. */
async function openContact(chat) {
  await button(chat, "Contact").click();
  const panel = chat.page.locator("homing-contact-dialog dialog");
  await panel.waitFor();
  return (name) => panel.getByRole("button", { name, exact: true });
}

async function closeDialog(chat) {
  await chat.page.keyboard.press("Escape");
  await until("no dialog is open", async () =>
    await chat.page.locator("dialog[open]").count() === 0);
}

async function address(chat) {
  await button(chat, "Settings").click();
  const text = await chat.page.locator("[data-address]").textContent();
  await closeDialog(chat);
  return text;
}

/** Opens the conversation with `peer`, which the page offers for invites only. */
async function writeTo(chat, peer, text) {
  await chat.page.evaluate(async ([to, what]) => {
    await document.querySelector("homing-app").client.conversation(to).send(what);
  }, [peer, text]);
  await chat.page.locator(`[data-peer="${peer}"]`).click();
  await chat.untilStatus([text], "sent", long);
}

const texts = async (chat) => (await chat.messages()).map(({ text }) => text);

async function untilShown(chat, expected) {
  await until(`${JSON.stringify(expected)} is shown`, async () =>
    JSON.stringify(await texts(chat)) === JSON.stringify(expected), long);
}

async function statusOf(chat, text) {
  return (await chat.messages()).find((message) => message.text === text)?.status;
}

/** alice, and bob who knows her address but has no invite of hers, and has written to her. */
async function stranger(scene, text, options) {
  const { chat: alice } = await scene.person("Alice", options);
  const { chat: bob } = await scene.person("Bob");
  await Promise.all([alice.ready(), bob.ready()]);
  const [alices, bobs] = [await address(alice), await address(bob)];
  await writeTo(bob, alices, text);
  await requests(alice).waitFor();
  return { alice, bob, alices, bobs };
}

function assertClean(...chats) {
  return Promise.all(chats.map(async (chat) => {
    assert.deepEqual((await chat.seen()).violations, []);
    assert.deepEqual(chat.errors, []);
  }));
}

test("contacts: a stranger is a request, and gets a second tick when accepted", async (t) => {
  const scene = await startScene(t);
  const { alice, bob, bobs } = await stranger(scene, "do you know me?");
  assert.match(await requests(alice).textContent(), /Requests \(1\)/);
  await until("the request is announced", async () =>
    / wants to write to you\.$/.test(await alice.page.locator("[data-announcement]")
      .textContent()));

  await requests(alice).locator(`[data-peer="${bobs}"]`).click();
  await untilShown(alice, ["do you know me?"]);
  assert.equal(await alice.page.getByLabel("Message", { exact: true }).count(), 0);
  await bob.send("from the train");
  await untilShown(alice, ["do you know me?", "from the train"]);
  // Shown and even read, and still bob is not told.
  await bob.untilStatus(["do you know me?", "from the train"], "sent");

  await button(alice, "Accept").click();
  await bob.untilStatus(["do you know me?", "from the train"], "read", long);
  await until("no request is left", async () => await requests(alice).count() === 0);
  await untilFocused("the composer", alice.page.getByLabel("Message", { exact: true }));
  await alice.send("now I do");
  await alice.untilStatus(["now I do"], "read", long);
  await assertClean(alice, bob);
});

test("contacts: what a blocked person writes is not shown, and they are not told", async (t) => {
  const scene = await startScene(t);
  const { alice, bob } = await scene.meet();
  const { chat: carol } = await scene.person("Carol", { invite: await alice.inviteLink() });
  await carol.openConversation("Alice");
  await bob.send("before");
  await bob.untilStatus(["before"], "read", long);

  const press = await openContact(alice);
  await press("Block").click();
  await press("Unblock").waitFor();
  await closeDialog(alice);
  await untilFocused("what opened the panel", button(alice, "Contact"));
  assert.equal(await alice.page.getByLabel("Message", { exact: true }).count(), 0);
  await bob.send("while blocked");
  await bob.untilStatus(["while blocked"], "sent", long);
  // The relay handed it to alice before it took what she writes after that.
  await alice.openConversation("Carol");
  await alice.send("hello Carol");
  await alice.untilStatus(["hello Carol"], "read", long);
  assert.equal(await statusOf(bob, "while blocked"), "sent");

  // Blocked people are folded away.
  assert.equal(await alice.conversation("Bob").isVisible(), false);
  await blocked(alice).locator("summary").click();
  await alice.conversation("Bob").click();
  await untilShown(alice, ["before"]);
  await button(alice, "Unblock").click();
  await until("nobody is blocked", async () => await blocked(alice).count() === 0);
  await bob.send("after");
  await bob.untilStatus(["after"], "read", long);
  await untilShown(alice, ["before", "after"]);
  assert.equal(await statusOf(bob, "while blocked"), "sent");
  await assertClean(alice, bob, carol);
});

test("contacts: deleting says what is lost, closes the thread, and takes back what waits",
  async (t) => {
    const scene = await startScene(t);
    const { alice, bob } = await scene.meet();
    await alice.send("arrives");
    await alice.untilStatus(["arrives"], "read", long);
    scene.proxy.cut();
    await alice.untilConnected(false);
    await alice.send("never leaves");
    await alice.send("nor does this");

    const press = await openContact(alice);
    await press("Delete").click();
    const dialog = alice.page.getByRole("dialog", { name: "Delete this conversation?" });
    await dialog.waitFor();
    assert.match(await dialog.textContent(), /2 messages still wait/);
    await untilFocused("what is safe", dialog.getByRole("button", { name: "Cancel" }));
    await dialog.getByRole("button", { name: "Cancel" }).click();
    await untilFocused("what was pressed", press("Delete"));
    await press("Delete").click();
    await dialog.getByRole("button", { name: "Delete" }).click();
    await alice.page.getByText("Choose a conversation").waitFor();
    await untilFocused("what is left in the list", button(alice, "Invite somebody"));
    assert.equal(await alice.page.locator("dialog[open]").count(), 0);

    await alice.reload();
    assert.equal(await alice.page.locator("[data-peer]").count(), 0);
    scene.proxy.restore();
    await bob.send("where are you?");
    // Who writes after that is a request again, and nothing of before comes back.
    await requests(alice).locator("[data-peer]").click();
    await untilShown(alice, ["where are you?"]);
    assert.deepEqual(await texts(bob), ["arrives", "where are you?"]);
    await bob.untilStatus(["where are you?"], "sent");

    await button(alice, "Delete").click();
    await dialog.getByRole("button", { name: "Delete" }).click();
    await alice.page.getByText("Choose a conversation").waitFor();
    await assertClean(alice, bob);
  });

test("contacts: both see one safety number, and only the other's code verifies", async (t) => {
  const scene = await startScene(t);
  const { alice, bob } = await scene.meet();
  const seen = [];
  for (const chat of [alice, bob]) {
    await openContact(chat);
    const panel = chat.page.locator("homing-contact-dialog");
    const groups = await panel.locator("[data-safety-number] li").allTextContents();
    assert.equal(groups.length, 12);
    assert.ok(groups.every((group) => /^\d{5}$/.test(group)), groups.join(" "));
    await panel.getByRole("img", { name: "Your safety code as a QR code" }).waitFor();
    seen.push({ groups, code: await panel.locator("[data-safety-code] input").inputValue() });
  }
  assert.deepEqual(seen[0].groups, seen[1].groups);

  const badge = alice.page.getByRole("main").getByRole("img", { name: "verified", exact: true });
  const field = alice.page.getByLabel("Their safety code");
  const answer = alice.page.locator("[data-comparison]");
  for (const wrong of [seen[0].code, "not a code", seen[1].code.slice(0, -1)]) {
    await field.fill(wrong);
    await field.press("Enter");
    await until(`"${wrong}" does not match`, async () =>
      /^\s*No match/.test(await answer.textContent()));
    assert.equal(await badge.count(), 0);
  }
  await field.fill(seen[1].code);
  await until("the old answer is gone", async () => (await answer.textContent()).trim() === "");
  await field.press("Enter");
  await until("it matches", async () => /^\s*Match/.test(await answer.textContent()));
  await badge.waitFor();
  await closeDialog(alice);
  await alice.conversation("Bob").getByRole("img", { name: "verified" }).waitFor();

  // It is kept, on this side only, until it is taken back.
  await alice.reload();
  await alice.openConversation("Bob");
  await badge.waitFor();
  assert.equal(await bob.page.getByRole("img", { name: "verified", exact: true }).count(), 0);
  const press = await openContact(alice);
  await press("Not verified any more").click();
  await press("Mark as verified").waitFor();
  await badge.waitFor({ state: "detached" });
  await press("Mark as verified").click();
  await badge.waitFor();
  await assertClean(alice, bob);
});

test("contacts: who comes by an old invite link is a request", async (t) => {
  const scene = await startScene(t);
  const { chat: alice } = await scene.person("Alice");
  await alice.ready();
  const old = await alice.inviteLink();
  await button(alice, "Invite").click();
  await button(alice, "Make a new link").click();
  const link = alice.page.locator("[data-invite] input");
  await until("the link is a new one", async () => await link.inputValue() !== old);
  const renewed = await link.inputValue();
  await closeDialog(alice);

  const { chat: bob } = await scene.person("Bob", { invite: old });
  await bob.openConversation("Alice");
  await bob.send("by the old link");
  const { chat: carol } = await scene.person("Carol", { invite: renewed });
  await carol.openConversation("Alice");
  await carol.send("by the new one");
  await carol.untilStatus(["by the new one"], "delivered", long);
  await requests(alice).getByRole("button", { name: "Bob" }).click();
  await untilShown(alice, ["by the old link"]);
  assert.equal(await requests(alice).locator("[data-peer]").count(), 1);
  await bob.untilStatus(["by the old link"], "sent");
  await assertClean(alice, bob, carol);
});

test("contacts: without delivery receipts a message keeps its one tick", async (t) => {
  const scene = await startScene(t);
  const { alice, bob } = await scene.meet();
  // Reading would tell that it was delivered.
  const receipts = ["Delivery receipts", "Read receipts"];
  const setReceipts = async (enabled) => {
    await button(alice, "Settings").click();
    for (const name of receipts) await alice.page.getByLabel(name).setChecked(enabled);
    await closeDialog(alice);
  };
  await setReceipts(false);
  await bob.send("quietly");
  await untilShown(alice, ["quietly"]);
  // Hers go on as before, and come after whatever else she had to say to him.
  await alice.send("loud");
  await alice.untilStatus(["loud"], "delivered", long);
  await bob.untilStatus(["quietly"], "sent");
  await alice.reload();
  await button(alice, "Settings").click();
  assert.equal(await alice.page.getByLabel("Delivery receipts").isChecked(), false);
  await assertClean(alice, bob);
});

for (const [name, options] of [
  ["light", {}],
  ["dark", { colorScheme: "dark" }],
  ["narrow", { viewport: { width: 360, height: 720 } }],
  ["smallest", { viewport: { width: 320, height: 568 }, colorScheme: "dark" }],
]) {
  test(`contacts: nothing is cut off where the page is ${name}`, async (t) => {
    await mkdir(pictures, { recursive: true });
    const scene = await startScene(t);
    const { alice, bobs } = await stranger(scene, "Hello, we met at the station.", options);
    const look = async (view) => {
      await alice.page.screenshot({ path: `${pictures}contacts-${name}-${view}.png` });
      assert.deepEqual(await overflowing(alice.page), [], `${view} fits`);
    };
    const back = async () => {
      const toList = button(alice, "Back to conversations");
      if (await toList.isVisible()) await toList.click();
    };
    const { chat: carol } = await scene.person("Carol", { invite: await alice.inviteLink() });
    await carol.openConversation("Alice");
    await alice.openConversation("Carol");
    await alice.send("Platform 4, as always.");
    await alice.untilStatus(["Platform 4, as always."], "read", long);
    await openContact(alice);
    await alice.page.getByRole("img", { name: "Your safety code as a QR code" }).waitFor();
    await look("panel");
    await alice.page.getByLabel("Their safety code").fill("something else");
    await alice.page.getByLabel("Their safety code").press("Enter");
    await alice.page.locator("[data-comparison=mismatch]").scrollIntoViewIfNeeded();
    await look("panel-mismatch");
    await button(alice, "Mark as verified").click();
    await button(alice, "Not verified any more").waitFor();
    await look("panel-verified");
    await closeDialog(alice);
    await back();
    await look("list-request");
    await alice.page.locator(`[data-peer="${bobs}"]`).click();
    await look("request");
    await button(alice, "Delete").click();
    await look("delete");
    await closeDialog(alice);
    await button(alice, "Block").click();
    await button(alice, "Unblock").waitFor();
    await look("blocked");
    await back();
    await blocked(alice).locator("summary").click();
    await look("list-blocked");
    await button(alice, "Invite").click();
    await alice.page.getByRole("img", { name: "Your invite link as a QR code" }).waitFor();
    await look("invite");
    await closeDialog(alice);
    await button(alice, "Settings").click();
    await look("settings");
    await assertClean(alice, carol);
  });
}
