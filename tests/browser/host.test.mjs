// Goal: the module that web/ loads starts in every kind of scope under the page's policy, keeps its
// identity across reloads, hears the network come and go, refuses what no relay sends, and never
// throws at its caller.
// Method: homing.mjs in headless Chromium against a WebSocket server that says what the test wants.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { startHarness } from "./support/idbfs_harness.mjs";
import { startSocketServer } from "./support/socket_server.mjs";

const worker = `
  import { isOpened, openHost } from "/host_page.mjs";
  async function answer(port) {
    // Nothing listens there; opening needs no network.
    const { event } = await openHost({ relay: "ws://127.0.0.1:9/ws" });
    port.postMessage(await event(isOpened));
  }
  if ("onconnect" in globalThis) globalThis.onconnect = ({ ports }) => answer(ports[0]);
  else answer(globalThis);
`;

let harness;
let relay;
before(async () => {
  harness = await startHarness({ files: { "/host_worker.mjs": worker } });
  relay = await startSocketServer();
});
after(async () => {
  await harness?.close();
  await relay?.close();
});

const inPage = (scenario) => harness.ours((_, open) => open().then(scenario));

test("host: it opens, and has the same address after a reload", async () => {
  const boot = async (url) => {
    const { isOpened, openHost } = await import("/host_page.mjs");
    const { host, event } = await openHost({ relay: url });
    const { address, quarantined } = await event(isOpened);
    const same = host.address() === address;
    host.close();
    host.delete();
    return { address, quarantined, same };
  };
  const [first, second] = await inPage(async (page) => {
    const before_ = await page.evaluate(boot, relay.url);
    await page.reload();
    return [before_, await page.evaluate(boot, relay.url)];
  });
  assert.match(first.address, /^[a-z2-7]{52}$/);
  assert.deepEqual(second, first);
  assert.equal(first.same, true);
  assert.equal(first.quarantined, 0);
});

test("host: profiles of any name are separate stores", async () => {
  const addresses = await inPage((page) => page.evaluate(async (url) => {
    const { isOpened, openHost } = await import("/host_page.mjs");
    const found = [];
    for (const profile of ["alice", "../alice", "a/b", "\u00e4", "constructor", "__proto__"]) {
      const { host, event } = await openHost({ relay: url, profile });
      found.push((await event(isOpened)).address);
      host.close();
      host.delete();
    }
    const databases = (await indexedDB.databases()).map(({ name }) => name).sort();
    return { found, databases };
  }, relay.url));
  assert.equal(new Set(addresses.found).size, 6);
  assert.deepEqual(addresses.databases, [
    "/homing/%2E%2E%2Falice", "/homing/%C3%A4", "/homing/__proto__", "/homing/a%2Fb",
    "/homing/alice", "/homing/constructor",
  ]);
});

test("host: a command that makes no sense is answered with a code, not with an exception",
  async () => {
    const result = await inPage((page) => page.evaluate(async (url) => {
      const { isOpened, isReply, newId, openHost } = await import("/host_page.mjs");
      const { host, event } = await openHost({ relay: url });
      host.send(1, "nobody", "too early and to nobody", newId());
      await event(isOpened);
      host.send(2, "nobody", "text", newId());
      host.cancel(3, host.address(), "not-an-id");
      host.acceptInvite(4, "not an invite");
      const replies = [];
      for (const request of [1, 2, 3, 4]) replies.push((await event(isReply(request))).error);
      return {
        replies,
        queries: [host.messages("nobody", "", 10), host.message("nobody", "x") ?? "none",
          host.why("nobody", "x").reason, host.pending()],
      };
    }, relay.url));
    assert.equal(result.replies.length, 4);
    assert.deepEqual(result.replies.slice(0, 3), ["bad_address", "bad_address", "malformed"]);
    assert.equal(typeof result.replies[3], "string");
    assert.deepEqual(result.queries, [[], "none", "none", 0]);
  });

test("host: offline and online events of the scope reach the engine", async () => {
  const states = await inPage((page) => page.evaluate(async (url) => {
    const { isConnection, isOpened, openHost } = await import("/host_page.mjs");
    const { host, event, seen } = await openHost({ relay: url });
    await event(isOpened);
    globalThis.dispatchEvent(new Event("offline"));
    await event(isConnection("offline"));
    const offline = host.connection().state;
    seen.length = 0;
    globalThis.dispatchEvent(new Event("online"));
    const next = await event((one) => one.type === "connection");
    return { offline, left: next.connection.state !== "offline" };
  }, relay.url));
  assert.deepEqual(states, { offline: "offline", left: true });
});

for (const [what, code, say] of [
  ["a text frame", 4003, (peer) => peer.sendText("hello")],
  ["an oversized frame", 4009, (peer) => peer.sendBinary(new Uint8Array(64 * 1024 + 1))],
]) {
  test(`host: ${what} closes the connection, and another one is tried`, async (context) => {
    // One of its own: the relay of the other tests has connections that nobody asked for yet.
    const relay = await startSocketServer();
    context.after(() => relay.close());
    await inPage(async (page) => {
      await page.evaluate(async (url) => {
        const { isOpened, openHost } = await import("/host_page.mjs");
        globalThis.opened = await openHost({ relay: url });
        await globalThis.opened.event(isOpened);
      }, relay.url);
      const peer = await relay.peer();
      say(peer);
      let seen = await peer.next();
      // What the engine says first, if it does, is not of interest here.
      while (seen.close === undefined) seen = await peer.next();
      assert.equal(seen.close, code);
      await page.evaluate(async () => {
        const { isConnection } = await import("/host_page.mjs");
        await globalThis.opened.event(isConnection("waiting"));
        globalThis.opened.host.tryNow(1);
      });
      await relay.peer();
    });
  });
}

// kSocketBufferedBytesMax of limits.h.
for (const more of [0, 1]) {
  const what = more === 0 ? "a connection is kept while no more than 4 MiB wait in the browser"
    : "with more than 4 MiB waiting in the browser, the relay does not read: it is left";
  test(`host: ${what}`, async (context) => {
    const relay = await startSocketServer();
    context.after(() => relay.close());
    await inPage(async (page) => {
      await page.evaluate(async ({ url, waiting }) => {
        Object.defineProperty(WebSocket.prototype, "bufferedAmount", { get: () => waiting });
        const { isOpened, openHost } = await import("/host_page.mjs");
        globalThis.opened = await openHost({ relay: url });
        await globalThis.opened.event(isOpened);
      }, { url: relay.url, waiting: 4 * 1024 * 1024 + more });
      const peer = await relay.peer();
      // A challenge: [16, 1, 32 bytes]. It is answered by a hello, an array of eight, led by 1.
      peer.sendBinary([0x83, 0x10, 0x01, 0x58, 32, ...new Uint8Array(32)]);
      const hello = await peer.next();
      assert.deepEqual([...hello.payload.subarray(0, 2)], [0x88, 0x01]);
      if (more === 0) {
        peer.sendText("still there?");
        assert.equal((await peer.next()).close, 4003);
      } else {
        assert.equal((await peer.next()).close, 1000);
      }
    });
  });
}

test("host: an application that throws in its callback does not stop the engine", async () => {
  const result = await inPage((page) => page.evaluate(async (url) => {
    const { isOpened, isReply, openHost } = await import("/host_page.mjs");
    let thrown = 0;
    const { host, event } = await openHost({
      relay: url,
      afterEvents() {
        thrown += 1;
        throw new Error("of the application");
      },
    });
    await event(isOpened);
    host.setName(7, "Alice");
    const reply = await event(isReply(7));
    return { error: reply.error ?? "none", name: host.name(), thrown: thrown > 0 };
  }, relay.url));
  assert.deepEqual(result, { error: "none", name: "Alice", thrown: true });
});

test("host: after close() nothing is told any more", async () => {
  const count = await inPage((page) => page.evaluate(async (url) => {
    const { isOpened, openHost } = await import("/host_page.mjs");
    const { host, event, seen } = await openHost({ relay: url });
    await event(isOpened);
    host.setName(1, "Alice");
    host.close();
    seen.length = 0;
    host.setName(2, "Bob");
    host.hint("wake");
    // A second host on the same store has read what the first one wrote by the time it is open.
    const next = await openHost({ relay: url });
    await next.event(isOpened);
    host.delete();
    return seen.length;
  }, relay.url));
  assert.equal(count, 0);
});

test("host: a call after delete() is an error, also when another host has come since", async () => {
  const message = await inPage((page) => page.evaluate(async (url) => {
    const { openHost } = await import("/host_page.mjs");
    const first = await openHost({ relay: url });
    first.host.close();
    first.host.delete();
    await openHost({ relay: url, profile: "bob" });
    try {
      return first.host.address();
    } catch (error) {
      return String(error);
    }
  }, relay.url));
  assert.match(message, /^RuntimeError: /);
});

for (const kind of ["Worker", "SharedWorker"]) {
  test(`host: it opens inside of a ${kind}`, async () => {
    const opened = await inPage((page) => page.evaluate((name) => new Promise((resolve, reject) => {
      const made = new globalThis[name]("/host_worker.mjs", { type: "module" });
      made.onerror = () => reject(new Error("the worker failed"));
      const port = made.port ?? made;
      port.onmessage = (event) => resolve(event.data);
    }), kind));
    assert.match(opened.address, /^[a-z2-7]{52}$/);
  });
}
