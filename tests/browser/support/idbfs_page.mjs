// Runs inside of a page: opens a probe module, and looks at IndexedDB from outside of it. Served to
// the page by the hazard tests, which run every scenario with stock IDBFS and with ours.

const root = "/homing";
const text = (bytes) => new TextDecoder().decode(bytes);

// Every transaction of the page, so that a test can wait for silence instead of for a while.
const seen = { transactions: [], open: 0, puts: 0, cursors: 0 };
const realTransaction = IDBDatabase.prototype.transaction;
IDBDatabase.prototype.transaction = function (...parameters) {
  const transaction = realTransaction.apply(this, parameters);
  seen.transactions.push({ name: this.name, mode: transaction.mode,
    durability: transaction.durability });
  seen.open += 1;
  for (const end of ["complete", "abort"]) {
    transaction.addEventListener(end, () => { seen.open -= 1; });
  }
  return transaction;
};
const realPut = IDBObjectStore.prototype.put;
const countingPut = function (...parameters) {
  seen.puts += 1;
  return realPut.apply(this, parameters);
};
IDBObjectStore.prototype.put = countingPut;
const realCursor = IDBIndex.prototype.openKeyCursor;
IDBIndex.prototype.openKeyCursor = function (...parameters) {
  seen.cursors += 1;
  return realCursor.apply(this, parameters);
};

/** Makes every later put do this instead; undefined: the real one again. */
export function replacePut(replacement) {
  IDBObjectStore.prototype.put = replacement ?? countingPut;
}

/** A put that is carried out and then taken back with its whole transaction. */
export function abortingPut(...parameters) {
  const request = realPut.apply(this, parameters);
  this.transaction.abort();
  return request;
}

/** A put whose request fails: add() refuses a key that exists. */
export function failingPut(value, key) {
  realPut.call(this, value, key);
  return this.add(value, key);
}

export function activity() {
  return { transactions: [...seen.transactions], puts: seen.puts, cursors: seen.cursors };
}

/** Loads a fresh instance of a probe. */
export async function load(moduleUrl) {
  const { default: create } = await import(moduleUrl);
  return create();
}

export function mount(module, { path = root, populate = true, options = {} } = {}) {
  module.FS.mkdirTree(path);
  module.FS.mount(module.IDBFS, options, path);
  return populate ? sync(module, { path, populate: true }) : undefined;
}

function openDatabase(path) {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(path);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/** Everything in the database of a mount: { path: { text, backing } }, without the fence. */
export async function stored(path = root) {
  const database = await openDatabase(path);
  const out = {};
  if (database.objectStoreNames.contains("FILE_DATA")) {
    const store = realTransaction.call(database, ["FILE_DATA"], "readonly")
      .objectStore("FILE_DATA");
    const done = new Promise((resolve) => { store.transaction.oncomplete = resolve; });
    const keys = store.getAllKeys();
    const values = store.getAll();
    await done;
    keys.result.forEach((key, i) => {
      const { contents } = values.result[i];
      if (!contents) return;
      out[key.slice(path.length + 1)] =
        { text: text(contents), backing: contents.buffer.byteLength };
    });
  }
  database.close();
  return out;
}

// Returns once IndexedDB has nothing left to do for this page: no transaction is open, and none was
// started while a request that queues behind all earlier ones was answered.
async function silence(path) {
  for (;;) {
    const before = seen.transactions.length;
    const database = await openDatabase(path);
    database.close();
    await new Promise((resolve) => {
      const channel = new MessageChannel();
      channel.port1.onmessage = resolve;
      channel.port2.postMessage(0);
    });
    if (seen.open === 0 && seen.transactions.length === before) return;
  }
}

/** Syncs one mount: { outcome: "ok" | "error" | "never called back", code, calls }. */
export async function sync(module, { path = root, populate = false, whileRunning } = {}) {
  const mounted = module.FS.lookupPath(path).node.mount;
  const result = { outcome: "never called back", code: undefined, calls: 0 };
  const called = new Promise((resolve) => {
    module.IDBFS.syncfs(mounted, populate, (error) => {
      result.calls += 1;
      if (result.calls === 1) {
        result.outcome = error ? "error" : "ok";
        result.code = error?.code;
      }
      resolve();
    });
  });
  whileRunning?.();
  const isCalled = await Promise.race([
    called.then(() => true),
    silence(path).then(() => false),
  ]);
  // A callback may be one task behind the last event of IndexedDB.
  if (!isCalled) await silence(path);
  return result;
}

export function read(module, name, path = root) {
  try {
    return text(module.FS.readFile(`${path}/${name}`));
  } catch {
    return undefined;
  }
}

export function write(module, name, contents, path = root) {
  module.FS.writeFile(`${path}/${name}`, contents);
}

export function append(module, name, contents, path = root) {
  const stream = module.FS.open(`${path}/${name}`, "a");
  const bytes = new TextEncoder().encode(contents);
  module.FS.write(stream, bytes, 0, bytes.length);
  module.FS.close(stream);
}
