// Goal: one engine serves all tabs of a profile: they show the same, and whichever of them is
// closed, crashes or freezes, the others go on and nothing is lost, sent twice or out of order.
// Method: the demo page in headless Chromium, a real relay behind a TCP proxy. Where Chromium puts
// the shared worker is its choice: into the process of the tab that started it, so what happens to
// that tab happens to the worker, which is the harder case.

import assert from "node:assert/strict";
import { test } from "node:test";

import { startScene } from "./support/chat_scene.mjs";
import { arrived, prepareToSend, sendAll, storedTexts } from "./support/many_texts.mjs";
import { inSharedWorker, keepBusy, processOf, sharedWorkers } from "./support/shared_worker.mjs";
import { until } from "./support/until.mjs";

const long = { timeoutMs: 90_000 };
const texts = (prefix, count) => Array.from({ length: count }, (_, i) => `${prefix} ${i + 1}`);

/** alice in two tabs, bob in one. */
async function startTwoTabs(t, people) {
  const scene = await startScene(t);
  const { alice, bob, contexts: [context] } = await scene.meet(people);
  const second = await scene.anotherTab("Alice", context, "Bob");
  for (const { page } of [alice, second]) await prepareToSend(page);
  return { scene, context, first: alice, second, bob };
}

/** Calls a method of the client behind the page, or of its conversation with the other person. */
const ask = (page, name, ...parameters) => page.evaluate(async ([method, list]) => {
  const { client } = document.querySelector("homing-app");
  const [conversation] = await client.conversations();
  const target = method in client ? client : client.conversation(conversation.peer);
  await target[method](...list);
}, [name, parameters]);

/** What every tab of a person has to agree about, as its page shows it. */
async function shown({ page }) {
  return page.evaluate(() => {
    const deep = (root, selector) => root.shadowRoot.querySelector(selector);
    const app = document.querySelector("homing-app");
    const settings = deep(app, "homing-settings-dialog");
    return {
      title: document.title,
      name: deep(settings, "input[name=name]").value,
      readReceipts: deep(settings, "input[name=read-receipts]").checked,
      deliveredReceipts: deep(settings, "input[name=delivered-receipts]").checked,
      hasPassphrase: settings.hasPassphrase,
      link: deep(app, "homing-invite-dialog").link,
      isVerified: deep(app, ".chat header homing-verified-badge") !== null,
      isBlocked: deep(app, "homing-request-bar") !== null,
      unread: deep(app, "homing-conversation-list").shadowRoot
        .querySelector("[data-unread]")?.dataset.unread ?? "0",
    };
  });
}

test("tabs: what is done in one tab shows in the other", async (t) => {
  const { scene, first, second, bob } = await startTwoTabs(t);
  assert.deepEqual((await sharedWorkers(scene.browser)).sort(),
    ["homing-host:0:alice", "homing-host:0:bob"]);
  await first.send("from the first tab");
  await second.untilStatus(["from the first tab"], "read");
  await second.send("from the second tab");
  await first.untilStatus(["from the second tab"], "read");
  await bob.send("to both");
  for (const tab of [first, second]) await tab.untilStatus(["to both"], "received");

  // What still waits is edited in one tab and taken back in the other.
  scene.proxy.cut();
  for (const tab of [first, second]) await tab.untilConnected(false);
  await first.send("frist");
  await first.send("taken back");
  const change = (tab, text, method, ...parameters) => tab.page.evaluate(
    async ([wanted, name, list]) => {
      const { client } = document.querySelector("homing-app");
      const [{ peer }] = await client.conversations();
      const all = await client.conversation(peer).messages();
      await all.find((message) => message.text === wanted)[name](...list);
    }, [text, method, parameters]);
  await change(second, "frist", "edit", "first");
  await change(second, "taken back", "cancel");
  await first.untilStatus(["first"], "pending");
  await first.untilStatus(["taken back"], "cancelled");
  scene.proxy.restore();
  await ask(second.page, "tryNow");
  for (const tab of [first, second]) {
    await tab.untilConnected(true, long);
    await tab.untilStatus(["first"], "read", long);
  }

  const steps = [
    [first, "setName", ["Alice Two"], { name: "Alice Two" }],
    [second, "setReadReceipts", [false], { readReceipts: false }],
    [first, "setDeliveredReceipts", [false], { deliveredReceipts: false }],
    [second, "setPassphrase", ["a long sentence"], { hasPassphrase: true }],
    [first, "setVerified", [true], { isVerified: true }],
    [second, "block", [], { isBlocked: true }],
    [first, "accept", [], { isBlocked: false }],
  ];
  for (const [tab, method, parameters, expected] of steps) {
    await ask(tab.page, method, ...parameters);
    for (const each of [first, second]) {
      await until(`${method} shows`, async () => {
        const found = await shown(each);
        return Object.entries(expected).every(([key, value]) => found[key] === value);
      });
    }
  }
  const { link } = await shown(first);
  await ask(first.page, "renewInvite");
  await until("both have the new link", async () => {
    const links = [(await shown(first)).link, (await shown(second)).link];
    return links[0] === links[1] && links[0] !== link;
  });

  await ask(first.page, "delete");
  for (const { page } of [first, second]) {
    await page.getByText("Choose a conversation").waitFor();
    await page.getByText("Nobody here yet").waitFor();
  }
  assert.deepEqual([...first.errors, ...second.errors], []);
});

test("tabs: what is read in one tab is read in all, and drafts stay where they are", async (t) => {
  const { scene, first, second, bob } = await startTwoTabs(t);
  // Headless pages are all visible: without an open conversation nothing is read.
  for (const { page } of [first, second]) await page.reload();
  await bob.send("unread");
  for (const tab of [first, second]) {
    await until("it counts as unread", async () => (await shown(tab)).unread === "1");
  }
  await first.openConversation("Bob");
  await until("it is read in the other tab", async () => (await shown(second)).unread === "0");
  await second.openConversation("Bob");
  await first.page.getByLabel("Message", { exact: true }).fill("a draft");
  await second.send("not a draft");
  await first.untilStatus(["not a draft"], "read");
  assert.equal(await first.page.getByLabel("Message", { exact: true }).inputValue(), "a draft");
  assert.equal((await sharedWorkers(scene.browser)).length, 2);
});

test("tabs: two tabs send 500 messages each at once, all arrive in order, once", async (t) => {
  const { first, second, bob } = await startTwoTabs(t);
  const lists = [texts("first", 500), texts("second", 500)];
  const began = performance.now();
  const outcomes = await Promise.all([first, second].map((tab, i) => sendAll(tab.page, lists[i])));
  for (const outcome of outcomes) {
    assert.deepEqual(outcome.filter((one) => !["pending", "sent", "delivered"].includes(one)), []);
  }
  const all = await arrived(bob.page, lists.flat(), long);
  t.diagnostic(`1,000 messages in ${((performance.now() - began) / 1000).toFixed(1)} s`);
  for (const list of lists) assert.deepEqual(all.filter((text) => list.includes(text)), list);
  assert.equal(all.length, 1000);
  // And all three agree about the order.
  for (const tab of [first, second]) {
    assert.deepEqual(await storedTexts(tab.page, true), all);
    await tab.untilStatus([all.at(-1)], "read", long);
  }
});

/** Both tabs send, `happen` happens to the first one meanwhile, and the second one goes on. */
async function losesTheFirst(t, happen, { first, second, bob }) {
  const lists = [texts("first", 300), texts("second", 300), texts("afterwards", 50)];
  const saved = [];
  await first.page.exposeFunction("isSaved", (text) => { saved.push(text); });
  const half = until("some are saved", () => saved.length >= 20);
  first.page.evaluate((list) => {
    for (const text of list) {
      globalThis.sendAll([text]).then(([status]) => {
        if (status === "pending" || status === "sent") globalThis.isSaved(text);
      });
    }
  }, lists[0]).catch(() => undefined);
  const sending = sendAll(second.page, lists[1], 5);
  await half;
  const began = performance.now();
  await happen();
  const outcomes = await sending;
  t.diagnostic(`the last of what the other tab sent meanwhile was saved ${
    Math.round(performance.now() - began)} ms later`);
  assert.deepEqual(new Set(outcomes.filter((one) => one !== "sent" && one !== "delivered")),
    new Set(["pending"]));
  await sendAll(second.page, lists[2]);
  await second.untilStatus([lists[2].at(-1)], "read", long);
  const all = await arrived(bob.page, [...saved, ...lists[1], ...lists[2]], long);
  for (const list of lists) {
    const found = all.filter((text) => list.includes(text));
    assert.deepEqual(found, list.slice(0, found.length));
  }
  assert.equal(new Set(all).size, all.length, "none twice");
  assert.deepEqual(await storedTexts(second.page, true), all);
  await second.untilConnected(true);
  assert.deepEqual(second.errors, []);
}

test("tabs: the tab that opened first is closed with work in flight", async (t) => {
  const tabs = await startTwoTabs(t);
  await losesTheFirst(t, () => tabs.first.page.close(), tabs);
});

test("tabs: the tab that opened first crashes with work in flight, and so does the worker",
  async (t) => {
    const tabs = await startTwoTabs(t);
    await losesTheFirst(t, async () => {
      const crashed = new Promise((resolve) => tabs.first.page.once("crash", resolve));
      const session = await tabs.context.newCDPSession(tabs.first.page);
      // The answer never comes.
      session.send("Page.crash").catch(() => undefined);
      await crashed;
    }, tabs);
  });

test("tabs: the tab that opened first freezes with work in flight, and so does the worker",
  async (t) => {
    // Without the page on the device: Chromium may run its service worker in the frozen process,
    // too, and lets all that is fetched through it wait for minutes (docs/architecture.md).
    const tabs = await startTwoTabs(t, { hasServiceWorkers: false });
    const { scene, first, second, bob } = tabs;
    const pid = await processOf(scene.browser, () => first.page.evaluate(keepBusy));
    assert.equal(pid, await processOf(scene.browser,
      () => inSharedWorker(scene.browser, "homing-host:0:alice", keepBusy)), "it runs the worker");
    try {
      await losesTheFirst(t, () => process.kill(pid, "SIGSTOP"), tabs);
      assert.ok((await sharedWorkers(scene.browser)).includes("homing-host:1:alice"));
    } finally {
      process.kill(pid, "SIGCONT");
    }
    // Back again, it finds the others, with all that happened; and what it had not saved is sent.
    await bob.send("welcome back");
    await first.untilStatus(["welcome back"], "received", long);
    await first.send("thank you");
    await second.untilStatus(["thank you"], "read", long);
    const all = await arrived(bob.page, texts("first", 300), long);
    assert.equal(new Set(all).size, all.length, "none twice");
    assert.deepEqual(first.errors, []);
  });

test("tabs: a tab that crashes leaves the others alone", async (t) => {
  const { context, first, second } = await startTwoTabs(t);
  const crashed = new Promise((resolve) => second.page.once("crash", resolve));
  const session = await context.newCDPSession(second.page);
  session.send("Page.crash").catch(() => undefined);
  await crashed;
  await first.send("still here");
  await first.untilStatus(["still here"], "read");
});

test("tabs: without shared workers the second tab says where it is open, and takes over",
  async (t) => {
    const scene = await startScene(t);
    const context = await scene.browser.newContext();
    await context.addInitScript(() => { delete globalThis.SharedWorker; });
    const { alice, bob } = await scene.meet({ context });
    await prepareToSend(alice.page);
    await alice.send("from the first tab");
    await alice.untilStatus(["from the first tab"], "read");
    assert.deepEqual(await sharedWorkers(scene.browser), []);

    const { chat: second } = await scene.person("Alice", { context });
    const useHere = second.page.getByRole("button", { name: "Use here" });
    await second.page.getByText("homing is open in another tab.").waitFor();
    // The first one is not disturbed by being asked for.
    await alice.send("still the first tab");
    await alice.untilStatus(["still the first tab"], "read");

    // Deposed with work in flight: what it was told is saved arrives.
    const sending = sendAll(alice.page, texts("first", 100));
    await useHere.click();
    await alice.page.getByRole("button", { name: "Use here" }).waitFor();
    const outcomes = await sending;
    const saved = texts("first", 100).filter((_, i) => ["pending", "sent"].includes(outcomes[i]));
    await second.openConversation("Bob");
    await second.send("from the second tab");
    await second.untilStatus(["from the second tab"], "read", long);
    const all = await arrived(bob.page, saved, long);
    assert.equal(new Set(all).size, all.length, "none twice");
    assert.deepEqual(await storedTexts(second.page, true), all);

    // And back: the first tab goes on with the conversation that was open in it.
    await alice.page.getByRole("button", { name: "Use here" }).click();
    await alice.ready();
    await alice.send("the first tab again");
    await alice.untilStatus(["the first tab again"], "read", long);
    assert.deepEqual([...alice.errors, ...second.errors], []);
  });

test("tabs: without shared workers a tab that waits goes on when the other one is closed",
  async (t) => {
    const scene = await startScene(t);
    const context = await scene.browser.newContext();
    await context.addInitScript(() => { delete globalThis.SharedWorker; });
    const { alice } = await scene.meet({ context });
    const { chat: second } = await scene.person("Alice", { context });
    await second.page.getByRole("button", { name: "Use here" }).waitFor();
    await alice.page.close();
    await second.openConversation("Bob");
    await second.send("mine now");
    await second.untilStatus(["mine now"], "read", long);
  });

test("tabs: where a shared worker cannot be started the page does without", async (t) => {
  const scene = await startScene(t);
  const context = await scene.browser.newContext();
  // As where a browser cannot load modules into shared workers: the script fails.
  await context.addInitScript(() => {
    const { SharedWorker } = globalThis;
    globalThis.SharedWorker = class extends SharedWorker {
      constructor(url, options) { super(url, { ...options, type: "classic" }); }
    };
  });
  const { alice } = await scene.meet({ context });
  await alice.send("all the same");
  await alice.untilStatus(["all the same"], "read");
  assert.equal(alice.page.workers().length, 1);
});

test("tabs: locked in one tab is locked in all; unlocked in one, the others follow", async (t) => {
  const { scene, first, second, bob } = await startTwoTabs(t);
  await ask(first.page, "setPassphrase", "a long sentence");
  await ask(second.page, "lock");
  const field = ({ page }) => page.getByLabel("Passphrase", { exact: true });
  for (const tab of [first, second]) await field(tab).waitFor();
  await until("the worker has ended", async () =>
    !(await sharedWorkers(scene.browser)).some((name) => name.endsWith(":alice")));

  const unlock = async (tab, passphrase) => {
    await field(tab).fill(passphrase);
    await tab.page.getByRole("button", { name: "Unlock" }).click();
  };
  await unlock(first, "a long sentence");
  await first.openConversation("Bob");
  // The open profile is no way around the passphrase where it is asked for.
  await unlock(second, "a wrong sentence");
  await second.page.getByText("This is not the passphrase").waitFor();
  await second.page.evaluate(() => globalThis.dispatchEvent(new Event("focus")));
  await second.openConversation("Bob");
  await second.send("open again");
  await first.untilStatus(["open again"], "read", long);
  assert.equal((await bob.messages()).at(-1).text, "open again");
});

test("tabs: a page in the back/forward cache lets go, and comes back up to date", async (t) => {
  const scene = await startScene(t, {
    browserOptions: { ignoreDefaultArgs: ["--disable-back-forward-cache"] },
  });
  const { alice, bob, contexts: [context] } = await scene.meet();
  const watch = () => alice.page.evaluate(() => {
    addEventListener("pageshow", ({ persisted }) => { globalThis.wasKept = persisted; });
  });
  for (const hasOther of [false, true]) {
    const second = hasOther ? await scene.anotherTab("Alice", context, "Bob") : undefined;
    await watch();
    await alice.page.goto(`${scene.relay.url}/assets/`, { waitUntil: "commit" })
      .catch(() => undefined);
    const text = hasOther ? "while the other tab is open" : "while nobody is there";
    await bob.send(text);
    if (second === undefined) {
      await bob.untilStatus([text], "sent");
    } else {
      await bob.untilStatus([text], "read", long);
      await second.send("from the second");
    }
    // There is no "load" of a page that was kept.
    await alice.page.goBack({ waitUntil: "commit" });
    t.diagnostic(`${hasOther ? "with" : "without"} another tab: ${
      await alice.page.evaluate(() => globalThis.wasKept) ? "kept" : "loaded again"}`);
    if (hasOther) await alice.openConversation("Bob");
    await alice.untilStatus([text], "received", long);
    const answer = `back ${hasOther}`;
    await alice.send(answer);
    await bob.untilStatus([answer], "received", long);
  }
});

test("tabs: two profiles side by side in one browser do not know of each other", async (t) => {
  const scene = await startScene(t);
  const context = await scene.browser.newContext();
  const { alice, bob } = await scene.meet({ context });
  await alice.send("to the tab beside");
  await alice.untilStatus(["to the tab beside"], "read");
  await bob.send("and back");
  await bob.untilStatus(["and back"], "read");
  assert.deepEqual((await sharedWorkers(scene.browser)).sort(),
    ["homing-host:0:alice", "homing-host:0:bob"]);
  await alice.page.close();
  await bob.send("alone now");
  await bob.untilStatus(["alone now"], "sent");
});
