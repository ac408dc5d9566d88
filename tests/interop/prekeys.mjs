// Prekeys, bundles and publications: docs/crypto.md, "Keys".

import { verify_identity } from "./address.mjs";
import { decode, encode, read_array, read_bytes, read_u32 } from "./cbor.mjs";
import {
  Refused,
  concat,
  ed25519,
  equal,
  require_that,
  u32,
  x25519,
  x_wing,
} from "./primitives.mjs";

const kVersion = 1;
const kKemKeyBytes = 1216;
const kOneTimeMax = 100;
const kOneTimeKemMax = 20;
const kRememberedMax = 1000;

const kPurpose = {
  signed: "homing/sign/signed-prekey/v1",
  one_time: "homing/sign/one-time-prekey/v1",
  kem: "homing/sign/kem-one-time/v1",
  last_resort: "homing/sign/kem-last-resort/v1",
};

/**
 * @typedef {import("./address.mjs").PublicKeys} PublicKeys
 * @typedef {{ id: number, key: Uint8Array, signature: Uint8Array }} Prekey
 * @typedef {{ keys: PublicKeys, signed: Prekey, kem: Prekey, last_resort: boolean,
 *             one_time: Prekey | null }} Bundle
 * @typedef {{ keys: PublicKeys, signed: Prekey, last_resort: Prekey, one_time: Prekey[],
 *             kem: Prekey[] }} Publication
 */

// --- written form --------------------------------------------------------------------------------

/** @param {Prekey} prekey */
const listed = ({ id, key, signature }) => [id, key, signature];

/** @param {PublicKeys} keys */
const listed_keys = (keys) => [keys.signing_key, keys.identity_key, keys.signature];

/**
 * @param {import("./cbor.mjs").Value[]} fields
 * @param {number} key_bytes
 * @returns {Prekey}
 */
const read_prekey = (fields, key_bytes) => {
  require_that(fields.length === 3, "malformed");
  return {
    id: read_u32(fields[0]),
    key: read_bytes(fields[1], key_bytes),
    signature: read_bytes(fields[2], 64),
  };
};

/** @param {import("./cbor.mjs").Value[]} fields */
const read_keys = (fields) => ({
  signing_key: read_bytes(fields[0], 32),
  identity_key: read_bytes(fields[1], 32),
  signature: read_bytes(fields[2], 64),
});

/** @param {Bundle} bundle */
export const encode_bundle = ({ keys, signed, kem, last_resort, one_time }) =>
  encode([
    kVersion,
    ...listed_keys(keys),
    ...listed(signed),
    ...listed(kem),
    last_resort,
    one_time === null ? null : listed(one_time),
  ]);

/**
 * @param {Uint8Array} bytes
 * @returns {Bundle}
 */
export const decode_bundle = (bytes) => {
  const [version, ...fields] = read_array(decode(bytes));
  require_that(read_u32(version) === kVersion, "unsupported");
  require_that(fields.length === 11 && typeof fields[9] === "boolean", "malformed");
  return {
    keys: read_keys(fields),
    signed: read_prekey(fields.slice(3, 6), 32),
    kem: read_prekey(fields.slice(6, 9), kKemKeyBytes),
    last_resort: fields[9] === true,
    one_time: fields[10] === null ? null : read_prekey(read_array(fields[10]), 32),
  };
};

/** @param {Publication} publication */
export const encode_publication = ({ keys, signed, last_resort, one_time, kem }) =>
  encode([
    kVersion,
    ...listed_keys(keys),
    ...listed(signed),
    ...listed(last_resort),
    one_time.map(listed),
    kem.map(listed),
  ]);

/**
 * @param {import("./cbor.mjs").Value | undefined} value
 * @param {number} key_bytes
 * @param {number} count_max
 */
const read_prekeys = (value, key_bytes, count_max) => {
  const list = read_array(value);
  require_that(list.length <= count_max, "too_large");
  const out = list.map((prekey) => read_prekey(read_array(prekey), key_bytes));
  for (let i = 1; i < out.length; ++i) require_that(out[i - 1].id < out[i].id, "malformed");
  return out;
};

/**
 * @param {Uint8Array} bytes
 * @returns {Publication}
 */
export const decode_publication = (bytes) => {
  const [version, ...fields] = read_array(decode(bytes));
  require_that(read_u32(version) === kVersion, "unsupported");
  require_that(fields.length === 11, "malformed");
  return {
    keys: read_keys(fields),
    signed: read_prekey(fields.slice(3, 6), 32),
    last_resort: read_prekey(fields.slice(6, 9), kKemKeyBytes),
    one_time: read_prekeys(fields[9], 32, kOneTimeMax),
    kem: read_prekeys(fields[10], kKemKeyBytes, kOneTimeKemMax),
  };
};

// --- signatures ----------------------------------------------------------------------------------

/** @param {Prekey} prekey */
const signed_message = ({ id, key }) => concat(u32(id), key);

/**
 * @param {PublicKeys} keys
 * @param {string} purpose
 * @param {Prekey} prekey
 */
const verify_prekey = (keys, purpose, prekey) =>
  ed25519.verify(keys.signing_key, purpose, signed_message(prekey), prekey.signature);

/**
 * @param {Bundle} bundle
 * @param {Uint8Array} expected the owner's address
 */
export const verify_bundle = (bundle, expected) => {
  verify_identity(bundle.keys, expected);
  verify_prekey(bundle.keys, kPurpose.signed, bundle.signed);
  verify_prekey(
    bundle.keys,
    bundle.last_resort ? kPurpose.last_resort : kPurpose.kem,
    bundle.kem,
  );
  if (bundle.one_time !== null) verify_prekey(bundle.keys, kPurpose.one_time, bundle.one_time);
};

/**
 * @param {Publication} publication
 * @param {Uint8Array} expected
 */
export const verify_publication = ({ keys, signed, last_resort, one_time, kem }, expected) => {
  verify_identity(keys, expected);
  verify_prekey(keys, kPurpose.signed, signed);
  verify_prekey(keys, kPurpose.last_resort, last_resort);
  for (const prekey of one_time) verify_prekey(keys, kPurpose.one_time, prekey);
  for (const prekey of kem) verify_prekey(keys, kPurpose.kem, prekey);
};

// --- our own -------------------------------------------------------------------------------------

/**
 * The private halves of the prekeys of one identity.
 */
export class Prekeys {
  #identity;
  #next_id = 1;
  #signed;
  #last_resort;
  /** @type {Map<number, Uint8Array>} */
  #one_time = new Map();
  /** @type {Map<number, Uint8Array>} */
  #kem = new Map();
  /** @type {{ signed_id: number, kem_id: number, base_key: Uint8Array }[]} */
  #remembered = [];

  /**
   * @param {import("./identity.mjs").Identity} identity
   * @param {number} one_time
   * @param {number} kem
   * @param {import("./primitives.mjs").Random} random
   */
  constructor(identity, one_time, kem, random) {
    this.#identity = identity;
    this.#signed = { id: this.#next_id++, secret: random.bytes(32) };
    this.#last_resort = { id: this.#next_id++, secret: random.bytes(32) };
    for (let i = 0; i < one_time; ++i) this.#one_time.set(this.#next_id++, random.bytes(32));
    for (let i = 0; i < kem; ++i) this.#kem.set(this.#next_id++, random.bytes(32));
  }

  /**
   * @param {string} purpose
   * @param {number} id
   * @param {Uint8Array} key
   * @returns {Prekey}
   */
  #sign(purpose, id, key) {
    return { id, key, signature: this.#identity.sign(purpose, concat(u32(id), key)) };
  }

  /** @returns {Publication} */
  publication() {
    const { id, secret } = this.#signed;
    const last_resort = x_wing.public_key(this.#last_resort.secret);
    return {
      keys: this.#identity.keys,
      signed: this.#sign(kPurpose.signed, id, x25519.public_key(secret)),
      last_resort: this.#sign(kPurpose.last_resort, this.#last_resort.id, last_resort),
      one_time: [...this.#one_time].map(([id, secret]) =>
        this.#sign(kPurpose.one_time, id, x25519.public_key(secret)),
      ),
      kem: [...this.#kem].map(([id, seed]) =>
        this.#sign(kPurpose.kem, id, x_wing.public_key(seed)),
      ),
    };
  }

  /**
   * The private keys that a first message names.
   * @param {import("./envelope.mjs").FirstFields} first
   */
  find({ signed_prekey_id, one_time_prekey_id, kem_id, base_key }) {
    const last_resort = kem_id === this.#last_resort.id;
    const kem_seed = last_resort ? this.#last_resort.secret : this.#kem.get(kem_id);
    const one_time =
      one_time_prekey_id === null ? null : this.#one_time.get(one_time_prekey_id);
    const replayed = this.#remembered.some(
      (first) =>
        first.signed_id === signed_prekey_id &&
        first.kem_id === kem_id &&
        equal(first.base_key, base_key),
    );
    if (
      signed_prekey_id !== this.#signed.id ||
      kem_seed === undefined ||
      one_time === undefined ||
      replayed
    ) {
      throw new Refused("undecryptable");
    }
    return { signed: this.#signed.secret, one_time, kem_seed, last_resort };
  }

  /**
   * Called once a first message was opened.
   * @param {import("./envelope.mjs").FirstFields} first
   */
  consume({ signed_prekey_id, one_time_prekey_id, kem_id, base_key }) {
    const used_kem = this.#kem.delete(kem_id);
    const used_one_time = one_time_prekey_id !== null && this.#one_time.delete(one_time_prekey_id);
    if (used_kem || used_one_time) return;
    this.#remembered.push({ signed_id: signed_prekey_id, kem_id, base_key });
    if (this.#remembered.length > kRememberedMax) this.#remembered.shift();
  }
}
