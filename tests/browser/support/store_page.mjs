// Runs inside of a page or worker: opens the C++ IdbfsStore of the probe module and gives it
// promises and text instead of callbacks and bytes.

import create from "/idbfs_probe.mjs";

const encode = (text) => new TextEncoder().encode(text);
const decode = (bytes) => new TextDecoder().decode(bytes);

// One module for all stores of a page, so that closing and opening again is tested as well.
let module;

export async function openStore({ path = "/homing", relaxed = false }) {
  module ??= await create();
  const events = [];
  const store = new module.StoreProbe(path, relaxed, (event) => events.push(event));
  const files = await new Promise((resolve, reject) => {
    store.open((error, opened) => (error ? reject(new Error(error)) : resolve(opened)));
  });
  // Gives the files to C++, and returns the function that commits them.
  const prepare = (put, remove) => {
    const list = Object.entries(put).map(([name, value]) => (
      { name, bytes: typeof value === "string" ? encode(value) : value }));
    store.prepare(list, remove);
    return () => new Promise((resolve) => store.commit(resolve));
  };
  return {
    files: files.map(({ name, bytes }) => [name, decode(bytes)]),
    events,
    /** "" or the name of the error. `put` maps names to text or bytes. */
    commit: (put, remove) => prepare(put, remove)(),
    prepare,
    close() {
      store.close();
      store.delete();
    },
  };
}
