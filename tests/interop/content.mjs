// docs/wire_format.md, "Content".

import { decode, encode, read_array, read_bytes, read_u32, read_u64 } from "./cbor.mjs";
import { require_that } from "./primitives.mjs";

const [kText, kReceipt, kIntroduction, kRetryRequest] = [1, 2, 3, 4];

/**
 * @typedef {{ kind: "text", id: Uint8Array, sequence: number | bigint, time: number | bigint,
 *             text: string }} Text
 * @typedef {{ kind: "receipt", status: number, ids: Uint8Array[] }} Receipt
 * @typedef {{ kind: "introduction", mark: Uint8Array, name: string }} Introduction
 * @typedef {{ kind: "retry_request", envelopes: Uint8Array[] }} RetryRequest
 * @typedef {Text | Receipt | Introduction | RetryRequest} Content
 */

/** @param {Content} content */
export const encode_content = (content) => {
  if (content.kind === "text") {
    return encode([kText, content.id, content.sequence, content.time, content.text]);
  }
  if (content.kind === "receipt") return encode([kReceipt, content.status, content.ids]);
  if (content.kind === "retry_request") return encode([kRetryRequest, content.envelopes]);
  return encode([kIntroduction, content.mark, content.name]);
};

/** A message id, in UUIDv7 layout. @param {import("./cbor.mjs").Value | undefined} value */
const read_id = (value) => {
  const id = read_bytes(value, 16);
  require_that(id[6] >> 4 === 7 && id[8] >> 6 === 2, "malformed");
  return id;
};

/** @param {import("./cbor.mjs").Value | undefined} value */
const read_ids = (value) => {
  const listed = read_array(value);
  require_that(listed.length >= 1, "malformed");
  require_that(listed.length <= 256, "too_large");
  return listed.map(read_id);
};

/**
 * @param {import("./cbor.mjs").Value | undefined} value
 * @param {number} bytes_max
 */
const read_text = (value, bytes_max) => {
  require_that(typeof value === "string", "malformed");
  const text = /** @type {string} */ (value);
  require_that(new TextEncoder().encode(text).length <= bytes_max, "too_large");
  return text;
};

/**
 * @param {Uint8Array} bytes
 * @returns {Content}
 */
export const decode_content = (bytes) => {
  const [first, ...fields] = read_array(decode(bytes));
  const kind = read_u32(first);
  if (kind === kText) {
    require_that(fields.length === 4, "malformed");
    require_that(fields[1] !== 0, "malformed");
    return {
      kind: "text",
      id: read_id(fields[0]),
      sequence: read_u64(fields[1]),
      time: read_u64(fields[2]),
      text: read_text(fields[3], 32 * 1024),
    };
  }
  if (kind === kReceipt) {
    require_that(fields.length === 2, "malformed");
    require_that(fields[0] === 2 || fields[0] === 3, "malformed");
    return { kind: "receipt", status: Number(fields[0]), ids: read_ids(fields[1]) };
  }
  if (kind === kRetryRequest) {
    require_that(fields.length === 1, "malformed");
    return { kind: "retry_request", envelopes: read_ids(fields[0]) };
  }
  require_that(kind === kIntroduction, "unknown_type");
  require_that(fields.length === 2, "malformed");
  return { kind: "introduction", mark: read_bytes(fields[0], 16), name: read_text(fields[1], 128) };
};
