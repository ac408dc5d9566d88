# The libraries of the core as imported targets: homing::sodium and homing::json.

# --- libsodium ------------------------------------------------------------------------------------
# script/bootstrap builds it once natively and once as Wasm from one verified source, outside of the
# preset folders, so that a clean build of ours does not build it again.
if(EMSCRIPTEN)
  set(_homing_sodium_kind wasm)
else()
  set(_homing_sodium_kind native)
endif()
set(HOMING_SODIUM_ROOT
    "${PROJECT_SOURCE_DIR}/build/deps/libsodium/${_homing_sodium_kind}"
    CACHE PATH "Folder with lib/libsodium.a and include/sodium.h, version 1.0.22 or later")
if(NOT EXISTS "${HOMING_SODIUM_ROOT}/lib/libsodium.a")
  message(FATAL_ERROR "libsodium is not built: ${HOMING_SODIUM_ROOT}/lib/libsodium.a is missing. "
                      "Run script/bootstrap, which fetches, verifies and builds it.")
endif()
add_library(homing_sodium STATIC IMPORTED GLOBAL)
set_target_properties(
  homing_sodium
  PROPERTIES IMPORTED_LOCATION "${HOMING_SODIUM_ROOT}/lib/libsodium.a"
             INTERFACE_INCLUDE_DIRECTORIES "${HOMING_SODIUM_ROOT}/include"
             INTERFACE_COMPILE_DEFINITIONS SODIUM_STATIC=1)
add_library(homing::sodium ALIAS homing_sodium)

# --- headers of Debian packages -------------------------------------------------------------------
# Emscripten's toolchain hides the machine's packages, and adding /usr/include would put the
# machine's libc in front of Emscripten's. So the one folder that is wanted is copied.
function(homing_copied_headers target folder header)
  find_path(${target}_INCLUDE "${folder}/${header}" PATHS /usr/include /usr/local/include
            CMAKE_FIND_ROOT_PATH_BOTH)
  if(NOT ${target}_INCLUDE)
    message(FATAL_ERROR "${folder}/${header} was not found. Run script/bootstrap.")
  endif()
  file(COPY "${${target}_INCLUDE}/${folder}" DESTINATION "${PROJECT_BINARY_DIR}/third_party")
  target_include_directories(${target} SYSTEM INTERFACE "${PROJECT_BINARY_DIR}/third_party")
endfunction()

# The definitions travel with the target: code built with and without them must not share templates.
add_library(homing_json INTERFACE)
target_compile_definitions(homing_json INTERFACE JSON_NOEXCEPTION JSON_USE_IMPLICIT_CONVERSIONS=0)
if(EMSCRIPTEN)
  homing_copied_headers(homing_json nlohmann json.hpp)
else()
  find_package(nlohmann_json 3.11 REQUIRED)
  target_link_libraries(homing_json INTERFACE nlohmann_json::nlohmann_json)
endif()
add_library(homing::json ALIAS homing_json)

if(HOMING_BUILD_TESTS)
  add_library(homing_doctest INTERFACE)
  if(EMSCRIPTEN)
    homing_copied_headers(homing_doctest doctest doctest.h)
  else()
    find_package(doctest REQUIRED)
    target_link_libraries(homing_doctest INTERFACE doctest::doctest)
  endif()
  add_library(homing::doctest ALIAS homing_doctest)
endif()
