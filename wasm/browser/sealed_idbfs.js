/**
 * Seals the journal's key file on its way into the database, with a key of the device: AES-256-GCM
 * of WebCrypto, which no script can read out. Link after durable_idbfs.js.
 *
 * The key lies in the same object store as the files, so that a browser evicts both or neither. It
 * is stored in the transaction that reads the files, so that it is durable before the first commit
 * can begin. In memory, and for C++, the file is what it is without this layer (see
 * docs/journal_format.md). A file that was written without it is sealed when the store is opened.
 *
 * Mount option: `sealedFile`, the absolute path of the file; without it nothing is sealed.
 */

/* eslint-env node */
/* global LibraryManager, IDBFS */

Object.assign(LibraryManager.library.$IDBFS, {
  // Not a path, and without a timestamp: stock code neither lists nor deletes this record. It holds
  // {key: CryptoKey}.
  DEVICE_KEY: 'device-key',
  // "HOMK", version 1, wrapping 1: journal/key_file.h.
  SEALED_HEAD: [72, 79, 77, 75, 0, 1, 1],
  NONCE_BYTES: 12,

  isSealed: (contents) => IDBFS.SEALED_HEAD.every((byte, i) => contents[i] === byte),

  // For a store that has none: made before, as a transaction does not wait for it. Null where there
  // is no WebCrypto: better a store whose key is not sealed than none.
  makeDeviceKey: (mount, go, fail) => {
    if (!mount.opts || !mount.opts.sealedFile) return go();
    Promise.resolve()
        .then(() => crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false,
            ['encrypt', 'decrypt']))
        .catch(() => null)
        .then((key) => {
          // Taking ownership of a store that was closed meanwhile would depose whoever has it now.
          if (mount.durable.closed) {
            return fail(IDBFS.failure('storage_failed', 'the store is closed'));
          }
          mount.durable.candidate = key;
          go();
        });
  },

  // In the transaction that reads the files: the store's key, or from now on the one made for it.
  takeDeviceKey: (mount, store) => {
    if (!mount.opts || !mount.opts.sealedFile) return;
    var candidate = mount.durable.candidate;
    var stored = store.get(IDBFS.DEVICE_KEY);
    stored.onsuccess = () => {
      mount.durable.deviceKey = stored.result ? stored.result.key : null;
      if (stored.result || !candidate) return;
      try {
        store.put({ key: candidate }, IDBFS.DEVICE_KEY);
        mount.durable.deviceKey = candidate;
      } catch (error) {
        // Not every browser can store one in its private mode.
      }
    };
  },

  algorithm: (nonce) => ({
    name: 'AES-GCM',
    iv: nonce,
    additionalData: new Uint8Array(IDBFS.SEALED_HEAD)
  }),

  // Resolves when the entry of the sealed file, if it is there, is as C++ reads it; with true when
  // it was not sealed and can be.
  openSealed: (mount, paths, entries) => {
    var entry = entries[paths.indexOf(mount.opts && mount.opts.sealedFile)];
    if (!entry) return Promise.resolve(false);
    if (!IDBFS.isSealed(entry.contents)) return Promise.resolve(!!mount.durable.deviceKey);
    var sealed = entry.contents.subarray(IDBFS.SEALED_HEAD.length);
    var nonce = sealed.subarray(0, IDBFS.NONCE_BYTES);
    return Promise.resolve()
        .then(() => crypto.subtle.decrypt(IDBFS.algorithm(nonce), mount.durable.deviceKey,
            sealed.subarray(IDBFS.NONCE_BYTES)))
        .then((opened) => {
          entry.contents = new Uint8Array(opened);
          return false;
        }, (error) => {
          throw IDBFS.failure('storage_corrupt', 'the key file does not open: ' + error);
        });
  },

  // Where this fails, it is done with the next commit.
  sealBare: (mount, wasBare, done) => {
    if (!wasBare) return done(null);
    mount.durable.dirty.add(mount.opts.sealedFile);
    IDBFS.commit(mount, () => done(null));
  },

  // Calls `done(error)` when the sealed file is as the database gets it; at once, if it has not
  // changed.
  sealChanges: (mount, changes, done) => {
    var change = changes.find((one) => one.entry && mount.opts &&
        one.path == mount.opts.sealedFile);
    if (!change || !mount.durable.deviceKey) return done(null);
    var nonce = crypto.getRandomValues(new Uint8Array(IDBFS.NONCE_BYTES));
    crypto.subtle.encrypt(IDBFS.algorithm(nonce), mount.durable.deviceKey, change.entry.contents)
        .then((sealed) => {
          change.entry.contents.fill(0);
          var head = IDBFS.SEALED_HEAD.concat(Array.from(nonce));
          change.entry.contents = new Uint8Array(head.length + sealed.byteLength);
          change.entry.contents.set(head);
          change.entry.contents.set(new Uint8Array(sealed), head.length);
        })
        .then(() => done(null), (error) => done(IDBFS.classify(error)));
  }
});
