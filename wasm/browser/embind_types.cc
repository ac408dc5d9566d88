// The types that cross into JavaScript, in place of libembind, which registers arrays of all kinds
// of numbers, several kinds of strings and more for every program. A type that is missing here
// is an exception when a function that uses it is called, which the browser tests would see.

#include <emscripten.h>
#include <emscripten/bind.h>

#include <cstring>
#include <limits>
#include <string>

namespace {

using emscripten::internal::TypeID;

template <typename Integer>
void register_integer(const char* name) {
  using Limits = std::numeric_limits<Integer>;
  emscripten::internal::_embind_register_integer(TypeID<Integer>::get(), name, sizeof(Integer),
                                                 Limits::min(), Limits::max());
}

}  // namespace

// The names are embind's: it expects both functions of whoever takes the place of libembind.
extern "C" {

EMSCRIPTEN_KEEPALIVE const char* __getTypeName(const std::type_info*) {
  // For the text of that exception.
  return strdup("a type");
}

EMSCRIPTEN_KEEPALIVE __attribute__((constructor)) void
__embind_register_native_and_builtin_types() {
  using namespace emscripten::internal;
  _embind_register_void(TypeID<void>::get(), "void");
  _embind_register_bool(TypeID<bool>::get(), "bool", sizeof(bool), true, false);
  register_integer<uint32_t>("uint32_t");
  register_integer<size_t>("size_t");
  _embind_register_float(TypeID<double>::get(), "double", sizeof(double));
  _embind_register_std_string(TypeID<std::string>::get(), "std::string");
  _embind_register_emval(TypeID<emscripten::val>::get(), "val");
  // Its place among embind's typed arrays.
  constexpr unsigned kUint8Array = 1;
  _embind_register_memory_view(TypeID<emscripten::memory_view<uint8_t>>::get(), kUint8Array,
                               "bytes");
}
}
