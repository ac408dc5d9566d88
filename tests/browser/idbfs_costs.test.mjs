// Goal: durable_idbfs.js survives a lost connection, stores exactly the bytes of a file, lists
// nothing, is populated once, asks for the durability it was told, and syncs one mount only.
// Method: as idbfs_hazards.test.mjs; IndexedDB is counted from outside by idbfs_page.mjs.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { startHarness } from "./support/idbfs_harness.mjs";

let harness;
before(async () => { harness = await startHarness(); });
after(() => harness?.close());

test("H6: a dead connection is opened again, where stock fails for ever", async () => {
  const { stock, ours } = await harness.both(async (moduleUrl, open) => {
    const page = await open();
    return page.evaluate(async (url) => {
      const h = await import("/idbfs_page.mjs");
      const module = await h.load(url);
      const events = [];
      await h.mount(module, { options: { onStorageEvent: (kind) => events.push(kind) } });
      // What Safari does, without telling.
      module.IDBFS.dbs["/homing"].close();
      h.write(module, "a", "1");
      const first = await h.sync(module);
      h.write(module, "b", "2");
      const second = await h.sync(module);
      const stored = Object.keys(await h.stored());
      return { first: first.outcome, second: second.outcome, stored, events };
    }, moduleUrl);
  });

  assert.deepEqual(stock, { first: "error", second: "error", stored: [], events: [] });
  assert.deepEqual(ours, {
    first: "ok",
    second: "ok",
    stored: ["a", "b"],
    events: ["connection_lost", "reopened"],
  });
});

test("H6: a database that was deleted while open is reported as missing, not as empty",
  async () => {
    const result = await harness.ours(async (moduleUrl, open) => {
      const page = await open();
      return page.evaluate(async (url) => {
        const h = await import("/idbfs_page.mjs");
        const module = await h.load(url);
        const events = [];
        await h.mount(module, { options: { onStorageEvent: (kind) => events.push(kind) } });
        h.write(module, "a", "1");
        await h.sync(module);
        await new Promise((resolve, reject) => {
          const request = indexedDB.deleteDatabase("/homing");
          request.onsuccess = resolve;
          request.onerror = reject;
        });
        h.write(module, "b", "2");
        return { ...(await h.sync(module)), events, memory: h.read(module, "a") };
      }, moduleUrl);
    });
    assert.deepEqual(result, {
      outcome: "error",
      code: "storage_failed",
      calls: 1,
      events: ["connection_lost", "reopened", "missing", "storage_failed"],
      memory: "1",
    });
  });

test("H7: a file is stored with its own bytes only, where stock stores the whole buffer",
  async () => {
    const { stock, ours } = await harness.both(async (moduleUrl, open) => {
      const page = await open();
      return page.evaluate(async (url) => {
        const h = await import("/idbfs_page.mjs");
        const module = await h.load(url);
        await h.mount(module);
        h.append(module, "log", "a".repeat(10_000));
        h.append(module, "log", "b");
        await h.sync(module);
        const { log } = await h.stored();
        return { size: log.text.length, backing: log.backing };
      }, moduleUrl);
    });
    assert.equal(stock.size, 10_001);
    assert.ok(stock.backing > stock.size, `stock stored ${stock.backing} bytes`);
    assert.deepEqual(ours, { size: 10_001, backing: 10_001 });
  });

test("H8: a commit among 300 files is one transaction with one put, where stock lists them all",
  async () => {
    const { stock, ours } = await harness.both(async (moduleUrl, open) => {
      const page = await open();
      return page.evaluate(async (url) => {
        const h = await import("/idbfs_page.mjs");
        const module = await h.load(url);
        await h.mount(module);
        for (let i = 0; i < 300; i += 1) h.write(module, `file-${i}`, "x");
        await h.sync(module);
        const count = async () => {
          const from = h.activity();
          await h.sync(module);
          const to = h.activity();
          return {
            transactions: to.transactions.length - from.transactions.length,
            puts: to.puts - from.puts,
            cursors: to.cursors - from.cursors,
          };
        };
        h.write(module, "one-more", "x");
        return { one: await count(), none: await count() };
      }, moduleUrl);
    });
    assert.deepEqual(stock.one, { transactions: 2, puts: 1, cursors: 1 });
    assert.deepEqual(stock.none, { transactions: 1, puts: 0, cursors: 1 });
    assert.deepEqual(ours.one, { transactions: 1, puts: 1, cursors: 0 });
    assert.deepEqual(ours.none, { transactions: 0, puts: 0, cursors: 0 });
  });

test("H9: a commit before populating is refused, where stock empties the database", async () => {
  const { stock, ours } = await harness.both(async (moduleUrl, open) => {
    const page = await open();
    await page.evaluate(async (url) => {
      const h = await import("/idbfs_page.mjs");
      const module = await h.load(url);
      await h.mount(module);
      h.write(module, "saved", "1");
      await h.sync(module);
    }, moduleUrl);
    await page.reload();
    return page.evaluate(async (url) => {
      const h = await import("/idbfs_page.mjs");
      const module = await h.load(url);
      h.mount(module, { populate: false });
      const early = await h.sync(module);
      const stored = Object.keys(await h.stored());
      return { outcome: early.outcome, stored };
    }, moduleUrl);
  });
  assert.deepEqual(stock, { outcome: "ok", stored: [] });
  assert.deepEqual(ours, { outcome: "error", stored: ["saved"] });
});

test("H9: populating again is refused, where stock throws unsynced writes away", async () => {
  const { stock, ours } = await harness.both(async (moduleUrl, open) => {
    const page = await open();
    return page.evaluate(async (url) => {
      const h = await import("/idbfs_page.mjs");
      const module = await h.load(url);
      await h.mount(module);
      h.write(module, "unsynced", "1");
      const again = await h.sync(module, { populate: true });
      return { outcome: again.outcome, memory: h.read(module, "unsynced") };
    }, moduleUrl);
  });
  assert.deepEqual(stock, { outcome: "ok", memory: undefined });
  assert.deepEqual(ours, { outcome: "error", memory: "1" });
});

test("H9: what was written before populating survives it and is committed", async () => {
  const result = await harness.ours(async (moduleUrl, open) => {
    const page = await open();
    return page.evaluate(async (url) => {
      const h = await import("/idbfs_page.mjs");
      const module = await h.load(url);
      h.mount(module, { populate: false });
      h.write(module, "early", "1");
      const populated = await h.sync(module, { populate: true });
      const committed = await h.sync(module);
      return [populated.outcome, committed.outcome, Object.keys(await h.stored())];
    }, moduleUrl);
  });
  assert.deepEqual(result, ["ok", "ok", ["early"]]);
});

test("H10: commits are strict unless relaxed is asked for, where stock has no choice", async () => {
  const durabilityOf = (options) => async (moduleUrl, open) => {
    const page = await open();
    return page.evaluate(async ([url, mountOptions]) => {
      const h = await import("/idbfs_page.mjs");
      const module = await h.load(url);
      await h.mount(module, { options: mountOptions });
      h.write(module, "a", "1");
      await h.sync(module);
      return h.activity().transactions.at(-1).durability;
    }, [moduleUrl, options]);
  };
  assert.deepEqual(await harness.both(durabilityOf({})), { stock: "default", ours: "strict" });
  assert.equal(await harness.ours(durabilityOf({ durability: "relaxed" })), "relaxed");
});

test("H11: a commit touches its own mount only", async () => {
  const result = await harness.ours(async (moduleUrl, open) => {
    const page = await open();
    return page.evaluate(async (url) => {
      const h = await import("/idbfs_page.mjs");
      const module = await h.load(url);
      await h.mount(module, { path: "/one" });
      await h.mount(module, { path: "/two" });
      h.write(module, "a", "1", "/one");
      h.write(module, "b", "2", "/two");
      const from = h.activity().transactions.length;
      await h.sync(module, { path: "/one" });
      const used = h.activity().transactions.slice(from).map(({ name }) => name);
      return { used, two: Object.keys(await h.stored("/two")) };
    }, moduleUrl);
  });
  assert.deepEqual(result, { used: ["/one"], two: [] });
});

test("a tree with directories, renames and truncated files comes back as it was", async () => {
  const result = await harness.ours(async (moduleUrl, open) => {
    const page = await open();
    await page.evaluate(async (url) => {
      const h = await import("/idbfs_page.mjs");
      const module = await h.load(url);
      await h.mount(module);
      const { FS } = module;
      FS.mkdirTree("/homing/old/inner");
      h.write(module, "old/inner/kept", "kept");
      h.write(module, "shrinks", "123456");
      h.write(module, "goes", "x");
      h.write(module, "torn", "cannot be read");
      await h.sync(module);
      FS.rename("/homing/old", "/homing/new");
      FS.rename("/homing/torn", "/homing/torn.quarantined");
      FS.truncate("/homing/shrinks", 3);
      FS.unlink("/homing/goes");
      await h.sync(module);
    }, moduleUrl);
    await page.reload();
    return page.evaluate(async (url) => {
      const h = await import("/idbfs_page.mjs");
      const module = await h.load(url);
      await h.mount(module);
      const list = (path) => module.FS.readdir(path).filter((name) => !name.startsWith("."));
      return {
        root: list("/homing").sort(),
        moved: h.read(module, "new/inner/kept"),
        shrunk: h.read(module, "shrinks"),
        quarantined: h.read(module, "torn.quarantined"),
      };
    }, moduleUrl);
  });
  assert.deepEqual(result, {
    root: ["new", "shrinks", "torn.quarantined"],
    moved: "kept",
    shrunk: "123",
    quarantined: "cannot be read",
  });
});
