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
/* global mergeInto, LibraryManager, FS */

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
    'rename', 'symlink', 'lstat', 'rmdir', 'chdir', 'readFile', 'getMode',
    // Devices and sockets.
    'createDevice', 'mkdev', 'makedev', 'major', 'minor', 'registerDevice', 'getDevice',
    'chrdev_stream_ops', 'isSocket',
    // The end of the program, which a page does not have.
    'quit',
    // Old names.
    'findObject', 'absolutePath', 'joinPath', 'standardizePath'
  ]],
  [library.$PATH, ['extname', 'join']],
  [library.$PATH_FS, ['relative']],
  [library.$MEMFS.node_ops, ['rename', 'rmdir', 'symlink', 'readlink']],
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
  }
});

mergeInto(library, {
  // Strings of wide characters, which -lembind prepares for every module: ours has none, and
  // reading and writing them is some 5 KB of JavaScript.
  _embind_register_std_wstring__deps: [],
  _embind_register_std_wstring: function() {}
});
