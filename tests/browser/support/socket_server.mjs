// A WebSocket server that says only what a test tells it to, including what a relay never would.
// Frames from the browser are parsed as far as the tests need: no fragments.

import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:net";

const opcodes = { text: 1, binary: 2, close: 8 };

function frame(opcode, payload) {
  const head = payload.length < 126
    ? Buffer.from([0x80 | opcode, payload.length])
    : payload.length < 65_536
      ? Buffer.from([0x80 | opcode, 126, payload.length >> 8, payload.length & 255])
      : Buffer.alloc(10);
  if (head.length === 10) {
    head[0] = 0x80 | opcode;
    head[1] = 127;
    head.writeBigUInt64BE(BigInt(payload.length), 2);
  }
  return Buffer.concat([head, payload]);
}

class Peer {
  #socket;
  #bytes = Buffer.alloc(0);
  #waiting = [];
  #received = [];

  constructor(socket, rest) {
    this.#socket = socket;
    socket.on("data", (chunk) => this.#take(chunk));
    socket.on("error", () => socket.destroy());
    this.#take(rest);
  }

  #take(chunk) {
    this.#bytes = Buffer.concat([this.#bytes, chunk]);
    for (;;) {
      const bytes = this.#bytes;
      if (bytes.length < 2) return;
      let size = bytes[1] & 127;
      let at = 2;
      if (size === 126) {
        if (bytes.length < 4) return;
        size = bytes.readUInt16BE(2);
        at = 4;
      } else if (size === 127) {
        if (bytes.length < 10) return;
        size = Number(bytes.readBigUInt64BE(2));
        at = 10;
      }
      if (bytes.length < at + 4 + size) return;
      const mask = bytes.subarray(at, at + 4);
      const payload = Buffer.from(bytes.subarray(at + 4, at + 4 + size));
      for (let i = 0; i < size; i += 1) payload[i] ^= mask[i & 3];
      this.#bytes = bytes.subarray(at + 4 + size);
      const opcode = bytes[0] & 15;
      const seen = opcode === opcodes.close
        ? { close: payload.readUInt16BE(0), reason: String(payload.subarray(2)) }
        : { opcode, payload };
      const next = this.#waiting.shift();
      if (next) next(seen);
      else this.#received.push(seen);
    }
  }

  /** The next frame of the browser: { opcode, payload } or { close, reason }. */
  next() {
    const seen = this.#received.shift();
    return seen ? Promise.resolve(seen) : new Promise((resolve) => this.#waiting.push(resolve));
  }
  sendText(text) {
    this.#socket.write(frame(opcodes.text, Buffer.from(text)));
  }
  sendBinary(bytes) {
    this.#socket.write(frame(opcodes.binary, Buffer.from(bytes)));
  }
  close(code, reason) {
    const payload = Buffer.alloc(2 + Buffer.byteLength(reason));
    payload.writeUInt16BE(code, 0);
    payload.write(reason, 2);
    this.#socket.write(frame(opcodes.close, payload));
    this.#socket.end();
  }
}

/** Starts it: { url, peer() for the next connection, close }. */
export async function startSocketServer() {
  const sockets = new Set();
  const waiting = [];
  const peers = [];
  const server = createServer(async (socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
    let head = Buffer.alloc(0);
    while (!head.includes("\r\n\r\n")) {
      const [chunk] = await once(socket, "data");
      head = Buffer.concat([head, chunk]);
    }
    const end = head.indexOf("\r\n\r\n") + 4;
    const key = /sec-websocket-key: *(\S+)/i.exec(String(head.subarray(0, end)))[1];
    // RFC 6455 section 4.2.2.
    const accept = createHash("sha1")
      .update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest("base64");
    socket.write("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n" +
      `Connection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`);
    const peer = new Peer(socket, head.subarray(end));
    const next = waiting.shift();
    if (next) next(peer);
    else peers.push(peer);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `ws://127.0.0.1:${server.address().port}/ws`,
    peer() {
      const peer = peers.shift();
      return peer ? Promise.resolve(peer) : new Promise((resolve) => waiting.push(resolve));
    },
    close() {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}
