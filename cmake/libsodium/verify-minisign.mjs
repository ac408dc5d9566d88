// Verifies a file against its minisign signature and libsodium's public signing key, with nothing
// but node: minisign itself is rarely installed, and depends on libsodium.
//
//   node verify-minisign.mjs FILE SIGNATURE_FILE     exits 0 if the signature is right
//
// Format (minisign's documentation): the key is "Ed", 8 bytes of key id, 32 bytes of Ed25519 key.
// A signature file has an untrusted comment; "Ed" (over the file) or "ED" (over its BLAKE2b-512),
// key id, signature; a trusted comment; a second signature over the first one and that comment.

import { createHash, createPublicKey, verify } from "node:crypto";
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

// As published in libsodium's installation guide.
const kPublicKey = "RWQf6LRCGA9i53mlYecO4IzT51TGPpvWucNSCh1CBM0QTaLn73Y7GFO3";
const kTrustedPrefix = "trusted comment: ";
// What DER puts in front of a raw Ed25519 public key.
const kSpkiPrefix = Buffer.from("302a300506032b6570032100", "hex");

const ed25519Verifies = (data, rawKey, signature) =>
  verify(
    null,
    data,
    createPublicKey({ key: Buffer.concat([kSpkiPrefix, rawKey]), format: "der", type: "spki" }),
    signature,
  );

/** Returns the trusted comment; throws with the reason if anything does not match. */
export const verifyMinisign = (data, signatureText, publicKey = kPublicKey) => {
  const key = Buffer.from(publicKey, "base64");
  const [, first, trusted, second] = signatureText.split(/\r?\n/);
  const head = Buffer.from(first ?? "", "base64");
  const global = Buffer.from(second ?? "", "base64");
  if (key.length !== 42 || head.length !== 74 || global.length !== 64) {
    throw new Error("not a minisign key or signature");
  }
  if (!trusted.startsWith(kTrustedPrefix)) throw new Error("no trusted comment");
  if (!head.subarray(2, 10).equals(key.subarray(2, 10))) throw new Error("signed by another key");

  const algorithm = head.toString("latin1", 0, 2);
  if (algorithm !== "Ed" && algorithm !== "ED") throw new Error("unknown signature algorithm");
  const signed = algorithm === "ED" ? createHash("blake2b512").update(data).digest() : data;
  const signature = head.subarray(10);
  const rawKey = key.subarray(10);
  if (!ed25519Verifies(signed, rawKey, signature)) throw new Error("the file was changed");

  const comment = trusted.slice(kTrustedPrefix.length);
  if (!ed25519Verifies(Buffer.concat([signature, Buffer.from(comment)]), rawKey, global)) {
    throw new Error("the trusted comment was changed");
  }
  return comment;
};

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const [file, signatureFile] = process.argv.slice(2);
  if (signatureFile === undefined) {
    console.error("usage: verify-minisign.mjs FILE SIGNATURE_FILE");
    process.exit(2);
  }
  try {
    const comment = verifyMinisign(readFileSync(file), readFileSync(signatureFile, "utf8"));
    console.log(`signature verified: ${comment}`);
  } catch (error) {
    console.error(`${file}: ${error.message}`);
    process.exit(1);
  }
}
