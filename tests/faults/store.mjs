// The store of a person, read and changed behind the product's back while no tab has it open: from
// a page of the same origin, in IndexedDB as IDBFS lays it out.

/** Where a profile's files are; also the name of its database. */
const mountpoint = (person) => `/homing/${person.profile}`;

/** Runs in the page: a fingerprint of every record, by path. */
async function fingerprintsIn(name) {
  const database = await new Promise((resolve, reject) => {
    const request = indexedDB.open(name);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  const store = database.transaction("FILE_DATA").objectStore("FILE_DATA");
  const ask = (request) => new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  const [paths, entries] = await Promise.all([ask(store.getAllKeys()), ask(store.getAll())]);
  database.close();
  const out = {};
  for (const [index, path] of paths.entries()) {
    const { contents = new Uint8Array(), ...rest } = entries[index];
    const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", contents));
    out[path] = JSON.stringify({ ...rest, size: contents.length, hash: [...hash] });
  }
  return out;
}

/** Runs in the page: changes one file in one transaction. */
async function changeIn({ name, path, at, bytes, length }) {
  const database = await new Promise((resolve, reject) => {
    const request = indexedDB.open(name);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  const transaction = database.transaction("FILE_DATA", "readwrite");
  const store = transaction.objectStore("FILE_DATA");
  const request = store.get(path);
  request.onsuccess = () => {
    const entry = request.result;
    const contents = entry.contents.slice(0, length ?? entry.contents.length);
    contents.set(bytes.map((mask, index) => contents[at + index] ^ mask), at);
    store.put({ ...entry, contents }, path);
  };
  await new Promise((resolve, reject) => {
    transaction.oncomplete = resolve;
    transaction.onabort = () => reject(transaction.error);
  });
  database.close();
}

/** Runs in the page. */
function deleteIn(name) {
  return new Promise((resolve, reject) => {
    const request = indexedDB.deleteDatabase(name);
    request.onsuccess = () => resolve();
    request.onerror = () => reject(request.error);
    request.onblocked = () => reject(new Error("somebody has the store open"));
  });
}

/** Of every file: name -> what it is, as a text to compare. The owner's record is told apart. */
export async function readStore(person) {
  const { fence, ...files } = await person.inBlankPage(fingerprintsIn, mountpoint(person));
  const nameOf = (path) => path.slice(mountpoint(person).length + 1);
  return {
    fence,
    files: new Map(Object.entries(files).map(([path, print]) => [nameOf(path), print])),
    size: (name) => JSON.parse(files[`${mountpoint(person)}/${name}`]).size,
  };
}

/** Flips the bits of `mask` (default: none) at `at`; `length` cuts the file first. */
export function changeFile(person, name, { at = 0, mask = [], length } = {}) {
  const path = `${mountpoint(person)}/${name}`;
  return person.inBlankPage(changeIn, { name: mountpoint(person), path, at, bytes: mask, length });
}

export function deleteStore(person) {
  return person.inBlankPage(deleteIn, mountpoint(person));
}
