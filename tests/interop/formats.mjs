// What both implementations must write alike and, given the same bytes, read or refuse alike.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";

import { address_of, decode_invite, encode_invite, parse, to_text } from "./address.mjs";
import { decode, encode } from "./cbor.mjs";
import { decode_content, encode_content } from "./content.mjs";
import { Identity } from "./identity.mjs";
import { pad, padded_size, unpad } from "./padding.mjs";
import { CppParty, OurParty } from "./parties.mjs";
import { decode_publication, encode_publication, verify_publication } from "./prekeys.mjs";
import { Refused, concat, from_hex, item, to_hex, u32 } from "./primitives.mjs";

/**
 * @typedef {import("./cpp_peer.mjs").CppProcess} Engine
 * @typedef {import("./primitives.mjs").Random} Random
 */

const utf8 = (/** @type {string} */ text) => new TextEncoder().encode(text);

/** The answer, or the name of the error. @param {() => Promise<string> | string} run */
const verdict = async (run) => {
  try {
    return await run();
  } catch (error) {
    if (error instanceof Refused) return `error ${error.code}`;
    throw error;
  }
};

/**
 * Both read `bytes` alike; gives what they said.
 * @param {import("./cpp_peer.mjs").CppProcess} engine
 * @param {string} command
 * @param {Uint8Array[]} words
 * @param {() => string} ours
 * @param {boolean} named the errors' names are compared, too: only one rule is broken
 */
const alike = async (engine, command, words, ours, named = true) => {
  const [theirs, our] = [await verdict(() => engine.call(command, ...words)), await verdict(ours)];
  const plain = (/** @type {string} */ said) =>
    named || !said.startsWith("error") ? said : "error";
  const given = words.map(to_hex).join(" ").slice(0, 400);
  assert.equal(plain(our), plain(theirs), `${command} ${given}`);
  return theirs;
};

/** @param {Uint8Array} bytes @param {Random} random */
const altered = (bytes, random) => {
  const out = random.chance(20) ? bytes.slice(0, random.below(bytes.length + 1)) : bytes.slice();
  const changes = random.below(3) + 1;
  for (let i = 0; i < changes && out.length > 0; ++i) {
    out[random.below(out.length)] = random.below(256);
  }
  return out;
};

// --- the checks ----------------------------------------------------------------------------------

const padding = async (/** @type {Engine} */ engine, /** @type {Random} */ random) => {
  const sizes = (await engine.call("padded_sizes", 0, 50_000)).split(" ").map(Number);
  assert.deepEqual(sizes, Array.from({ length: 50_000 }, (_, size) => padded_size(size)));
  for (const size of [0, 1, 158, 159, 160, 960, 1022, 1023, 1024, 1087, 1088, 5000, 32_768]) {
    const content = random.bytes(size);
    assert.equal(await engine.call("pad", content), to_hex(pad(content)));
    const wide = concat(pad(content), new Uint8Array(160));
    for (const padded of [pad(content), wide, altered(pad(content), random)]) {
      await alike(engine, "unpad", [padded], () => to_hex(unpad(padded)) || "-");
    }
  }
  for (const bad of [[], [0x80], new Array(160).fill(0), new Array(160).fill(1)]) {
    const padded = Uint8Array.from(bad);
    assert.match(await alike(engine, "unpad", [padded], () => to_hex(unpad(padded))), /^error/);
  }
};

const addresses = async (/** @type {Engine} */ engine, /** @type {Random} */ random) => {
  for (let i = 0; i < 50; ++i) {
    const address = random.bytes(32);
    const text = to_text(address);
    assert.equal(await engine.call("address", address), text);
    const bits_left = text.slice(0, 51) + "b";
    const wrong = [text.toUpperCase(), text.slice(1), text + "a", ` ${text}`, "1" + text];
    for (const written of [text, ...wrong, bits_left, text.slice(0, 30) + "0" + text.slice(31)]) {
      const bytes = utf8(written);
      await alike(engine, "parse_address", [bytes], () => to_hex(parse(written)));
    }
  }
};

const invites = async (/** @type {Engine} */ engine, /** @type {Random} */ random) => {
  const party = await CppParty.create(engine, "host", 7, { one_time: 0, kem: 0 });
  const keys = Identity.generate(random).keys;
  const read = (/** @type {string} */ text) => {
    const invite = decode_invite(text);
    const name = to_hex(utf8(invite.name)) || "-";
    const again = encode_invite(invite.keys, invite.mark, invite.name);
    return `${to_hex(address_of(invite.keys))} ${name} ${again}`;
  };
  for (const name of ["", "Alice", "Zo\u00eb", "a".repeat(128), "\ufeffb"]) {
    assert.deepEqual(decode_invite(await party.invite(name)).name, name);
    const mark = random.bytes(16);
    const written = encode_invite(keys, mark, name);
    const long = encode_invite(keys, mark, "a".repeat(129));
    const wrong = [`${written}=`, `${written}A`, long, "", "AQ"];
    const newer = Buffer.from(written, "base64url");
    newer[0] = 2;
    const spaced = ` \t${written}\r\n`;
    for (const text of [written, spaced, newer.toString("base64url"), ...wrong]) {
      await alike(engine, "invite", [utf8(text)], () => read(text));
    }
    for (let i = 0; i < 40; ++i) {
      const text = Buffer.from(altered(Buffer.from(written, "base64url"), random));
      const changed = text.toString("base64url");
      await alike(engine, "invite", [utf8(changed)], () => read(changed), false);
    }
  }
  await party.drop();
};

const cbor = async (/** @type {Engine} */ engine, /** @type {Random} */ random) => {
  const nested = (/** @type {number} */ depth) => concat(new Uint8Array(depth).fill(0x81), "\x01");
  const known = [
    "01", "17", "1818", "1817", "190100", "1900ff", "1a00010000", "1a0000ffff",
    "1b0000000100000000", "1b00000000ffffffff", "1bffffffffffffffff", "20", "40", "4101", "5801",
    "581801", "60", "6161", "61ff", "63eda080", "64f4908080", "62c080", "80", "8101", "9801",
    "5f", "7f", "9f", "ff", "1f", "a0", "c0", "e0", "f4", "f5", "f6", "f7", "f8ff", "f97e00",
    "fb0000000000000000", "1c", "5c", "", "0101", "9bffffffffffffffff", "5bffffffffffffffff",
    "81", "63efbbbf", "f800", "f820", "bf", "df",
  ];
  for (const bytes of [...known.map(from_hex), nested(8), nested(9), nested(3000)]) {
    await alike(engine, "cbor", [bytes], () => to_hex(encode(decode(bytes))));
  }
  for (const size of [65_536, 65_537]) {
    const bytes = encode(new Uint8Array(size - 5));
    await alike(engine, "cbor", [bytes], () => to_hex(encode(decode(bytes))));
  }
  const sample = encode([1, [2n ** 40n, null, true], "text \u4e16", random.bytes(30), [], 300]);
  for (let i = 0; i < 3000; ++i) {
    const bytes = i % 3 === 0 ? random.bytes(1 + random.below(12)) : altered(sample, random);
    await alike(engine, "cbor", [bytes], () => to_hex(encode(decode(bytes))), false);
  }
};

const contents = async (/** @type {Engine} */ engine, /** @type {Random} */ random) => {
  const id = random.id();
  const ids = (/** @type {number} */ count) => new Array(count).fill(id);
  const good = [
    [1, id, 1, 1_800_000_000_000, "hello"],
    [1, id, 2n ** 64n - 1n, 2n ** 64n - 1n, "a".repeat(32_768)],
    [2, 2, ids(1)],
    [2, 3, ids(256)],
    [3, random.bytes(16), ""],
    [3, random.bytes(16), "\u00eb".repeat(64)],
  ];
  const doubtful = [
    [1, id, 0, 5, "x"],
    [1, id, 1, 0, ""],
    [1, id, 1, 5, "a\0b"],
    [3, random.bytes(16), "a\nb"],
    [1, id, 1, 5, "a".repeat(32_769)],
    [1, random.bytes(15), 1, 5, "x"],
    [1, new Uint8Array(16).fill(0x7f), 1, 5, "x"],
    [1, new Uint8Array(16).fill(0x8f), 1, 5, "x"],
    [2, 2, [new Uint8Array(16)]],
    [1, id, 1, 5, utf8("x")],
    [1, id, 1, 5, "x", 1],
    [1, id, 1, 5],
    [2, 1, ids(1)],
    [2, 4, ids(1)],
    [2, 2, []],
    [2, 2, ids(257)],
    [2, 2, [random.bytes(17)]],
    [2, 2, id],
    [3, random.bytes(16), "a".repeat(129)],
    [3, random.bytes(15), "a"],
    [3, "a"],
    [3],
    [0, 1],
    [4, "x"],
    [1n << 40n],
    ["1"],
    [],
    7,
  ];
  const read = (/** @type {Uint8Array} */ bytes) => to_hex(encode_content(decode_content(bytes)));
  for (const value of [...good, ...doubtful]) {
    const bytes = encode(/** @type {import("./cbor.mjs").Value} */ (value));
    const said = await alike(engine, "content", [bytes], () => read(bytes));
    if (good.includes(value)) assert.equal(said, to_hex(bytes));
    if (bytes.length > 1000) continue;
    for (let i = 0; i < 60; ++i) {
      const changed = altered(bytes, random);
      await alike(engine, "content", [changed], () => read(changed), false);
    }
  }
};

const publications = async (/** @type {Engine} */ engine, /** @type {Random} */ random) => {
  const counts = { one_time: 3, kem: 2 };
  const parties = [
    await CppParty.create(engine, "publisher", 9, counts),
    new OurParty("publisher", counts),
  ];
  for (const { address, publication } of parties) {
    const read = (/** @type {Uint8Array} */ bytes) => {
      const value = decode_publication(bytes);
      verify_publication(value, address);
      return to_hex(encode_publication(value));
    };
    const words = [address, publication];
    const said = await alike(engine, "publication", words, () => read(publication));
    assert.equal(said, to_hex(publication));
    for (let i = 0; i < 60; ++i) {
      const changed = altered(publication, random);
      await alike(engine, "publication", [address, changed], () => read(changed), false);
    }
    const other = random.bytes(32);
    assert.equal(
      await verdict(() => engine.call("publication", other, publication)),
      "error bad_address",
    );
  }
  await parties[0].drop();
};

/** The worked example of docs/wire_format.md, made anew from its keys. */
const worked_example = async () => {
  const document = readFileSync(new URL("../../docs/wire_format.md", import.meta.url), "utf8");
  const digits = document.replace(/\s/g, "");
  const bytes_from = (/** @type {number} */ first) =>
    Uint8Array.from({ length: 32 }, (_, i) => first + i);
  const identity = new Identity(bytes_from(0), bytes_from(32));
  const [nonce, client_nonce] = [new Uint8Array(32).fill(0x11), new Uint8Array(32).fill(0x22)];
  const signed = concat(
    "homing-auth-v1",
    item("relay.example"),
    nonce,
    client_nonce,
    identity.address,
    u32(1),
  );
  const { signing_key, identity_key } = identity.keys;
  const signature = identity.sign("homing/sign/relay-auth/v1", signed);
  const hello = [1, 1, identity.address, signing_key, identity_key, client_nonce, signature, 3];
  for (const bytes of [signed, encode(hello), encode([16, 1, nonce])]) {
    assert.ok(digits.includes(to_hex(bytes)), `${to_hex(bytes)} is not in the document`);
  }
  assert.ok(digits.includes(to_text(identity.address)));
};

export const kFormatChecks = {
  padding,
  addresses,
  invites,
  cbor,
  contents,
  publications,
  worked_example,
};
