// Reads the payloads out of captured TCP bytes. Clients mask what they send (RFC 6455 section 5.3),
// so a search of the raw bytes would find nothing, whatever was in them.

const endOfHeaders = Buffer.from("\r\n\r\n");

/** Payloads of the frames in one direction of one connection; a cut-off last frame included. */
export function framePayloads(stream) {
  const start = stream.indexOf(endOfHeaders);
  if (start < 0) return [];
  const payloads = [];
  let at = start + endOfHeaders.length;
  while (at + 2 <= stream.length) {
    const isMasked = (stream[at + 1] & 0x80) !== 0;
    let size = stream[at + 1] & 0x7f;
    at += 2;
    if (size === 126) {
      if (at + 2 > stream.length) break;
      size = stream.readUInt16BE(at);
      at += 2;
    } else if (size === 127) {
      if (at + 8 > stream.length) break;
      size = Number(stream.readBigUInt64BE(at));
      at += 8;
    }
    const mask = isMasked ? stream.subarray(at, at + 4) : undefined;
    if (isMasked) at += 4;
    const payload = Buffer.from(stream.subarray(at, at + size));
    if (mask !== undefined) payload.forEach((byte, i) => { payload[i] = byte ^ mask[i % 4]; });
    payloads.push(payload);
    at += size;
  }
  return payloads;
}

/** What a proxy captured ({ connection, direction, bytes }), as raw and as unmasked bytes. */
export function captureContents(captured) {
  const streams = new Map();
  for (const { connection, direction, bytes } of captured) {
    const key = `${connection} ${direction}`;
    streams.set(key, [...(streams.get(key) ?? []), bytes]);
  }
  const raw = [...streams.values()].map((chunks) => Buffer.concat(chunks));
  return [...raw, ...raw.flatMap((stream) => Buffer.concat(framePayloads(stream)))];
}
