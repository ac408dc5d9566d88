// Addresses and invites: docs/crypto.md, "Keys", and docs/wire_format.md, "Invite".

import { blake2b, concat, ed25519, require_that } from "./primitives.mjs";

const kAlphabet = "abcdefghijklmnopqrstuvwxyz234567";
const kNameBytesMax = 128;
const kFixedBytes = 1 + 32 + 32 + 64 + 16;

/**
 * The public half of an identity.
 * @typedef {{ signing_key: Uint8Array, identity_key: Uint8Array,
 *             signature: Uint8Array }} PublicKeys
 */

/** @param {{ signing_key: Uint8Array, identity_key: Uint8Array }} keys */
export const address_of = ({ signing_key, identity_key }) =>
  blake2b(concat("homing/address/v1", signing_key, identity_key));

/** @param {Uint8Array} address */
export const to_text = (address) => {
  let bits = BigInt(`0x${Buffer.from(address).toString("hex")}`) << 4n;
  let out = "";
  for (let i = 0; i < 52; ++i, bits >>= 5n) out = kAlphabet[Number(bits & 31n)] + out;
  return out;
};

/** @param {string} text */
export const parse = (text) => {
  require_that(/^[a-z2-7]{52}$/.test(text), "bad_address");
  let bits = 0n;
  for (const character of text) bits = (bits << 5n) | BigInt(kAlphabet.indexOf(character));
  require_that((bits & 15n) === 0n, "bad_address");
  const hex = (bits >> 4n).toString(16).padStart(64, "0");
  return new Uint8Array(Buffer.from(hex, "hex"));
};

/**
 * @param {PublicKeys} keys
 * @param {Uint8Array | null} expected an address that the keys must have
 */
export const verify_identity = (keys, expected) => {
  if (expected !== null) {
    require_that(Buffer.compare(address_of(keys), expected) === 0, "bad_address");
  }
  ed25519.verify(
    keys.signing_key,
    "homing/sign/identity-key/v1",
    keys.identity_key,
    keys.signature,
  );
};

/**
 * @param {PublicKeys} keys
 * @param {Uint8Array} mark 16 bytes
 * @param {string} name
 */
export const encode_invite = ({ signing_key, identity_key, signature }, mark, name) => {
  const utf8 = new TextEncoder().encode(name);
  const bytes = concat(Uint8Array.of(1), signing_key, identity_key, signature, mark, utf8);
  return Buffer.from(bytes).toString("base64url");
};

/** @param {string} written */
export const decode_invite = (written) => {
  const text = written.replace(/^[ \t\r\n]+|[ \t\r\n]+$/g, "");
  const bytes = new Uint8Array(Buffer.from(text, "base64url"));
  // Also refuses signs outside of the alphabet, and bits left over that are not zero.
  require_that(Buffer.from(bytes).toString("base64url") === text, "malformed");
  require_that(bytes.length >= 1, "malformed");
  require_that(bytes[0] === 1, "unsupported");
  require_that(bytes.length >= kFixedBytes, "malformed");
  require_that(bytes.length <= kFixedBytes + kNameBytesMax, "too_large");
  const keys = {
    signing_key: bytes.slice(1, 33),
    identity_key: bytes.slice(33, 65),
    signature: bytes.slice(65, 129),
  };
  const mark = bytes.slice(129, 145);
  let name;
  try {
    const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
    name = utf8.decode(bytes.subarray(kFixedBytes));
  } catch {
    require_that(false, "malformed");
  }
  verify_identity(keys, null);
  return { keys, mark, name: /** @type {string} */ (name) };
};
