// Goal: the signature check that libsodium's source passes through accepts what minisign signs, and
// nothing else.
// Method: a signature made by libsodium's own signing key (published with the minisign-verify
// library, over the four bytes "test"), a key pair of our own for the pre-hashed kind, and changes.

import assert from "node:assert/strict";
import { createHash, generateKeyPairSync, sign } from "node:crypto";
import { test } from "node:test";

import { verifyMinisign } from "../../cmake/libsodium/verify-minisign.mjs";

const kSigned = Buffer.from("test");
const kSignature = [
  "untrusted comment: signature from minisign secret key",
  "RWQf6LRCGA9i59SLOFxz6NxvASXDJeRtuZykwQepbDEGt87ig1BNpWaVWuNrm73Y" +
    "iIiJbq71Wi+dP9eKL8OC351vwIasSSbXxwA=",
  "trusted comment: timestamp:1555779966\tfile:test",
  "QtKMXWyYcwdpZAlPF7tE2ENJkRd1ujvKjlj1m9RtHTBnZPa5WKU5uWRs5GoP5M/VqE81QFuMKI5k/SfNQUaOAA==",
  "",
].join("\n");

/** A key and a pre-hashed signature over `data`, as minisign writes them. */
const signPrehashed = (data) => {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  const raw = publicKey.export({ format: "der", type: "spki" }).subarray(-32);
  const id = Buffer.from("0123456789abcdef", "hex");
  const comment = "file:test";
  const signature = sign(null, createHash("blake2b512").update(data).digest(), privateKey);
  const global = sign(null, Buffer.concat([signature, Buffer.from(comment)]), privateKey);
  return {
    key: Buffer.concat([Buffer.from("Ed"), id, raw]).toString("base64"),
    text: [
      "untrusted comment: any",
      Buffer.concat([Buffer.from("ED"), id, signature]).toString("base64"),
      `trusted comment: ${comment}`,
      global.toString("base64"),
    ].join("\n"),
  };
};

test("minisign: a signature by libsodium's own key is accepted", () => {
  assert.equal(verifyMinisign(kSigned, kSignature), "timestamp:1555779966\tfile:test");
});

test("minisign: a changed file is refused", () => {
  assert.throws(() => verifyMinisign(Buffer.from("Test"), kSignature), /the file was changed/);
});

test("minisign: a changed trusted comment is refused", () => {
  const changed = kSignature.replace("file:test", "file:tesT");
  assert.throws(() => verifyMinisign(kSigned, changed), /trusted comment was changed/);
});

test("minisign: a signature by another key is refused", () => {
  const { text } = signPrehashed(kSigned);
  assert.throws(() => verifyMinisign(kSigned, text), /another key/);
});

test("minisign: an empty or cut signature file is refused", () => {
  const lines = kSignature.split("\n");
  assert.throws(() => verifyMinisign(kSigned, ""), /not a minisign/);
  for (let count = 1; count < 4; ++count) {
    assert.throws(() => verifyMinisign(kSigned, lines.slice(0, count).join("\n")));
  }
});

test("minisign: a pre-hashed signature is accepted, and refused for another file", () => {
  const { key, text } = signPrehashed(kSigned);
  assert.equal(verifyMinisign(kSigned, text, key), "file:test");
  assert.throws(() => verifyMinisign(Buffer.from("Test"), text, key), /the file was changed/);
});
