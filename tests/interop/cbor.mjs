// The CBOR profile of docs/wire_format.md.

import { Refused, concat, require_that } from "./primitives.mjs";

/** @typedef {number | bigint | boolean | null | string | Uint8Array | Value[]} Value */

const kBytesMax = 65536;
const kDepthMax = 8;
const [kUnsigned, kBytes, kText, kArray] = [0, 2, 3, 4];
const [kFalse, kTrue, kNull] = [0xf4, 0xf5, 0xf6];

/**
 * @param {number} kind
 * @param {number | bigint} value
 */
const head = (kind, value) => {
  const big = BigInt(value);
  if (big < 24n) return Uint8Array.of((kind << 5) | Number(big));
  const width = big < 1n << 8n ? 1 : big < 1n << 16n ? 2 : big < 1n << 32n ? 4 : 8;
  const out = new Uint8Array(1 + width);
  out[0] = (kind << 5) | (24 + Math.log2(width));
  for (let i = 0; i < width; ++i) out[width - i] = Number((big >> BigInt(8 * i)) & 255n);
  return out;
};

/**
 * @param {Value} value
 * @returns {Uint8Array}
 */
export const encode = (value) => {
  if (value === null) return Uint8Array.of(kNull);
  if (typeof value === "boolean") return Uint8Array.of(value ? kTrue : kFalse);
  if (typeof value === "number" || typeof value === "bigint") return head(kUnsigned, value);
  if (Array.isArray(value)) return concat(head(kArray, value.length), ...value.map(encode));
  const bytes = typeof value === "string" ? new TextEncoder().encode(value) : value;
  return concat(head(typeof value === "string" ? kText : kBytes, bytes.length), bytes);
};

class Decoder {
  #bytes;
  #at = 0;

  /** @param {Uint8Array} bytes */
  constructor(bytes) {
    this.#bytes = bytes;
  }

  finished() {
    return this.#at === this.#bytes.length;
  }

  /** @param {number | bigint} size */
  #take(size) {
    require_that(BigInt(size) <= BigInt(this.#bytes.length - this.#at), "truncated");
    return this.#bytes.slice(this.#at, (this.#at += Number(size)));
  }

  /**
   * The number of a head in its shortest form.
   * @param {number} low the five low bits of its first byte
   */
  #number(low) {
    if (low < 24) return low;
    require_that(low < 28, "malformed");
    const width = 1 << (low - 24);
    const value = this.#take(width).reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
    const least = width === 1 ? 24n : 1n << BigInt(4 * width);
    require_that(value >= least, "non_canonical");
    return value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value;
  }

  /**
   * @param {number} depth
   * @returns {Value}
   */
  value(depth) {
    const [first] = this.#take(1);
    if (first === kNull) return null;
    if (first === kTrue || first === kFalse) return first === kTrue;
    const [kind, low] = [first >> 5, first & 31];
    // Indefinite lengths and their end, of whatever kind.
    require_that(low !== 31, "non_canonical");
    require_that([kUnsigned, kBytes, kText, kArray].includes(kind), "malformed");
    const number = this.#number(low);
    if (kind === kUnsigned) return number;
    if (kind === kBytes) return this.#take(number);
    if (kind === kArray) {
      require_that(depth < kDepthMax, "too_deep");
      const out = [];
      for (let i = 0; i < number; ++i) out.push(this.value(depth + 1));
      return out;
    }
    try {
      const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
      return utf8.decode(this.#take(number));
    } catch (error) {
      throw error instanceof Refused ? error : new Refused("malformed");
    }
  }
}

/** @param {Uint8Array} bytes */
export const decode = (bytes) => {
  require_that(bytes.length <= kBytesMax, "too_large");
  const decoder = new Decoder(bytes);
  const value = decoder.value(0);
  require_that(decoder.finished(), "non_canonical");
  return value;
};

// --- what a field must be ------------------------------------------------------------------------

/** @param {Value | undefined} value */
export const read_u32 = (value) => {
  require_that(typeof value === "number" && value < 2 ** 32, "malformed");
  return /** @type {number} */ (value);
};

/** @param {Value | undefined} value */
export const read_u64 = (value) => {
  require_that(typeof value === "number" || typeof value === "bigint", "malformed");
  return /** @type {number | bigint} */ (value);
};

/**
 * @param {Value | undefined} value
 * @param {number} size
 */
export const read_bytes = (value, size) => {
  require_that(value instanceof Uint8Array && value.length === size, "malformed");
  return /** @type {Uint8Array} */ (value);
};

/** @param {Value | undefined} value */
export const read_array = (value) => {
  require_that(Array.isArray(value), "malformed");
  return /** @type {Value[]} */ (value);
};
