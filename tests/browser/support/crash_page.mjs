// Runs inside of a page: a passphrase and an import with the real modules, and a place within their
// commit where everything stops, for the test to kill the browser there.

import createVault from "/homing_vault.mjs";
import { isOpened, isReply, newId, openHost } from "/host_page.mjs";

const bytesOf = (text) => new TextEncoder().encode(text);

async function putOn(keyFile, passphrase) {
  return (await createVault()).putOnPassphrase(keyFile, bytesOf(passphrase)).keyFile;
}

/** Opens with the passphrase: what is there, or the code of why not. */
async function open({ relay, profile, passphrase }) {
  const opening = await openHost({ relay, profile });
  const { host, event } = opening;
  const first = await event((one) => isOpened(one) || ["stopped", "locked"].includes(one.type));
  if (first.type === "locked") {
    const taken = (await createVault()).takeOffPassphrase(host.keyFile(), bytesOf(passphrase));
    if (taken.error === undefined) {
      host.unlock(taken.keyFile);
      await event(isOpened);
    }
    return { ...opening, error: taken.error };
  }
  return { ...opening, error: first.error };
}

/** The texts and the address, or the error. */
export async function look(options) {
  const { host, error } = await open(options);
  const found = error !== undefined ? { error } : {
    address: host.address(),
    texts: host.conversations().flatMap(({ peer }) =>
      host.messages(peer, "", Infinity).map(({ text }) => text)),
  };
  host.close();
  host.delete();
  return found;
}

/** A profile with a text and a passphrase. */
export async function prepare(options, text) {
  const { host, event } = await openHost({ ...options });
  const other = await openHost({ ...options, profile: "other" });
  await event(isOpened);
  await other.event(isOpened);
  host.acceptInvite(1, other.host.invite());
  const { peer } = await event(isReply(1));
  host.send(2, peer, text, newId());
  await event(isReply(2));
  host.setKeyFile(3, await putOn(host.keyFile(), options.passphrase));
  const { error } = await event(isReply(3));
  for (const one of [host, other.host]) {
    one.close();
    one.delete();
  }
  return error ?? "done";
}

/** Calls back when a commit asks for the key file to be stored, with its transaction. */
function onKeyFile(then) {
  const { put } = IDBObjectStore.prototype;
  IDBObjectStore.prototype.put = function (value, key) {
    const request = put.call(this, value, key);
    if (String(key).endsWith("/key")) then(this.transaction);
    return request;
  };
}

const steps = {
  /** The file is being sealed; no transaction has begun. */
  sealing(stop) {
    crypto.subtle.encrypt = stop;
  },
  /** It is asked for, and the transaction is still open. */
  asked(stop) {
    onKeyFile(stop);
  },
  /** The commit was ordered, and nobody has heard of it. */
  ordered(stop) {
    const { commit } = IDBTransaction.prototype;
    IDBTransaction.prototype.commit = function () {
      commit.call(this);
      stop();
    };
  },
  /** It is durable, and C++ does not know yet. */
  durable(stop) {
    onKeyFile((transaction) => {
      transaction.oncomplete = stop;
      Object.defineProperty(transaction, "oncomplete", { set() { /* stays */ } });
    });
  },
};

/** Tells the test, and never comes back. */
function stopHere() {
  console.log("stopped here");
  for (;;) { /* until the browser is killed */ }
}

/** Changes the passphrase up to a step. */
export async function changeUpTo(step, options, next) {
  const { host, event } = await open(options);
  const bare = (await createVault())
    .takeOffPassphrase(host.keyFile(), bytesOf(options.passphrase)).keyFile;
  const keyFile = await putOn(bare, next);
  steps[step](stopHere);
  host.setKeyFile(9, keyFile);
  await event(isReply(9));
}

/** Copies the profile to another one, as an import stores it, up to a step or to its end. */
export async function importUpTo(step, options, copy) {
  const { host } = await open(options);
  const files = [...host.readFiles(), { name: "restored", bytes: new Uint8Array() }];
  host.close();
  host.delete();
  const module = await (await import("/homing.mjs")).default();
  let tell;
  const told = new Promise((resolve) => { tell = resolve; });
  const importing = module.createHost({
    relay: "", profile: copy, durability: "strict", onEvents: ([event]) => tell(event),
  });
  if (step !== undefined) steps[step](stopHere);
  importing.importFiles(1, files);
  const { error } = await told;
  importing.close();
  importing.delete();
  return error ?? "done";
}
