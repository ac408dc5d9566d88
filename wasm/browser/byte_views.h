#pragma once

#include <emscripten/val.h>

#include <vector>

#include "homing/bytes.h"
#include "homing/input.h"

/// Bytes and files, between C++ and JavaScript. A Uint8Array is always a copy.
namespace homing {

emscripten::val to_array(ByteView bytes);
Bytes to_bytes(const emscripten::val& array);
SecretBytes to_secret(const emscripten::val& array);

/// [{name, bytes}, ...]
emscripten::val to_view(const std::vector<StoredFile>& files);
std::vector<StoredFile> to_files(const emscripten::val& files);

}  // namespace homing
