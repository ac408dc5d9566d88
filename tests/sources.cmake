# Unit tests, in the order of wasm/sources.cmake. The first is the program's main().
set(HOMING_TEST_SOURCES
    unit/main.cc
    unit/bytes_test.cc
    unit/random_test.cc
    unit/session_primitives_test.cc
    unit/session_identity_test.cc
    unit/session_prekeys_test.cc
    unit/session_envelope_test.cc
    unit/session_handshake_test.cc
    unit/session_padding_test.cc
    unit/session_ratchet_test.cc
    unit/session_book_test.cc
)
