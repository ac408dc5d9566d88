// The candidates, each behind the same four functions, so that one loop can measure them all:
//   prepare()           not timed: fresh people, keys published
//   meet(text)          a new session: from the bundle to the first text opened
//   seal(side, text)    what goes to the relay
//   open(side, sealed)  the text again
// Runs in the page. Built into one file by crypto.mjs, because the packages import by bare names.

import * as signal from "@privacyresearch/libsignal-protocol-typescript";
import sodium from "libsodium-wrappers";

export const homing = async () => {
  const { default: create } = await import(/* @vite-ignore */ "/homing_session_bench.mjs");
  const pair = new (await create()).Pair();
  return {
    prepare: () => pair.prepare(),
    meet: (text) => pair.begin() && pair.open(false, pair.seal(true, text)) === text,
    seal: (side, text) => pair.seal(side, text),
    open: (side, sealed) => pair.open(side, sealed),
  };
};

/** A bare AEAD under one key: no session, no ratchet. What any of this costs at least. */
export const aead = async () => {
  await sodium.ready;
  const {
    crypto_aead_xchacha20poly1305_ietf_encrypt: encrypt,
    crypto_aead_xchacha20poly1305_ietf_decrypt: decrypt,
  } = sodium;
  const key = sodium.crypto_aead_xchacha20poly1305_ietf_keygen();
  return {
    prepare: () => {},
    meet: undefined,
    seal: (side, text) => {
      const nonce = sodium.randombytes_buf(24);
      return { nonce, sealed: encrypt(text, null, null, nonce, key) };
    },
    open: (side, { nonce, sealed }) => decrypt(null, sealed, null, nonce, key, "text"),
  };
};

export const olm = async () => {
  const { Olm } = globalThis;
  await Olm.init({ locateFile: () => "/olm.wasm" });
  let accounts = [];
  let sessions = [];
  let oneTimeKey;
  return {
    prepare: () => {
      for (const old of [...sessions, ...accounts]) old.free();
      accounts = [0, 1].map(() => new Olm.Account());
      for (const account of accounts) account.create();
      accounts[1].generate_one_time_keys(1);
      [oneTimeKey] = Object.values(JSON.parse(accounts[1].one_time_keys()).curve25519);
      sessions = [0, 1].map(() => new Olm.Session());
    },
    meet: (text) => {
      const { curve25519: bob } = JSON.parse(accounts[1].identity_keys());
      sessions[0].create_outbound(accounts[0], bob, oneTimeKey);
      const { type, body } = sessions[0].encrypt(text);
      sessions[1].create_inbound(accounts[1], body);
      accounts[1].remove_one_time_keys(sessions[1]);
      return sessions[1].decrypt(type, body) === text;
    },
    seal: (side, text) => sessions[side ? 0 : 1].encrypt(text),
    open: (side, { type, body }) => sessions[side ? 0 : 1].decrypt(type, body),
  };
};

/** What libsignal asks of its embedder, kept in a map: nothing is written anywhere. */
class SignalStore {
  #items = new Map();
  constructor(identity, registration) {
    this.getIdentityKeyPair = async () => identity;
    this.getLocalRegistrationId = async () => registration;
  }
  isTrustedIdentity = async () => true;
  saveIdentity = async () => true;
  loadPreKey = async (id) => this.#items.get(`one-time ${id}`);
  storePreKey = async (id, keys) => void this.#items.set(`one-time ${id}`, keys);
  removePreKey = async (id) => void this.#items.delete(`one-time ${id}`);
  loadSignedPreKey = async (id) => this.#items.get(`signed ${id}`);
  storeSignedPreKey = async (id, keys) => void this.#items.set(`signed ${id}`, keys);
  removeSignedPreKey = async (id) => void this.#items.delete(`signed ${id}`);
  loadSession = async (address) => this.#items.get(`session ${address}`);
  storeSession = async (address, record) => void this.#items.set(`session ${address}`, record);
}

export const libsignal = async () => {
  const { KeyHelper, SessionBuilder, SessionCipher, SignalProtocolAddress } = signal;
  const addresses = ["bob", "alice"].map((name) => new SignalProtocolAddress(name, 1));
  const [bytes, text] = [new TextEncoder(), new TextDecoder()];
  let stores = [];
  let ciphers = [];
  let bundle;
  const open = async (side, { type, body }) =>
    text.decode(
      type === 3
        ? await ciphers[side ? 0 : 1].decryptPreKeyWhisperMessage(body, "binary")
        : await ciphers[side ? 0 : 1].decryptWhisperMessage(body, "binary"),
    );
  const seal = (side, words) => ciphers[side ? 0 : 1].encrypt(bytes.encode(words).buffer);
  return {
    prepare: async () => {
      const identities = [await KeyHelper.generateIdentityKeyPair()];
      identities.push(await KeyHelper.generateIdentityKeyPair());
      stores = identities.map((keys, index) => new SignalStore(keys, index + 1));
      ciphers = stores.map((store, index) => new SessionCipher(store, addresses[index]));
      const oneTime = await KeyHelper.generatePreKey(1);
      const signed = await KeyHelper.generateSignedPreKey(identities[1], 1);
      await stores[1].storePreKey(1, oneTime.keyPair);
      await stores[1].storeSignedPreKey(1, signed.keyPair);
      bundle = {
        identityKey: identities[1].pubKey,
        registrationId: 2,
        preKey: { keyId: 1, publicKey: oneTime.keyPair.pubKey },
        signedPreKey: { keyId: 1, publicKey: signed.keyPair.pubKey, signature: signed.signature },
      };
    },
    meet: async (words) => {
      await new SessionBuilder(stores[0], addresses[0]).processPreKey(bundle);
      return (await open(false, await seal(true, words))) === words;
    },
    seal,
    open,
  };
};
