// Goal: the search for message texts in what the relay sees can fail. Method: hide a text in every
// disguise, at every alignment, and in masked WebSocket frames, and see it found.

import assert from "node:assert/strict";
import { test } from "node:test";

import { findLeaks } from "./support/leak_search.mjs";
import { captureContents } from "./support/websocket_capture.mjs";

const text = "meet me at the harbour";

for (const encoding of ["utf8", "utf16le", "hex", "base64", "base64url"]) {
  test(`leak search: a text is found in ${encoding}, wherever it starts`, () => {
    for (const before of ["", "a", "ab", "abc"]) {
      for (const after of ["", "y", "yz"]) {
        const bytes = Buffer.from(before + text + after);
        const hidden = encoding === "utf16le"
          ? Buffer.from(before + text + after, "utf16le")
          : Buffer.from(encoding === "utf8" ? bytes : bytes.toString(encoding));
        assert.notDeepEqual(findLeaks(hidden, text), [], `${before}|${after}`);
      }
    }
  });
}

test("leak search: what is not there is not found", () => {
  assert.deepEqual(findLeaks(Buffer.from("meet me at the airport"), text), []);
});

test("leak search: masked frames are read, also when cut into chunks", () => {
  const mask = Buffer.from([7, 99, 200, 31]);
  const payload = Buffer.from(text).map((byte, i) => byte ^ mask[i % 4]);
  const frame = Buffer.concat([Buffer.from([0x82, 0x80 | payload.length]), mask, payload]);
  const stream = Buffer.concat([Buffer.from("GET /ws HTTP/1.1\r\nhost: x\r\n\r\n"), frame, frame]);
  const captured = [stream.subarray(0, 40), stream.subarray(40)].map((bytes) =>
    ({ connection: 1, direction: "up", bytes }));
  const contents = captureContents(captured);
  assert.equal(contents.length, 2);
  assert.deepEqual(findLeaks(contents[0], text), []);
  assert.deepEqual(findLeaks(contents[1], text + text), ["as it is"]);
});
