// A TCP proxy between a browser and a relay that can break the connection in every way a network
// does. Unlike a browser's offline switch it also reaches SharedWorkers and open WebSockets, and it
// is the same for all browsers.

import { connect, createServer } from "node:net";

/**
 * Starts a proxy to `target` ({ port, host }). It listens on `port` (0: any free one), so that a
 * test can stop it and start another on the same address.
 */
export async function startTcpProxy(target, { port = 0, capture = false } = {}) {
  const links = new Set();
  const captured = [];
  let opened = 0;
  let passedBytes = 0;
  const rules = {
    refuse: false, // new connections are reset at once
    stall: false, // bytes are held back, in both directions; nobody is told
    delayMs: 0, // each byte arrives so much later
    bytesPerSecond: Infinity,
    cutAfterBytes: Infinity, // counted over both directions of one connection
  };

  function open(client) {
    if (rules.refuse) {
      client.resetAndDestroy();
      return;
    }
    const server = connect({ host: target.host ?? "127.0.0.1", port: target.port });
    const link = {
      number: ++opened, client, server, bytes: 0, held: [], cutAt: Infinity, isDead: false,
    };
    links.add(link);
    client.setNoDelay(true);
    server.setNoDelay(true);

    function close() {
      // What one end of a dead link does, its own end included, the other end does not hear of.
      if (link.isDead && !(client.destroyed && server.destroyed)) return;
      links.delete(link);
      client.destroy();
      server.destroy();
    }
    function forward(from, to, direction) {
      // One chunk at a time keeps their order whatever each of them waits for.
      let previous = Promise.resolve();
      from.on("data", (chunk) => {
        const dueAt = performance.now() + rules.delayMs;
        previous = previous.then(() => pass(chunk, dueAt, from, to, direction));
      });
      from.on("end", () => {
        previous.then(() => {
          if (!link.isDead) to.end();
        });
      });
      from.on("error", close);
      from.on("close", () => {
        previous.then(close);
      });
    }
    async function pass(chunk, dueAt, from, to, direction) {
      if (link.isDead) return;
      // Under way is more than one chunk where they are late, and only one where they are slow.
      const sendMs = (1000 * chunk.length) / rules.bytesPerSecond;
      if (rules.stall || sendMs > 0) from.pause();
      if (rules.stall) await new Promise((resolve) => link.held.push(resolve));
      const wait = Math.max(0, dueAt - performance.now()) + sendMs;
      if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
      const left = Math.min(rules.cutAfterBytes, link.cutAt) - link.bytes;
      const passed = chunk.length > left ? chunk.subarray(0, Math.max(0, left)) : chunk;
      link.bytes += passed.length;
      passedBytes += passed.length;
      if (capture && passed.length > 0) {
        captured.push({ connection: link.number, direction, bytes: Buffer.from(passed) });
      }
      if (!to.destroyed && passed.length > 0) to.write(passed);
      if (passed.length < chunk.length) {
        // end() lets the bytes before the cut arrive; a reset could overtake them.
        to.end();
        from.destroy();
        return;
      }
      from.resume();
    }
    forward(client, server, "up");
    forward(server, client, "down");
  }

  const listener = createServer({ allowHalfOpen: true }, open);
  await new Promise((resolve, reject) => {
    listener.once("error", reject);
    listener.listen(port, "127.0.0.1", resolve);
  });

  const proxy = {
    port: listener.address().port,
    /** Connections that are open now. */
    get connections() {
      return links.size;
    },
    /** Connections so far. */
    get opened() {
      return opened;
    },
    /** Bytes so far, over all connections and in both directions. */
    get passed() {
      return passedBytes;
    },
    /** Chunks that a stall holds back now. */
    get held() {
      return [...links].reduce((sum, link) => sum + link.held.length, 0);
    },
    /** What passed: { connection, direction: "up" | "down", bytes }; only with `capture`. */
    captured,

    /** Ends every connection in order (FIN). */
    close() {
      for (const link of [...links]) {
        link.client.end();
        link.server.end();
      }
    },
    /** Breaks every connection (RST). */
    reset() {
      for (const link of [...links]) {
        link.client.resetAndDestroy();
        link.server.resetAndDestroy();
        links.delete(link);
      }
    },
    /** Breaks every connection and refuses new ones, until restore(). */
    cut() {
      rules.refuse = true;
      proxy.reset();
    },
    /** Holds all bytes back while both sides believe that they are connected, until restore(). */
    stall() {
      rules.stall = true;
    },
    /** Lets every byte arrive so much later, in both directions; as many as come are under way. */
    delay(ms) {
      rules.delayMs = ms;
    },
    slow(bytesPerSecond) {
      rules.bytesPerSecond = bytesPerSecond;
    },
    /** Ends each connection once this many bytes have passed over it. */
    cutAfter(bytes) {
      rules.cutAfterBytes = bytes;
    },
    /** Ends each connection that is open now once this many more bytes have passed over it. */
    cutWithin(bytes) {
      for (const link of links) link.cutAt = link.bytes + bytes;
    },
    /**
     * Loses whatever is said from now on over the connections that are open now; both sides believe
     * in them until they find out. New connections are good.
     */
    halfOpen() {
      for (const link of links) link.isDead = true;
    },
    /** A good network again. Bytes that were held back go on. */
    restore() {
      Object.assign(rules, {
        refuse: false,
        stall: false,
        delayMs: 0,
        bytesPerSecond: Infinity,
        cutAfterBytes: Infinity,
      });
      for (const link of links) for (const go of link.held.splice(0)) go();
    },
    /** Sends later connections elsewhere, for a relay that came back on another port. */
    retarget(next) {
      target = next;
    },
    async stop() {
      proxy.restore();
      rules.refuse = true;
      proxy.reset();
      await new Promise((resolve) => listener.close(resolve));
    },
  };
  return proxy;
}
