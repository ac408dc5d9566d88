// A person's long-term keys: docs/crypto.md, "Keys".

import { address_of } from "./address.mjs";
import { ed25519, x25519 } from "./primitives.mjs";

export class Identity {
  #signing_seed;
  #dh_secret;

  /**
   * @param {Uint8Array} signing_seed
   * @param {Uint8Array} dh_secret
   */
  constructor(signing_seed, dh_secret) {
    this.#signing_seed = signing_seed;
    this.#dh_secret = dh_secret;
    const identity_key = x25519.public_key(dh_secret);
    this.keys = {
      signing_key: ed25519.public_key(signing_seed),
      identity_key,
      signature: this.sign("homing/sign/identity-key/v1", identity_key),
    };
    this.address = address_of(this.keys);
  }

  /** @param {import("./primitives.mjs").Random} random */
  static generate(random) {
    return new Identity(random.bytes(32), random.bytes(32));
  }

  /**
   * @param {string} purpose
   * @param {Uint8Array} message
   */
  sign(purpose, message) {
    return ed25519.sign(this.#signing_seed, purpose, message);
  }

  /** @param {Uint8Array} public_key */
  shared(public_key) {
    return x25519.shared(this.#dh_secret, public_key);
  }
}
