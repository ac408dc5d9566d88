/**
 * Leaves out what no code of ours can reach of Emscripten's glue, which is a fifth of what a
 * browser loads before the first message can be sent. Link it after the other libraries, and only
 * into the module that is shipped.
 *
 * Emscripten drops unused functions by itself, but not unused members of an object such as its file
 * system. What is listed here is called neither by our libraries nor by the system calls that are
 * linked (open, read, write, seek, close, fstat, unlink, getdents).
 */

/* eslint-env node */
/* global mergeInto, LibraryManager, FS, MEMFS, Module */

const library = LibraryManager.library;

[
  [library.$FS, [
    // Files that come with the program or from a server.
    'createLazyFile', 'createPreloadedFile', 'forceLoadFile', 'createDataFile', 'createFile',
    'createPath', 'createFolder', 'createLink',
    // A second, older way to IndexedDB.
    'indexedDB', 'DB_NAME', 'DB_VERSION', 'DB_STORE_NAME', 'saveFilesToDB', 'loadFilesFromDB',
    // All mounts at once, while ours are written one by one.
    'syncfs',
    // Owners, mappings, control of devices.
    'chown', 'lchown', 'fchown', 'lchmod', 'fchmod', 'mmap', 'msync', 'munmap', 'mmapAlloc',
    'allocate', 'ioctl', 'ftruncate',
    // Links, other directories, and reading without a descriptor.
    'rename', 'symlink', 'readlink', 'lstat', 'rmdir', 'chdir', 'readFile', 'getMode',
    // Modes in words.
    'flagModes', 'modeStringToFlags', 'flagsToPermissionString',
    // Devices and sockets.
    'createDevice', 'mkdev', 'makedev', 'major', 'minor', 'registerDevice', 'getDevice',
    'chrdev_stream_ops', 'isSocket',
    // The end of the program, which a page does not have.
    'quit',
    // Finding a file by a hash of its name, and other ways to look (see below).
    'hashName', 'hashAddNode', 'hashRemoveNode', 'createNode', 'lookup', 'getMounts',
    // Old names.
    'findObject', 'absolutePath', 'joinPath', 'standardizePath'
  ]],
  [library.$PATH, ['extname', 'join']],
  [library.$PATH_FS, ['relative']],
  [library.$MEMFS.node_ops, ['rename', 'rmdir', 'symlink', 'readlink', 'lookup']],
  [library.$MEMFS.stream_ops, ['allocate', 'mmap', 'msync']],
  [library.$SYSCALLS, [
    'DEFAULT_POLLMASK', 'doMsync', 'doMkdir', 'doMknod', 'doReadlink', 'doAccess', 'doDup'
  ]]
].forEach(([object, names]) => {
  names.forEach((name) => {
    delete object[name];
  });
});

// No terminal and no random device either: the core's only message, that an invariant is broken,
// goes to the console, and random bytes come from browser_platform.js.
library.$FS__deps = library.$FS__deps.filter((name) => {
  return name != '$TTY' && name != '$getRandomDevice';
});
Object.assign(library.$FS, {
  createDefaultDevices: () => {},
  createSpecialDirectories: () => {},
  // Taken, and closed: no file gets a number under which the C library would print.
  createStandardStreams: () => {
    FS.streams = [{ fd: null }, { fd: null }, { fd: null }];
  },
  createDefaultDirectories: () => {},
  // There is one user, who may do everything; what remains is whether something is there.
  nodePermissions: () => 0,
  mayLookup: () => 0,
  mayDelete: () => 0,
  mayCreate: (parent, name) => (parent.contents[name] ? 20 : 0), // EEXIST
  mayOpen: (node) => (node ? 0 : 44), // ENOENT
  // Directories know what is in them, so there is no table of all files.
  lookupNode: (parent, name) => {
    const node = parent.contents[name];
    if (!node) throw FS.genericErrors[44]; // ENOENT
    return node;
  },
  destroyNode: () => {},
  unmount: (path) => {
    const node = FS.lookupPath(path, { follow_mount: false }).node;
    const mounts = node.mount.mounts;
    mounts.splice(mounts.indexOf(node.mounted), 1);
    node.mounted = null;
  },
  // Without the accessors by which others could ask what a stream is for.
  createStream: (stream) => {
    stream.fd = FS.nextfd();
    FS.streams[stream.fd] = stream;
    return stream;
  },
  analyzePath: (path) => {
    try {
      return { exists: true, object: FS.lookupPath(path).node };
    } catch (error) {
      return { exists: false };
    }
  }
});

// Files and directories, but neither links nor devices.
library.$MEMFS.createNode = (parent, name, mode) => {
  const node = new FS.FSNode(parent, name, mode);
  node.node_ops = MEMFS.node_ops;
  node.stream_ops = MEMFS.stream_ops;
  // A profile can have any name, "constructor" among them.
  node.contents = FS.isDir(mode) ? Object.create(null) : null;
  node.usedBytes = 0;
  node.timestamp = Date.now();
  if (parent) {
    parent.contents[name] = node;
    parent.timestamp = node.timestamp;
  }
  return node;
};

library.$MEMFS.node_ops.readdir = (node) => ['.', '..'].concat(Object.keys(node.contents));

// Nor does anybody ask a file for its permissions in words.
const postset = library.$FS__postset;
if (typeof postset == 'function') {
  library.$FS__postset = () => {
    const accessors = /Object\.defineProperties\(FSNode\.prototype, [^]*?\n\}\);/;
    return postset().replace(accessors, '');
  };
}

mergeInto(library, {
  // Strings of wide characters, which -lembind prepares for every module: ours has none, and
  // reading and writing them is some 5 KB of JavaScript.
  _embind_register_std_wstring__deps: [],
  _embind_register_std_wstring: function() {},

  // Functions have one form each, and nobody counts the handles.
  $exposePublicSymbol__deps: [],
  $exposePublicSymbol: function(name, value) {
    Module[name] = value;
  },
  $replacePublicSymbol__deps: [],
  $replacePublicSymbol: function(name, value) {
    Module[name] = value;
  },
  $init_emval__deps: [],
  $init_emval__postset: '',
  $init_emval: function() {},
  // Errors of embind are mistakes of ours, and need no classes.
  $extendError__deps: [],
  $extendError: function() {
    return Error;
  },
  // Every browser has one.
  $emval_get_global: function() {
    return globalThis;
  }
});
