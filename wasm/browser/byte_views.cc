#include "browser/byte_views.h"

#include <string>
#include <utility>

namespace homing {

using emscripten::typed_memory_view;
using emscripten::val;

val to_array(ByteView bytes) {
  return val::global("Uint8Array").new_(typed_memory_view(bytes.size(), bytes.data()));
}

namespace {

template <typename Buffer>
Buffer copied(const val& array) {
  Buffer bytes;
  bytes.resize(array["length"].as<unsigned>());
  // Made after the memory is there: making room would have moved what the view is of.
  val(typed_memory_view(bytes.size(), bytes.data())).call<void>("set", array);
  return bytes;
}

}  // namespace

Bytes to_bytes(const val& array) { return copied<Bytes>(array); }

SecretBytes to_secret(const val& array) { return copied<SecretBytes>(array); }

val to_view(const std::vector<StoredFile>& files) {
  val array = val::array();
  for (size_t i = 0; i < files.size(); ++i) {
    val file = val::object();
    file.set("name", files[i].name);
    file.set("bytes", to_array(files[i].bytes));
    array.set(i, file);
  }
  return array;
}

std::vector<StoredFile> to_files(const val& files) {
  std::vector<StoredFile> out;
  const auto count = files["length"].as<unsigned>();
  for (unsigned i = 0; i < count; ++i) {
    const val file = files[i];
    out.push_back({file["name"].as<std::string>(), to_bytes(file["bytes"])});
  }
  return out;
}

}  // namespace homing
