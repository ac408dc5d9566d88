// Goal: IdbfsStore, the C++ store the engine's journal is kept in, keeps its promises: all or
// nothing, typed errors, one owner, and stored means stored even if the browser is killed.
// Method: the store is driven through embind from a page, a worker and a shared worker.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { browserProcessId, launchProfile, temporaryDirectory } from "./support/chromium.mjs";
import { serveProbes, startHarness } from "./support/idbfs_harness.mjs";

const worker = `
  import { openStore } from "/store_page.mjs";
  async function answer(port) {
    const store = await openStore({});
    const done = await store.commit({ from: "a worker" }, []);
    store.close();
    const again = await openStore({});
    port.postMessage({ done, files: again.files });
  }
  if ("onconnect" in globalThis) {
    globalThis.onconnect = (event) => answer(event.ports[0]);
  } else {
    answer(globalThis);
  }
`;

let harness;
before(async () => { harness = await startHarness({ files: { "/worker.mjs": worker } }); });
after(() => harness?.close());

test("store: files come back in the order of their names, without those removed", async () => {
  const result = await harness.ours(async (_, open) => {
    const page = await open();
    await page.evaluate(async () => {
      const { openStore } = await import("/store_page.mjs");
      const store = await openStore({});
      await store.commit({ "0002": "two", "0001": "one", empty: "" }, []);
      await store.commit({ "0003": "three" }, ["0001", "never-existed"]);
    });
    await page.reload();
    return page.evaluate(async () => {
      const { openStore } = await import("/store_page.mjs");
      return (await openStore({})).files;
    });
  });
  assert.deepEqual(result, [["0002", "two"], ["0003", "three"], ["empty", ""]]);
});

test("store: compacting eight files into one is a single transaction", async () => {
  const result = await harness.ours(async (_, open) => {
    const page = await open();
    return page.evaluate(async () => {
      const h = await import("/idbfs_page.mjs");
      const { openStore } = await import("/store_page.mjs");
      const store = await openStore({});
      const names = ["1", "2", "3", "4", "5", "6", "7", "8"];
      for (const name of names) await store.commit({ [name]: name }, []);
      const from = h.activity().transactions.length;
      await store.commit({ all: names.join("") }, names);
      return { transactions: h.activity().transactions.length - from, stored: await h.stored() };
    });
  });
  assert.equal(result.transactions, 1);
  assert.deepEqual(result.stored, { all: { text: "12345678", backing: 8 } });
});

test("store: a failed commit leaves memory and database as they were", async () => {
  const result = await harness.ours(async (_, open) => {
    const page = await open();
    return page.evaluate(async () => {
      const h = await import("/idbfs_page.mjs");
      const { openStore } = await import("/store_page.mjs");
      const store = await openStore({});
      await store.commit({ a: "old", b: "kept" }, []);
      h.replacePut(h.abortingPut);
      const failed = await store.commit({ a: "new", c: "new" }, ["b"]);
      h.replacePut(undefined);
      // What is offered again is stored; what is not stays away.
      const next = await store.commit({ d: "next" }, []);
      store.close();
      return { failed, next, files: (await openStore({})).files, events: store.events };
    });
  });
  assert.deepEqual(result, {
    failed: "storage_failed",
    next: "",
    files: [["a", "old"], ["b", "kept"], ["d", "next"]],
    events: [3],
  });
});

test("store: the owner that was deposed cannot commit, and learns why", async () => {
  const result = await harness.ours(async (_, open) => {
    const boot = async () => {
      const { openStore } = await import("/store_page.mjs");
      globalThis.store = await openStore({});
      return globalThis.store.files;
    };
    const commit = ([put, remove]) => globalThis.store.commit(put, remove);
    const first = await open();
    await first.evaluate(boot);
    await first.evaluate(commit, [{ a: "1" }, []]);
    const second = await open();
    const seen = await second.evaluate(boot);
    const refused = await first.evaluate(commit, [{ b: "2" }, ["a"]]);
    const accepted = await second.evaluate(commit, [{ c: "3" }, []]);
    const stored = await second.evaluate(async () =>
      Object.keys(await (await import("/idbfs_page.mjs")).stored()));
    const events = await first.evaluate(() => globalThis.store.events);
    return { seen, refused, accepted, stored, events };
  });
  assert.deepEqual(result, {
    seen: [["a", "1"]],
    refused: "storage_fenced",
    accepted: "",
    stored: ["a", "c"],
    events: [5],
  });
});

for (const kind of ["Worker", "SharedWorker"]) {
  test(`store: it works inside of a ${kind}`, async () => {
    const result = await harness.ours(async (_, open) => {
      const page = await open();
      return page.evaluate((name) => new Promise((resolve, reject) => {
        const made = new globalThis[name]("/worker.mjs", { type: "module" });
        made.onerror = () => reject(new Error("the worker failed"));
        const port = made.port ?? made;
        port.onmessage = (event) => resolve(event.data);
        made.port?.start();
      }), kind);
    });
    assert.deepEqual(result, { done: "", files: [["from", "a worker"]] });
  });
}

for (const relaxed of [false, true]) {
  const name = relaxed ? "relaxed" : "strict";
  test(`store: a ${name} commit survives SIGKILL of the browser right after its answer`,
    async () => {
      const profile = await temporaryDirectory();
      const server = await serveProbes();
      try {
        const before_ = await launchProfile(profile.path);
        const page = before_.pages()[0] ?? (await before_.newPage());
        await page.goto(server.url);
        const processId = await browserProcessId(before_);
        const done = await page.evaluate(async (isRelaxed) => {
          const { openStore } = await import("/store_page.mjs");
          const store = await openStore({ relaxed: isRelaxed });
          return store.commit({ a: "acknowledged" }, []);
        }, relaxed);
        assert.equal(done, "");
        const closed = new Promise((resolve) => before_.once("close", resolve));
        process.kill(processId, "SIGKILL");
        await closed;

        const again = await launchProfile(profile.path);
        const reopened = again.pages()[0] ?? (await again.newPage());
        await reopened.goto(server.url);
        const files = await reopened.evaluate(async () =>
          (await (await import("/store_page.mjs")).openStore({})).files);
        await again.close();
        assert.deepEqual(files, [["a", "acknowledged"]]);
      } finally {
        await server.close();
        await profile.remove();
      }
    });
}
