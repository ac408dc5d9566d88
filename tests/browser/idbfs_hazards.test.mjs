// Goal: the five ways in which stock IDBFS loses or tears what an outbox has stored are real, and
// durable_idbfs.js has none of them.
// Method: one scenario per hazard, run in headless Chromium with a probe module linked with stock
// IDBFS and again with ours. Each test asserts that stock fails (as Emscripten 3.1.6 has it; 3.1.54
// repaired the aborted commit of H1 and nothing else), so a test that can no longer tell
// the two apart fails as well.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { startHarness } from "./support/idbfs_harness.mjs";

let harness;
before(async () => { harness = await startHarness(); });
after(() => harness?.close());

// The scenario of H1 and H2: a saved message, one more whose put fails as told, then a put that
// works again; what each sync said, and what a reload finds.
async function failOnce(moduleUrl, open, kind) {
  const page = await open();
  const said = await page.evaluate(async ([url, failure]) => {
    const h = await import("/idbfs_page.mjs");
    const module = await h.load(url);
    await h.mount(module);
    h.write(module, "first", "saved");
    const first = await h.sync(module);
    h.replacePut(h[failure]);
    h.write(module, "second", "at risk");
    const second = await h.sync(module);
    h.replacePut(undefined);
    const stored = await h.stored();
    const again = await h.sync(module);
    return { first, second, again, stored, storedAfter: await h.stored() };
  }, [moduleUrl, kind]);
  await page.close();
  return said;
}

test("H1: an aborted commit is reported, where stock never calls back", async () => {
  const { stock, ours } = await harness.both((url, open) => failOnce(url, open, "abortingPut"));

  assert.equal(stock.first.outcome, "ok");
  assert.equal(stock.second.outcome, "never called back");

  assert.equal(ours.first.outcome, "ok");
  assert.deepEqual(ours.second, { outcome: "error", code: "storage_failed", calls: 1 });
  assert.deepEqual(Object.keys(ours.stored), ["first"], "nothing of a failed commit is stored");
  assert.equal(ours.again.outcome, "ok");
  assert.equal(ours.storedAfter.second.text, "at risk", "what failed is stored by the next commit");
  assert.equal(ours.storedAfter.first.text, "saved");
});

test("H1: a full disk is reported as storage_quota, where stock never calls back", async () => {
  const { stock, ours } = await harness.both(async (moduleUrl, open) => {
    const page = await open();
    const session = await page.context().newCDPSession(page);
    await session.send("Storage.overrideQuotaForOrigin", {
      origin: new URL(page.url()).origin,
      quotaSize: 200_000,
    });
    return page.evaluate(async (url) => {
      const h = await import("/idbfs_page.mjs");
      const module = await h.load(url);
      await h.mount(module);
      h.write(module, "first", "saved");
      const first = await h.sync(module);
      // Random: IndexedDB may compress what repeats.
      const bytes = new Uint8Array(4_000_000);
      for (let at = 0; at < bytes.length; at += 65_536) {
        crypto.getRandomValues(bytes.subarray(at, at + 65_536));
      }
      module.FS.writeFile("/homing/big", bytes);
      const big = await h.sync(module);
      return { first, big, names: Object.keys(await h.stored()) };
    }, moduleUrl);
  });

  assert.equal(stock.first.outcome, "ok");
  assert.equal(stock.big.outcome, "never called back");

  assert.equal(ours.first.outcome, "ok");
  assert.deepEqual(ours.big, { outcome: "error", code: "storage_quota", calls: 1 });
  assert.deepEqual(ours.names, ["first"]);
});

test("H2: a failed put is reported, where stock never calls back", async () => {
  const { stock, ours } = await harness.both((url, open) => failOnce(url, open, "failingPut"));

  assert.equal(stock.first.outcome, "ok");
  assert.equal(stock.second.outcome, "never called back");

  assert.deepEqual(ours.second, { outcome: "error", code: "storage_failed", calls: 1 });
  assert.deepEqual(Object.keys(ours.stored), ["first"]);
  assert.equal(ours.again.outcome, "ok");
  assert.equal(ours.storedAfter.second.text, "at risk");
});

test("H3: a second write within the same tick of the clock is stored, where stock loses it",
  async () => {
    const { stock, ours } = await harness.both(async (moduleUrl, open) => {
      const page = await open();
      const outcomes = await page.evaluate(async (url) => {
        const h = await import("/idbfs_page.mjs");
        const module = await h.load(url);
        await h.mount(module);
        // A browser with a coarse clock, caught between two of its ticks.
        const now = Date.now();
        Date.now = () => now;
        h.append(module, "log", "a".repeat(100));
        const first = await h.sync(module);
        h.append(module, "log", "b".repeat(100));
        const second = await h.sync(module);
        return { first: first.outcome, second: second.outcome, memory: h.read(module, "log") };
      }, moduleUrl);
      await page.close();
      const reloaded = await open();
      const size = await reloaded.evaluate(async (url) => {
        const h = await import("/idbfs_page.mjs");
        const module = await h.load(url);
        await h.mount(module);
        return h.read(module, "log").length;
      }, moduleUrl);
      return { ...outcomes, memory: outcomes.memory.length, afterReload: size };
    });

    assert.deepEqual(stock, { first: "ok", second: "ok", memory: 200, afterReload: 100 });
    assert.deepEqual(ours, { first: "ok", second: "ok", memory: 200, afterReload: 200 });
  });

test("H4: a deposed writer can neither delete nor overwrite, where stock does both", async () => {
  const { stock, ours } = await harness.both(async (moduleUrl, open) => {
    const boot = async (url) => {
      const h = await import("/idbfs_page.mjs");
      globalThis.module = await h.load(url);
      globalThis.events = [];
      const onStorageEvent = (kind) => globalThis.events.push(kind);
      return (await h.mount(globalThis.module, { options: { onStorageEvent } })).outcome;
    };
    const save = async (files) => {
      const h = await import("/idbfs_page.mjs");
      for (const [name, text] of files) h.write(globalThis.module, name, text);
      return h.sync(globalThis.module);
    };
    const alice = await open();
    await alice.evaluate(boot, moduleUrl);
    await alice.evaluate(save, [["shared", "by the first tab"]]);
    const bob = await open();
    await bob.evaluate(boot, moduleUrl);
    const taken = await bob.evaluate(save,
      [["from-second-tab", "saved"], ["shared", "by the second tab"]]);
    // The first tab does not know yet that it is not the owner any more.
    const deposed = await alice.evaluate(save,
      [["from-first-tab", "late"], ["shared", "overwritten"]]);
    const again = await alice.evaluate(save, [["more", "still late"]]);
    const stored = await bob.evaluate(async () => (await import("/idbfs_page.mjs")).stored());
    const goesOn = await bob.evaluate(save, [["next", "saved"]]);
    const events = await alice.evaluate(() => globalThis.events);
    return { taken, deposed, again, stored, goesOn, events };
  });

  assert.equal(stock.deposed.outcome, "ok");
  assert.equal(stock.stored["from-second-tab"], undefined, "stock deleted a saved message");
  assert.equal(stock.stored.shared.text, "overwritten");

  assert.equal(ours.taken.outcome, "ok");
  assert.deepEqual(ours.deposed, { outcome: "error", code: "storage_fenced", calls: 1 });
  assert.deepEqual(ours.again, { outcome: "error", code: "storage_fenced", calls: 1 });
  assert.equal(ours.stored["from-second-tab"].text, "saved");
  assert.equal(ours.stored.shared.text, "by the second tab");
  assert.equal(ours.stored["from-first-tab"], undefined);
  assert.equal(ours.goesOn.outcome, "ok");
  assert.deepEqual(ours.events, ["storage_fenced", "storage_fenced"]);
});

test("H5: a write during a commit belongs to the next one, where stock stores a torn pair",
  async () => {
    const { stock, ours } = await harness.both(async (moduleUrl, open) => {
      const page = await open();
      return page.evaluate(async (url) => {
        const h = await import("/idbfs_page.mjs");
        const module = await h.load(url);
        await h.mount(module);
        h.write(module, "counter", "1");
        h.write(module, "queue", "1");
        await h.sync(module);
        // A new millisecond, so that it is not H3 what stock trips over.
        const start = Date.now();
        while (Date.now() === start);
        h.write(module, "counter", "2");
        const during = await h.sync(module, {
          whileRunning() {
            h.write(module, "counter", "3");
            h.write(module, "queue", "3");
          },
        });
        const stored = await h.stored();
        await h.sync(module);
        return { outcome: during.outcome, stored, later: await h.stored() };
      }, moduleUrl);
    });
    const pair = ({ counter, queue }) => [counter.text, queue.text];

    assert.equal(stock.outcome, "ok");
    assert.deepEqual(pair(stock.stored), ["3", "1"], "a state that never existed");

    assert.equal(ours.outcome, "ok");
    assert.deepEqual(pair(ours.stored), ["2", "1"], "the state when the commit started");
    assert.deepEqual(pair(ours.later), ["3", "3"]);
  });

test("H5: an unlink during a commit does not split it, where stock reports an error half done",
  async () => {
    const { stock, ours } = await harness.both(async (moduleUrl, open) => {
      const page = await open();
      return page.evaluate(async (url) => {
        const h = await import("/idbfs_page.mjs");
        const module = await h.load(url);
        await h.mount(module);
        h.write(module, "a", "1");
        h.write(module, "b", "1");
        const during = await h.sync(module, {
          whileRunning: () => module.FS.unlink("/homing/b"),
        });
        const stored = Object.keys(await h.stored());
        await h.sync(module);
        return { outcome: during.outcome, stored, later: Object.keys(await h.stored()) };
      }, moduleUrl);
    });

    assert.deepEqual(stock.outcome, "error");
    assert.deepEqual(stock.stored, ["a"], "part of a commit that was reported as failed");

    assert.deepEqual(ours, { outcome: "ok", stored: ["a", "b"], later: ["a"] });
  });
