/**
 * Makes Emscripten's IDBFS safe for an outbox. Link after the stock library:
 *
 *     -lidbfs.js --js-library durable_idbfs.js
 *
 * The mount stays what it was: a MEMFS tree, and an IndexedDB database named after the mountpoint
 * whose store FILE_DATA holds {timestamp, mode, contents} by absolute path. What changes is how the
 * tree reaches the database. Stock compares modification times of everything, deletes what it does
 * not know and can end without calling back. Here:
 *
 * - a commit is ONE readwrite transaction with one put per changed file and one delete per removed
 *   one. What changed is known from hooks on the tree, never from times or from a listing;
 * - contents are copied when the commit starts, so a write during it belongs to the next one;
 * - commits run one at a time, and each calls back exactly once: null, or an Error whose `code` is
 *   storage_failed, storage_quota or storage_fenced. After an error everything is still dirty;
 * - populating takes ownership: it raises the fence record in the transaction that reads the files.
 *   Every commit reads that record first and aborts whole if another owner has raised it;
 * - a lost connection is opened again and the transaction tried once more.
 *
 * Mount options: `durability` ('strict', the default, or 'relaxed') and `onStorageEvent(kind,
 * detail)` with the kinds connection_lost, reopened, missing (the database was deleted under us),
 * storage_failed, storage_quota and storage_fenced.
 *
 * The names replaced and dropped are checked against the installed library by a test, so that a
 * new Emscripten cannot quietly bring stock behaviour back.
 */

/* eslint-env node */
/* global mergeInto, LibraryManager, IDBFS, MEMFS, FS, PATH */

// The listing and comparing half of stock IDBFS has no caller left; without it the glue is smaller.
['getLocalSet', 'getRemoteSet', 'reconcile', 'loadLocalEntry', 'removeLocalEntry',
 'loadRemoteEntry', 'storeRemoteEntry', 'removeRemoteEntry'].forEach((name) => {
  delete LibraryManager.library.$IDBFS[name];
});

Object.assign(LibraryManager.library.$IDBFS, {
  // Not a path, and without a timestamp: stock code neither lists nor deletes this record.
  FENCE_KEY: 'fence',
  // Mounts by database name, to tell them about a lost connection.
  mounts: {},

  mount: (mount) => {
    mount.durable = {
      dirty: new Set(),
      jobs: [],
      running: false,
      populating: false,
      populated: false,
      closed: false,
      lost: false,
      owner: null,
      refusal: null
    };
    IDBFS.mounts[mount.mountpoint] = mount;
    var root = MEMFS.mount(mount);
    IDBFS.track(mount.durable, root);
    return root;
  },

  // Gives a node of the tree operations that remember which paths changed.
  track: (state, node) => {
    function mark(path) {
      if (!state.populating) state.dirty.add(path);
    }
    function child(parent, name) {
      return PATH.join2(FS.getPath(parent), name);
    }
    // A renamed directory moves every path below it.
    function markTree(moved, path) {
      mark(path);
      if (!FS.isDir(moved.mode)) return;
      Object.keys(moved.contents).forEach((name) => {
        markTree(moved.contents[name], PATH.join2(path, name));
      });
    }
    // Hooks run after the real operation: one that throws changed nothing.
    state.ops = state.ops || { dir: null, file: null };
    var kind = FS.isDir(node.mode) ? 'dir' : FS.isFile(node.mode) ? 'file' : null;
    if (!kind) return;
    if (!state.ops[kind]) {
      var nodeOps = node.node_ops;
      var streamOps = node.stream_ops;
      var own = { node: Object.assign({}, nodeOps), stream: Object.assign({}, streamOps) };
      own.node.setattr = (changed, attributes) => {
        nodeOps.setattr(changed, attributes);
        mark(FS.getPath(changed));
      };
      if (kind == 'dir') {
        own.node.mknod = (parent, name, mode, device) => {
          var made = nodeOps.mknod(parent, name, mode, device);
          IDBFS.track(state, made);
          mark(child(parent, name));
          return made;
        };
        own.node.symlink = (parent, name, target) => {
          var made = nodeOps.symlink(parent, name, target);
          mark(child(parent, name));
          return made;
        };
        ['unlink', 'rmdir'].forEach((operation) => {
          own.node[operation] = (parent, name) => {
            nodeOps[operation](parent, name);
            mark(child(parent, name));
          };
        });
        own.node.rename = (moved, newParent, newName) => {
          var from = FS.getPath(moved);
          nodeOps.rename(moved, newParent, newName);
          markTree(moved, from);
          markTree(moved, child(newParent, newName));
        };
      } else {
        ['write', 'allocate', 'msync'].forEach((operation) => {
          if (!streamOps[operation]) return;
          own.stream[operation] = function(stream) {
            var result = streamOps[operation].apply(null, arguments);
            mark(FS.getPath(stream.node));
            return result;
          };
        });
      }
      state.ops[kind] = own;
    }
    node.node_ops = state.ops[kind].node;
    node.stream_ops = state.ops[kind].stream;
  },

  failure: (code, detail) => {
    var error = new Error(code + ': ' + detail);
    error.code = code;
    return error;
  },

  // Turns whatever IndexedDB reports into one of the three codes.
  classify: (reason) => {
    if (reason && reason.code && typeof reason.code == 'string') return reason;
    var name = (reason && reason.name) || 'unknown';
    var code = name == 'QuotaExceededError' ? 'storage_quota' : 'storage_failed';
    return IDBFS.failure(code, name + ' ' + ((reason && reason.message) || ''));
  },

  report: (mount, kind, detail) => {
    var listener = mount.opts && mount.opts.onStorageEvent;
    if (listener) listener(kind, detail);
  },

  // populate: take ownership and read the tree, once. Otherwise: commit what changed.
  syncfs: (mount, populate, callback) => {
    mount.durable.jobs.push({ work: populate ? IDBFS.populate : IDBFS.commit, callback: callback });
    IDBFS.runNext(mount);
  },

  runNext: (mount) => {
    var state = mount.durable;
    if (state.running || !state.jobs.length) return;
    state.running = true;
    var job = state.jobs.shift();
    var refused = state.refusal ||
        (state.closed ? IDBFS.failure('storage_failed', 'the store is closed') : null);
    function done(error) {
      if (error) IDBFS.report(mount, error.code, error.message);
      if (error && error.code == 'storage_fenced') state.refusal = error;
      // Not inside of the caller's own call, and not inside of an IndexedDB event, where a throw
      // would be swallowed.
      queueMicrotask(() => {
        state.running = false;
        try {
          job.callback(error);
        } finally {
          IDBFS.runNext(mount);
        }
      });
    }
    if (refused) {
      done(refused);
    } else {
      job.work(mount, done);
    }
  },

  populate: (mount, done) => {
    var state = mount.durable;
    if (state.populated) {
      return done(IDBFS.failure('storage_failed', 'populating twice would undo local writes'));
    }
    IDBFS.makeDeviceKey(mount, () => IDBFS.read(mount, done), done);
  },

  read: (mount, done) => {
    var state = mount.durable;
    var mine = Array.from(crypto.getRandomValues(new Uint32Array(4))).join('-');
    var keys, values;
    IDBFS.transact(mount, (store) => {
      var fence = store.get(IDBFS.FENCE_KEY);
      fence.onsuccess = () => {
        var epoch = ((fence.result && fence.result.epoch) || 0) + 1;
        store.put({ epoch: epoch, owner: mine }, IDBFS.FENCE_KEY);
      };
      IDBFS.takeDeviceKey(mount, store);
      keys = store.getAllKeys();
      values = store.getAll();
    }, (error) => {
      if (error) return done(error);
      IDBFS.openSealed(mount, keys.result, values.result).then((wasBare) => {
        error = IDBFS.fillTree(mount, keys.result, values.result);
        if (error) return done(error);
        state.owner = mine;
        state.populated = true;
        IDBFS.sealBare(mount, wasBare, done);
      }, done);
    });
  },

  // Writes what was stored into the tree. What was written locally before wins: it is newer.
  fillTree: (mount, paths, entries) => {
    var state = mount.durable;
    var failed = null;
    state.populating = true;
    try {
      // IndexedDB sorts its keys: a directory comes before what is in it.
      paths.forEach((path, i) => {
        if (path == IDBFS.FENCE_KEY || path == IDBFS.DEVICE_KEY || state.dirty.has(path)) return;
        IDBFS.storeLocalEntry(path, entries[i], (error) => { failed = failed || error; });
      });
    } catch (error) {
      failed = failed || error;
    }
    state.populating = false;
    return failed && IDBFS.failure('storage_failed', 'an entry could not be read: ' + failed);
  },

  commit: (mount, done) => {
    var state = mount.durable;
    if (!state.populated) {
      return done(IDBFS.failure('storage_failed', 'commit before the store was read'));
    }
    var taken = state.dirty;
    state.dirty = new Set();
    function finish(error) {
      if (error) taken.forEach((path) => state.dirty.add(path));
      done(error);
    }
    var changes;
    try {
      changes = Array.from(taken).filter((path) => path != mount.mountpoint)
          .map((path) => ({ path: path, entry: IDBFS.snapshot(path) }));
    } catch (error) {
      return finish(IDBFS.classify(error));
    }
    if (!changes.length) return done(null);
    IDBFS.sealChanges(mount, changes, (error) =>
      (error ? finish(error) : IDBFS.write(mount, changes, finish)));
  },

  write: (mount, changes, finish) => {
    IDBFS.transact(mount, (store, abort) => {
      var fence = store.get(IDBFS.FENCE_KEY);
      // Requests are answered in order and the transaction stays open until this one was, so the
      // puts below need not wait for it: aborting here takes all of them back.
      fence.onsuccess = () => {
        if (!fence.result) {
          IDBFS.report(mount, 'missing', 'the database was deleted while it was in use');
          abort(IDBFS.failure('storage_failed', 'the stored data is gone'));
        } else if (fence.result.owner != mount.durable.owner) {
          abort(IDBFS.failure('storage_fenced', 'another writer owns the store'));
        } else if (store.transaction.commit) {
          // Nothing else is to come. Saying so saves the wait for the answers to the puts; one that
          // fails still aborts all of it.
          store.transaction.commit();
        }
      };
      changes.forEach((change) => {
        if (change.entry) {
          store.put(change.entry, change.path);
        } else {
          store.delete(change.path);
        }
      });
    }, finish);
  },

  // A copy of what is at `path` now, or null if nothing is. Exactly the bytes in use: a view would
  // make IndexedDB store its whole backing buffer.
  snapshot: (path) => {
    var found = FS.analyzePath(path, true);
    if (!found.exists) return null;
    var node = found.object;
    var timestamp = node.node_ops.getattr(node).mtime;
    if (FS.isDir(node.mode)) return { timestamp: timestamp, mode: node.mode };
    if (!FS.isFile(node.mode)) throw new Error('only files and directories can be stored');
    var contents = MEMFS.getFileDataAsTypedArray(node).slice();
    return { timestamp: timestamp, mode: node.mode, contents: contents };
  },

  // Runs work(store, abort) in one readwrite transaction; calls back once, with null only after
  // `complete`. A connection that was lost is replaced and the work done once more: every request
  // here may be repeated without changing the result.
  transact: (mount, work, done, isRetry) => {
    var name = mount.mountpoint;
    var durability = (mount.opts && mount.opts.durability) || 'strict';
    IDBFS.getDB(name, (openError, db) => {
      if (openError) return done(IDBFS.classify(openError));
      if (mount.durable.lost) {
        mount.durable.lost = false;
        IDBFS.report(mount, 'reopened', name);
      }
      var cause = null;
      var requestError = null;
      function end(reason, connectionFailed) {
        if (connectionFailed) IDBFS.forget(name, db);
        if (IDBFS.dbs[name] !== db && !isRetry && !mount.durable.closed) {
          return IDBFS.transact(mount, work, done, true);
        }
        done(IDBFS.classify(reason));
      }
      var transaction;
      try {
        transaction = db.transaction([IDBFS.DB_STORE_NAME], 'readwrite',
            { durability: durability });
      } catch (error) {
        return end(error, error.name == 'InvalidStateError');
      }
      function abort(reason) {
        cause = cause || reason;
        try {
          transaction.abort();
        } catch (error) {
          // It has aborted by itself; onabort tells.
        }
      }
      transaction.oncomplete = () => done(null);
      // Not prevented: the default action of a failed request is to abort the transaction.
      transaction.onerror = (event) => { requestError = requestError || event.target.error; };
      transaction.onabort = () => {
        if (cause) return done(IDBFS.classify(cause));
        var reason = transaction.error || requestError;
        end(reason, reason && reason.name == 'UnknownError');
      };
      try {
        work(transaction.objectStore(IDBFS.DB_STORE_NAME), abort);
      } catch (error) {
        abort(error);
      }
    });
  },

  // Drops a connection that cannot be used any more.
  forget: (name, db) => {
    if (IDBFS.dbs[name] !== db) return;
    delete IDBFS.dbs[name];
    try {
      db.close();
    } catch (error) {
      // It is closed already.
    }
    var mount = IDBFS.mounts[name];
    if (!mount) return;
    mount.durable.lost = true;
    IDBFS.report(mount, 'connection_lost', name);
  },

  getDB: (name, callback) => {
    if (IDBFS.dbs[name]) return callback(null, IDBFS.dbs[name]);
    var request;
    try {
      request = IDBFS.indexedDB().open(name, IDBFS.DB_VERSION);
    } catch (error) {
      return callback(error);
    }
    request.onupgradeneeded = () => {
      var db = request.result;
      var store = db.objectStoreNames.contains(IDBFS.DB_STORE_NAME)
          ? request.transaction.objectStore(IDBFS.DB_STORE_NAME)
          : db.createObjectStore(IDBFS.DB_STORE_NAME);
      // Unused here; kept so that the database stays one that stock IDBFS can read.
      if (!store.indexNames.contains('timestamp')) {
        store.createIndex('timestamp', 'timestamp', { unique: false });
      }
    };
    request.onsuccess = () => {
      var db = request.result;
      IDBFS.dbs[name] = db;
      db.onclose = db.onversionchange = () => IDBFS.forget(name, db);
      callback(null, db);
    };
    request.onerror = (event) => {
      event.preventDefault();
      callback(request.error);
    };
  },

  // Ends the use of one mount. A commit in flight still completes; later ones are refused.
  release: (mount) => {
    var name = mount.mountpoint;
    mount.durable.closed = true;
    if (IDBFS.mounts[name] === mount) delete IDBFS.mounts[name];
    if (IDBFS.dbs[name]) IDBFS.forget(name, IDBFS.dbs[name]);
  }
});
