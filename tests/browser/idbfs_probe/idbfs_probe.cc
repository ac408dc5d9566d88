// A module with nothing but the file system and IDBFS in it, driven from JavaScript. Linked twice,
// with and without durable_idbfs.js, so that a test can run one scenario against both.

#include <emscripten.h>
#include <fcntl.h>
#include <unistd.h>

#include <cstddef>

extern "C" {

// Also keeps the system calls, and with them the JavaScript file system, in the module.
EMSCRIPTEN_KEEPALIVE int probe_append(const char* path, const void* bytes, size_t size) {
  const int file = open(path, O_WRONLY | O_CREAT | O_APPEND, 0600);
  if (file < 0) return -1;
  const ssize_t count = write(file, bytes, size);
  close(file);
  return static_cast<int>(count);
}
}
