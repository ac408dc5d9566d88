// The primitives of docs/crypto.md, "Primitives", from libsodium's JavaScript build and noble; and
// the byte notation of that document.

import { sha3_256, shake256 } from "@noble/hashes/sha3.js";
import { ml_kem768 } from "@noble/post-quantum/ml-kem.js";
import sodium from "libsodium-wrappers-sumo";

await sodium.ready;

/** What cannot be read, verified or opened; `code` is a name of docs/wire_format.md, "Errors". */
export class Refused extends Error {
  /** @param {string} code */
  constructor(code) {
    super(code);
    this.code = code;
  }
}

/**
 * @param {boolean} condition
 * @param {string} code
 */
export const require_that = (condition, code) => {
  if (!condition) throw new Refused(code);
};

// --- bytes ---------------------------------------------------------------------------------------

/** @param {string} text */
export const ascii = (text) => new TextEncoder().encode(text);

/** @param {(Uint8Array | string)[]} parts strings stand for their ASCII bytes */
export const concat = (...parts) => {
  const arrays = parts.map((part) => (typeof part === "string" ? ascii(part) : part));
  const out = new Uint8Array(arrays.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const array of arrays) {
    out.set(array, at);
    at += array.length;
  }
  return out;
};

/** @param {number} value */
export const u32 = (value) => {
  const out = new Uint8Array(4);
  new DataView(out.buffer).setUint32(0, value);
  return out;
};

/** @param {Uint8Array | string} bytes */
export const item = (bytes) => concat(u32(bytes.length), bytes);

/** @param {Uint8Array} bytes */
export const to_hex = (bytes) => Buffer.from(bytes).toString("hex");

/** @param {string} hex */
export const from_hex = (hex) => new Uint8Array(Buffer.from(hex.replace(/\s/g, ""), "hex"));

/**
 * @param {Uint8Array} a
 * @param {Uint8Array} b
 */
export const equal = (a, b) => Buffer.compare(a, b) === 0;

// --- entropy -------------------------------------------------------------------------------------

/** The same bytes for the same seed. */
export class Random {
  #key;
  #blocks = 0;
  #pool = new Uint8Array(0);

  /** @param {string} seed */
  constructor(seed) {
    this.#key = sodium.crypto_hash_sha256(ascii(seed));
  }

  /** @param {number} size */
  bytes(size) {
    while (this.#pool.length < size) {
      const key = sodium.crypto_hash_sha256(concat(this.#key, u32(this.#blocks++)));
      this.#pool = concat(this.#pool, sodium.randombytes_buf_deterministic(4096, key));
    }
    const out = this.#pool.slice(0, size);
    this.#pool = this.#pool.subarray(size);
    return out;
  }

  /** A message id in UUIDv7 layout; its time is as random as the rest. */
  id() {
    const out = this.bytes(16);
    out[6] = 0x70 | (out[6] & 15);
    out[8] = 0x80 | (out[8] & 63);
    return out;
  }

  /** A whole number below `bound`, uniform enough for tests. @param {number} bound */
  below(bound) {
    const drawn = this.bytes(4);
    return new DataView(drawn.buffer, drawn.byteOffset).getUint32(0) % bound;
  }

  /** @param {number} percent */
  chance(percent) {
    return this.below(100) < percent;
  }
}

// --- hashes and keys -----------------------------------------------------------------------------

/** @param {Uint8Array} bytes */
export const sha256 = (bytes) => sodium.crypto_hash_sha256(bytes);

/** @param {Uint8Array} bytes */
export const blake2b = (bytes) => sodium.crypto_generichash(32, bytes, null);

/**
 * @param {Uint8Array} key 32 bytes
 * @param {Uint8Array} bytes
 */
export const hmac = (key, bytes) => sodium.crypto_auth_hmacsha256(bytes, key);

/**
 * HKDF-SHA-256, RFC 5869.
 * @param {Uint8Array} salt 32 bytes
 * @param {Uint8Array} input
 * @param {Uint8Array} info
 * @param {number} size
 */
export const hkdf = (salt, input, info, size) => {
  const key = hmac(salt, input);
  let out = new Uint8Array(0);
  let block = new Uint8Array(0);
  for (let counter = 1; out.length < size; ++counter) {
    block = hmac(key, concat(block, info, Uint8Array.of(counter)));
    out = concat(out, block);
  }
  return out.subarray(0, size);
};

/** HKDF cut into three keys: both key derivations of the document have that form. */
export const three_keys = (
  /** @type {Uint8Array} */ salt,
  /** @type {Uint8Array} */ input,
  /** @type {Uint8Array} */ info,
) => {
  const keys = hkdf(salt, input, info, 96);
  return /** @type {[Uint8Array, Uint8Array, Uint8Array]} */ ([
    keys.slice(0, 32),
    keys.slice(32, 64),
    keys.slice(64, 96),
  ]);
};

export const x25519 = {
  /** @param {Uint8Array} secret */
  public_key: (secret) => sodium.crypto_scalarmult_base(secret),

  /**
   * @param {Uint8Array} secret
   * @param {Uint8Array} public_key
   */
  shared(secret, public_key) {
    try {
      return sodium.crypto_scalarmult(secret, public_key);  // Throws for an all-zero result.
    } catch {
      throw new Refused("bad_key");
    }
  },
};

export const ed25519 = {
  /** @param {Uint8Array} seed */
  public_key: (seed) => sodium.crypto_sign_seed_keypair(seed).publicKey,

  /**
   * @param {Uint8Array} seed
   * @param {string} purpose
   * @param {Uint8Array} message
   */
  sign: (seed, purpose, message) =>
    sodium.crypto_sign_detached(
      concat(item(purpose), message),
      sodium.crypto_sign_seed_keypair(seed).privateKey,
    ),

  /**
   * @param {Uint8Array} key
   * @param {string} purpose
   * @param {Uint8Array} message
   * @param {Uint8Array} signature
   */
  verify(key, purpose, message, signature) {
    const signed = concat(item(purpose), message);
    require_that(sodium.crypto_sign_verify_detached(signature, signed, key), "bad_signature");
  },
};

// --- X-Wing --------------------------------------------------------------------------------------

const kKemPublicKey = 1184;  // ML-KEM-768; X25519's 32 bytes follow
const kKemCiphertext = 1088;
const kLabel = from_hex("5c2e2f2f5e5c");

/** @param {Uint8Array} seed */
const expand = (seed) => {
  const expanded = shake256(seed, { dkLen: 96 });
  const kem = ml_kem768.keygen(expanded.subarray(0, 64));
  const secret = expanded.slice(64);
  return { kem, secret, dh_public: x25519.public_key(secret) };
};

const combine = (
  /** @type {Uint8Array} */ kem_shared,
  /** @type {Uint8Array} */ dh_shared,
  /** @type {Uint8Array} */ dh_ciphertext,
  /** @type {Uint8Array} */ dh_public,
) => sha3_256(concat(kem_shared, dh_shared, dh_ciphertext, dh_public, kLabel));

export const x_wing = {
  /** @param {Uint8Array} seed the private key, 32 bytes */
  public_key(seed) {
    const { kem, dh_public } = expand(seed);
    return concat(kem.publicKey, dh_public);
  },

  /**
   * @param {Uint8Array} public_key
   * @param {Uint8Array} entropy 64 bytes
   */
  encapsulate(public_key, entropy) {
    const dh_public = public_key.slice(kKemPublicKey);
    const ephemeral = entropy.slice(32);
    const dh_ciphertext = x25519.public_key(ephemeral);
    const dh_shared = x25519.shared(ephemeral, dh_public);
    let kem;
    try {
      kem = ml_kem768.encapsulate(public_key.slice(0, kKemPublicKey), entropy.slice(0, 32));
    } catch {
      throw new Refused("bad_key");  // Coefficients that are not below the modulus.
    }
    return {
      ciphertext: concat(kem.cipherText, dh_ciphertext),
      shared: combine(kem.sharedSecret, dh_shared, dh_ciphertext, dh_public),
    };
  },

  /**
   * @param {Uint8Array} seed
   * @param {Uint8Array} ciphertext
   */
  decapsulate(seed, ciphertext) {
    const { kem, secret, dh_public } = expand(seed);
    const dh_ciphertext = ciphertext.slice(kKemCiphertext);
    const dh_shared = x25519.shared(secret, dh_ciphertext);
    const kem_shared = ml_kem768.decapsulate(ciphertext.slice(0, kKemCiphertext), kem.secretKey);
    return combine(kem_shared, dh_shared, dh_ciphertext, dh_public);
  },
};

// --- AEAD ----------------------------------------------------------------------------------------

export const aead = {
  /**
   * @param {Uint8Array} key
   * @param {Uint8Array} associated
   * @param {Uint8Array} clear
   * @param {Random} random
   */
  seal(key, associated, clear, random) {
    const nonce = random.bytes(24);
    const sealed = sodium.crypto_aead_xchacha20poly1305_ietf_encrypt(
      clear,
      associated,
      null,
      nonce,
      key,
    );
    return concat(nonce, sealed);
  },

  /**
   * Null when it is not authentic.
   * @param {Uint8Array} key
   * @param {Uint8Array} associated
   * @param {Uint8Array} sealed
   */
  open(key, associated, sealed) {
    if (sealed.length < 40) return null;
    const [nonce, rest] = [sealed.slice(0, 24), sealed.slice(24)];
    try {
      return sodium.crypto_aead_xchacha20poly1305_ietf_decrypt(null, rest, associated, nonce, key);
    } catch {
      return null;
    }
  },
};
