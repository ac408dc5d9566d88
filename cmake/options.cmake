# What every target of ours is compiled with. Targets link these PRIVATE, so that nothing here leaks
# into a project that embeds homing.

option(HOMING_WARNINGS_AS_ERRORS "Treat warnings as errors (the presets do)" OFF)
option(HOMING_SANITIZE "Build with AddressSanitizer and UndefinedBehaviorSanitizer" OFF)
option(HOMING_BUILD_FUZZERS "Build the fuzz targets with libFuzzer (needs Clang)" OFF)

add_library(homing_warnings INTERFACE)
target_compile_options(
  homing_warnings
  INTERFACE -Wall
            -Wextra
            -Wpedantic
            -Wshadow
            -Wconversion
            -Wsign-conversion
            -Wold-style-cast
            -Wnon-virtual-dtor
            $<$<CXX_COMPILER_ID:Clang>:-Wthread-safety>
            # Wrong in GCC 12 with optimisation: it takes moving a std::variant for reading its
            # inactive alternatives, appending to an empty std::vector for an overflow, and joining
            # two std::strings for an overlap (GCC bug 105651). Clang and the sanitizers look after
            # all three.
            $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>
            $<$<CXX_COMPILER_ID:GNU>:-Wno-stringop-overflow>
            $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>
            $<$<BOOL:${HOMING_WARNINGS_AS_ERRORS}>:-Werror>)

add_library(homing_sanitizers INTERFACE)
if(HOMING_SANITIZE)
  # -O1 keeps the stack traces readable and halves the time of the tests against -O0.
  set(_homing_sanitize -fsanitize=address,undefined -fno-sanitize-recover=all)
  target_compile_options(
    homing_sanitizers
    INTERFACE ${_homing_sanitize} -O1 -fno-omit-frame-pointer
              # Clang 14 cannot assemble a coroutine with the check of function pointer types.
              $<$<CXX_COMPILER_ID:Clang>:-fno-sanitize=function>)
  target_compile_definitions(homing_sanitizers INTERFACE _GLIBCXX_ASSERTIONS)
  target_link_options(homing_sanitizers INTERFACE ${_homing_sanitize})
endif()

if(HOMING_BUILD_FUZZERS AND HOMING_SANITIZE)
  # Lets libFuzzer see which branches an input takes; its main() comes with the targets alone.
  target_compile_options(homing_sanitizers INTERFACE -fsanitize=fuzzer-no-link)
endif()

# Both of them and the language level, for all targets of ours.
add_library(homing_options INTERFACE)
target_compile_features(homing_options INTERFACE cxx_std_20)
target_link_libraries(homing_options INTERFACE homing_warnings homing_sanitizers)
