// Runs inside of a page: looks at the database of a profile as any script of the origin could.

const fenceKey = "fence";
const deviceKey = "device-key";
const fileStore = "FILE_DATA";
/** "HOMK", version 1, wrapping 1. */
const sealedHead = [72, 79, 77, 75, 0, 1, 1];

function promised(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/** Calls work(objectStore) in one transaction and waits until that is complete. */
export async function withStore(profile, mode, work) {
  const database = await promised(indexedDB.open(`/homing/${profile}`));
  try {
    const transaction = database.transaction([fileStore], mode);
    const value = await work(transaction.objectStore(fileStore));
    await new Promise((resolve, reject) => {
      transaction.oncomplete = resolve;
      transaction.onabort = () => reject(transaction.error);
    });
    return value;
  } finally {
    database.close();
  }
}

/** Everything but the fence, which every opening raises: { name: bytes as an array }. */
export function storedFiles(profile) {
  return withStore(profile, "readonly", async (store) => {
    const keys = await promised(store.getAllKeys());
    const values = await promised(store.getAll());
    const files = {};
    keys.forEach((key, i) => {
      if (key === fenceKey || key === deviceKey || !values[i].contents) return;
      files[key.split("/").pop()] = Array.from(values[i].contents);
    });
    return files;
  });
}

export async function deviceKeyOf(profile) {
  const stored = await withStore(profile, "readonly", (store) => promised(store.get(deviceKey)));
  return stored?.key;
}

/** What is below the device's layer: what somebody can do who runs scripts in this origin. */
export async function openedKeyFile(profile) {
  const { key: file } = await storedFiles(profile);
  const sealed = new Uint8Array(file).subarray(sealedHead.length);
  const opened = await crypto.subtle.decrypt(
    { name: "AES-GCM", iv: sealed.subarray(0, 12), additionalData: new Uint8Array(sealedHead) },
    await deviceKeyOf(profile), sealed.subarray(12));
  return Array.from(new Uint8Array(opened));
}

/** Makes the store what it was before there were layers. */
export async function storeUnsealed(profile, keyFile) {
  await withStore(profile, "readwrite", async (store) => {
    const path = `/homing/${profile}/key`;
    const entry = await promised(store.get(path));
    store.put({ ...entry, contents: new Uint8Array(keyFile) }, path);
    store.delete(deviceKey);
  });
}

export async function forgetDeviceKey(profile) {
  await withStore(profile, "readwrite", async (store) => { store.delete(deviceKey); });
}
