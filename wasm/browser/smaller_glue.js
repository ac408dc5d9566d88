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
/* global mergeInto, LibraryManager */

Object.entries({
  $FS: [
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
    // The end of the program, which a page does not have.
    'quit',
    // Old names.
    'findObject', 'absolutePath', 'joinPath', 'standardizePath'
  ],
  $PATH: ['extname', 'join'],
  $PATH_FS: ['relative']
}).forEach(([object, names]) => {
  names.forEach((name) => {
    delete LibraryManager.library[object][name];
  });
});

mergeInto(LibraryManager.library, {
  // Strings of wide characters, which embind prepares for every module: ours has none, and reading
  // and writing them is some 5 KB of JavaScript.
  _embind_register_std_wstring__deps: [],
  _embind_register_std_wstring: function() {}
});
