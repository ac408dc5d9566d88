/**
 * The JavaScript half of idbfs_store.cc: mounts IDBFS (as durable_idbfs.js leaves it), starts
 * commits of that one mount, and tells the C++ object how they ended. Bytes do not pass here; C++
 * reads and writes the files through the file system.
 */

/* global mergeInto, LibraryManager, IDBFS, FS, HEAPU8, HomingStores */
/* global _homing_store_opened, _homing_store_committed, _homing_store_event */

mergeInto(LibraryManager.library, {
  $HomingStores__deps: ['$FS', '$IDBFS'],
  $HomingStores: {
    // The numbers of homing::Error; idbfs_store.cc asserts that they are the same.
    codes: { storage_failed: 60, storage_fenced: 61, storage_corrupt: 63, storage_quota: 64 },
    // The order of homing::StorageEvent.
    events: ['connection_lost', 'reopened', 'missing', 'storage_failed', 'storage_quota',
             'storage_fenced'],
    // The mount of each open C++ store by its address; what is not here is not called any more.
    mounts: {},
    codeOf: (error) => (error ? HomingStores.codes[error.code] || 60 : 0)
  },

  homing_store_open__deps: ['$HomingStores'],
  homing_store_open__sig: 'viiiiii',
  homing_store_open: function(store, pathAddress, pathSize, isRelaxed, sealedAddress, sealedSize) {
    // slice(), because TextDecoder refuses views of shared memory and growth moves the heap.
    var path = new TextDecoder().decode(HEAPU8.slice(pathAddress, pathAddress + pathSize));
    var sealed = new TextDecoder().decode(
        HEAPU8.slice(sealedAddress, sealedAddress + sealedSize));
    var mount;
    FS.mkdirTree(path);
    mount = FS.mount(IDBFS, {
      durability: isRelaxed ? 'relaxed' : 'strict',
      sealedFile: sealed && path + '/' + sealed,
      onStorageEvent: (kind) => {
        if (HomingStores.mounts[store] !== mount) return;
        _homing_store_event(store, HomingStores.events.indexOf(kind));
      }
    }, path).mount;
    HomingStores.mounts[store] = mount;
    IDBFS.syncfs(mount, true, (error) => {
      if (HomingStores.mounts[store] !== mount) return;
      _homing_store_opened(store, HomingStores.codeOf(error));
    });
  },

  homing_store_commit__deps: ['$HomingStores'],
  homing_store_commit__sig: 'vi',
  homing_store_commit: function(store) {
    var mount = HomingStores.mounts[store];
    IDBFS.syncfs(mount, false, (error) => {
      if (HomingStores.mounts[store] !== mount) return;
      _homing_store_committed(store, HomingStores.codeOf(error));
    });
  },

  homing_store_close__deps: ['$HomingStores'],
  homing_store_close__sig: 'vi',
  homing_store_close: function(store) {
    var mount = HomingStores.mounts[store];
    if (!mount) return;
    delete HomingStores.mounts[store];
    IDBFS.release(mount);
    FS.unmount(mount.mountpoint);
  }
});
