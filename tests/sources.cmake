# Unit tests, in the order of wasm/sources.cmake. The first is the program's main().
set(HOMING_TEST_SOURCES
    unit/main.cc
    unit/bytes_test.cc
    unit/random_test.cc
)
