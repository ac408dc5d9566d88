// Goal: the proxy breaks connections in the way its methods say, or the tests that use it prove
// nothing.
// Method: an echo server behind it, plain sockets in front of it.

import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, createServer } from "node:net";
import { after, afterEach, before, beforeEach, test } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";

import { startTcpProxy } from "./support/tcp_proxy.mjs";

let echo;
let proxy;
before(async () => {
  echo = createServer((socket) => {
    socket.on("error", () => socket.destroy());
    socket.pipe(socket);
  });
  await new Promise((resolve) => echo.listen(0, "127.0.0.1", resolve));
});
after(() => echo.close());
beforeEach(async () => {
  proxy = await startTcpProxy({ port: echo.address().port }, { capture: true });
});
afterEach(() => proxy.stop());

async function dial() {
  const socket = connect({ host: "127.0.0.1", port: proxy.port });
  const seen = [];
  socket.on("data", (chunk) => seen.push(chunk));
  const ended = new Promise((resolve) => {
    socket.once("end", () => resolve("end"));
    socket.once("error", (error) => resolve(error.code));
  });
  await once(socket, "connect");
  return {
    socket,
    ended,
    text: () => Buffer.concat(seen).toString(),
    async say(words) {
      socket.write(words);
      await once(socket, "data");
    },
  };
}

test("proxy: bytes pass both ways and are captured", async () => {
  const link = await dial();
  await link.say("hello");
  assert.equal(link.text(), "hello");
  assert.deepEqual(proxy.captured.map(({ direction, bytes }) => [direction, String(bytes)]),
    [["up", "hello"], ["down", "hello"]]);
  link.socket.destroy();
});

test("proxy: close ends in order, cut resets and refuses until restore", async () => {
  const first = await dial();
  await first.say("a");
  proxy.close();
  assert.equal(await first.ended, "end");

  const second = await dial();
  await second.say("b");
  proxy.cut();
  assert.equal(await second.ended, "ECONNRESET");
  const refused = connect({ host: "127.0.0.1", port: proxy.port });
  const [error] = await once(refused, "error");
  assert.equal(error.code, "ECONNRESET");

  proxy.restore();
  const third = await dial();
  await third.say("c");
  third.socket.destroy();
});

test("proxy: a stalled link delivers nothing and loses nothing", async () => {
  const link = await dial();
  await link.say("1");
  proxy.stall();
  link.socket.write("2");
  while (proxy.held === 0) await nextTurn();
  assert.equal(link.text(), "1");
  assert.equal(proxy.connections, 1);
  proxy.restore();
  while (link.text() !== "12") await once(link.socket, "data");
  link.socket.destroy();
});

test("proxy: a link is cut after exactly so many bytes", async () => {
  proxy.cutAfter(7);
  const link = await dial();
  link.socket.write("12345");
  await link.ended;
  assert.equal(proxy.captured.reduce((sum, { bytes }) => sum + bytes.length, 0), 7);
  assert.equal(link.text(), "12");
});

test("proxy: an open link is cut after so many more bytes, a later one is not", async () => {
  const first = await dial();
  await first.say("123");
  proxy.cutWithin(5);
  first.socket.write("4567");
  await first.ended;
  assert.equal(first.text(), "1234");
  const second = await dial();
  await second.say("12345678");
  assert.equal(second.text(), "12345678");
  second.socket.destroy();
});

test("proxy: a half-open link loses what is said and tells nobody, later ones work", async () => {
  const first = await dial();
  await first.say("1");
  proxy.halfOpen();
  first.socket.write("2");
  const second = await dial();
  await second.say("3");
  // The echo of the second link has come back; that of the first would have, too.
  assert.equal(first.text(), "1");
  assert.equal(first.socket.readyState, "open");
  first.socket.destroy();
  second.socket.destroy();
});

test("proxy: a late link is as wide as any other, only later", async () => {
  proxy.delay(100);
  const link = await dial();
  const began = performance.now();
  for (const word of ["1", "2", "3", "4", "5"]) {
    link.socket.write(word);
    // Chunks of their own: the next one is written when the proxy has this one.
    while (link.socket.bytesWritten < Number(word)) await nextTurn();
    await nextTurn();
  }
  while (link.text() !== "12345") await once(link.socket, "data");
  const took = performance.now() - began;
  // There and back, and not five times.
  assert.ok(took >= 199 && took < 600, `${took} ms`);
  link.socket.destroy();
});
