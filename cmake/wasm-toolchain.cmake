# Emscripten's own toolchain file, from an activated emsdk if there is one and from Debian's
# package otherwise, plus the node that runs test programs.

if(DEFINED ENV{EMSDK}
   AND EXISTS "$ENV{EMSDK}/upstream/emscripten/cmake/Modules/Platform/Emscripten.cmake")
  set(_homing_emscripten "$ENV{EMSDK}/upstream/emscripten")
else()
  set(_homing_emscripten "/usr/share/emscripten")
endif()
if(NOT EXISTS "${_homing_emscripten}/cmake/Modules/Platform/Emscripten.cmake")
  message(FATAL_ERROR "Emscripten is not installed. Run script/bootstrap, or activate an emsdk.")
endif()

# Set before the include, because Emscripten's file keeps a value that is already there. The flag is
# needed because the loader of Emscripten 3.1.6 takes node's global fetch for a browser's and tries
# to load the module from a URL.
if(NOT DEFINED CMAKE_CROSSCOMPILING_EMULATOR)
  find_program(HOMING_NODE NAMES node nodejs REQUIRED)
  set(CMAKE_CROSSCOMPILING_EMULATOR "${HOMING_NODE};--no-experimental-fetch")
endif()

include("${_homing_emscripten}/cmake/Modules/Platform/Emscripten.cmake")
