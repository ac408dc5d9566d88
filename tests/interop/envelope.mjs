// docs/crypto.md, "Envelope".

import { decode, encode, read_array, read_bytes, read_u32 } from "./cbor.mjs";
import { require_that } from "./primitives.mjs";

const kVersion = 1;
const [kFirst, kLater] = [1, 2];
const kBytesMax = 48 * 1024;
const kSealedHeaderBytes = 80;
export const kKemCiphertextBytes = 1120;

/**
 * What a first message has and a later one has not.
 * @typedef {{ keys: import("./address.mjs").PublicKeys, base_key: Uint8Array,
 *             signed_prekey_id: number, one_time_prekey_id: number | null, kem_id: number,
 *             kem_ciphertext: Uint8Array }} FirstFields
 * @typedef {{ first: FirstFields | null, header: Uint8Array, body: Uint8Array }} Envelope
 */

/** @param {FirstFields} first */
export const listed = (first) => [
  first.keys.signing_key,
  first.keys.identity_key,
  first.keys.signature,
  first.base_key,
  first.signed_prekey_id,
  first.one_time_prekey_id,
  first.kem_id,
  first.kem_ciphertext,
];

/** @param {Envelope} envelope */
export const encode_envelope = ({ first, header, body }) => {
  const out = encode([
    kVersion,
    ...(first === null ? [kLater] : [kFirst, ...listed(first)]),
    header,
    body,
  ]);
  require_that(out.length <= kBytesMax, "too_large");
  return out;
};

/**
 * @param {Uint8Array} bytes
 * @returns {Envelope}
 */
export const decode_envelope = (bytes) => {
  require_that(bytes.length <= kBytesMax, "too_large");
  const [version, kind, ...fields] = read_array(decode(bytes));
  require_that(read_u32(version) === kVersion, "unsupported");
  require_that(read_u32(kind) === kFirst || kind === kLater, "unknown_type");
  require_that(fields.length === (kind === kFirst ? 10 : 2), "malformed");
  const [header, body] = fields.slice(-2);
  require_that(body instanceof Uint8Array, "malformed");
  return {
    first:
      kind === kLater
        ? null
        : {
            keys: {
              signing_key: read_bytes(fields[0], 32),
              identity_key: read_bytes(fields[1], 32),
              signature: read_bytes(fields[2], 64),
            },
            base_key: read_bytes(fields[3], 32),
            signed_prekey_id: read_u32(fields[4]),
            one_time_prekey_id: fields[5] === null ? null : read_u32(fields[5]),
            kem_id: read_u32(fields[6]),
            kem_ciphertext: read_bytes(fields[7], kKemCiphertextBytes),
          },
    header: read_bytes(header, kSealedHeaderBytes),
    body: /** @type {Uint8Array} */ (body),
  };
};
