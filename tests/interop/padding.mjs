// docs/crypto.md, "Padding".

import { concat, require_that } from "./primitives.mjs";

/** @param {number} content_size */
export const padded_size = (content_size) => {
  const marked = content_size + 1;
  if (marked <= 1024) return Math.min(Math.ceil(marked / 160) * 160, 1024);
  const exponent = Math.floor(Math.log2(marked));
  const step = 2 ** (exponent - (Math.floor(Math.log2(exponent)) + 1));
  return Math.ceil(marked / step) * step;
};

/** @param {Uint8Array} content */
export const pad = (content) => {
  const out = new Uint8Array(padded_size(content.length));
  out.set(concat(content, Uint8Array.of(0x80)));
  return out;
};

/** @param {Uint8Array} padded */
export const unpad = (padded) => {
  let size = padded.length;
  while (size > 0 && padded[size - 1] === 0) --size;
  require_that(size > 0 && padded[size - 1] === 0x80, "undecryptable");
  require_that(padded_size(size - 1) === padded.length, "undecryptable");
  return padded.slice(0, size - 1);
};
