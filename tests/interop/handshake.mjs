// docs/crypto.md, "Handshake".

import { address_of } from "./address.mjs";
import { concat, item, sha256, three_keys, u32, x25519, x_wing } from "./primitives.mjs";

const kSuite = "X25519+X-Wing,Ed25519,HKDF-SHA-256,XChaCha20-Poly1305";
const kNothing = new Uint8Array(0);

/**
 * What both sides know of a handshake.
 * @typedef {import("./address.mjs").PublicKeys} PublicKeys
 * @typedef {{ initiator: PublicKeys, responder: PublicKeys, base_key: Uint8Array,
 *             signed: { id: number, key: Uint8Array },
 *             one_time: { id: number, key: Uint8Array } | null,
 *             kem: { id: number, key: Uint8Array }, last_resort: boolean,
 *             kem_ciphertext: Uint8Array }} Handshake
 * @typedef {{ root_key: Uint8Array, header_key: Uint8Array, next_header_key: Uint8Array,
 *             associated: Uint8Array }} Secrets
 */

/** @param {Handshake} handshake */
const transcript = ({ initiator, responder, base_key, signed, one_time, ...kem }) =>
  concat(
    item(u32(1)),
    item(kSuite),
    item(address_of(initiator)),
    item(address_of(responder)),
    item(initiator.signing_key),
    item(initiator.identity_key),
    item(responder.signing_key),
    item(responder.identity_key),
    item(base_key),
    item(u32(signed.id)),
    item(signed.key),
    item(one_time === null ? kNothing : u32(one_time.id)),
    item(one_time === null ? kNothing : one_time.key),
    item(u32(kem.kem.id)),
    item(u32(kem.last_resort ? 1 : 0)),
    item(kem.kem.key),
    item(kem.kem_ciphertext),
  );

/**
 * @param {Handshake} handshake
 * @param {(Uint8Array | null)[]} shared the DH results in order, then the KEM's
 * @returns {Secrets}
 */
const derive = (handshake, shared) => {
  const input = concat(
    new Uint8Array(32).fill(0xff),
    ...shared.map((secret) => secret ?? kNothing),
  );
  const info = concat("homing/x3dh+xwing/v1", sha256(transcript(handshake)));
  const [root_key, header_key, next_header_key] = three_keys(new Uint8Array(32), input, info);
  const { initiator, responder } = handshake;
  const associated = concat(
    "homing/session/v1",
    address_of(initiator),
    initiator.signing_key,
    initiator.identity_key,
    address_of(responder),
    responder.signing_key,
    responder.identity_key,
  );
  return { root_key, header_key, next_header_key, associated };
};

/**
 * The initiator's half, with a bundle that was verified.
 * @param {import("./identity.mjs").Identity} identity
 * @param {import("./prekeys.mjs").Bundle} bundle
 * @param {import("./primitives.mjs").Random} random
 */
export const initiate = (identity, bundle, random) => {
  const base_secret = random.bytes(32);
  const { ciphertext, shared } = x_wing.encapsulate(bundle.kem.key, random.bytes(64));
  const handshake = {
    initiator: identity.keys,
    responder: bundle.keys,
    base_key: x25519.public_key(base_secret),
    signed: bundle.signed,
    one_time: bundle.one_time,
    kem: bundle.kem,
    last_resort: bundle.last_resort,
    kem_ciphertext: ciphertext,
  };
  const secrets = derive(handshake, [
    identity.shared(bundle.signed.key),
    x25519.shared(base_secret, bundle.keys.identity_key),
    x25519.shared(base_secret, bundle.signed.key),
    bundle.one_time === null ? null : x25519.shared(base_secret, bundle.one_time.key),
    shared,
  ]);
  /** @type {import("./envelope.mjs").FirstFields} */
  const first = {
    keys: identity.keys,
    base_key: handshake.base_key,
    signed_prekey_id: bundle.signed.id,
    one_time_prekey_id: bundle.one_time?.id ?? null,
    kem_id: bundle.kem.id,
    kem_ciphertext: ciphertext,
  };
  return { secrets, first };
};

/**
 * The responder's half.
 * @param {import("./identity.mjs").Identity} identity
 * @param {ReturnType<import("./prekeys.mjs").Prekeys["find"]>} prekeys
 * @param {import("./envelope.mjs").FirstFields} first
 */
export const respond = (identity, prekeys, first) => {
  const { signed, one_time, kem_seed, last_resort } = prekeys;
  const handshake = {
    initiator: first.keys,
    responder: identity.keys,
    base_key: first.base_key,
    signed: { id: first.signed_prekey_id, key: x25519.public_key(signed) },
    one_time:
      one_time === null
        ? null
        : { id: Number(first.one_time_prekey_id), key: x25519.public_key(one_time) },
    kem: { id: first.kem_id, key: x_wing.public_key(kem_seed) },
    last_resort,
    kem_ciphertext: first.kem_ciphertext,
  };
  return derive(handshake, [
    x25519.shared(signed, first.keys.identity_key),
    identity.shared(first.base_key),
    x25519.shared(signed, first.base_key),
    one_time === null ? null : x25519.shared(one_time, first.base_key),
    x_wing.decapsulate(kem_seed, first.kem_ciphertext),
  ]);
};
