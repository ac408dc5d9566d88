#pragma once

#include <string_view>

#include "homing/bytes.h"

/// The fuzz targets. Each is one function in fuzz_NAME.cc that takes any bytes and stops the
/// program (HOMING_ASSERT, or a sanitizer) when what its first lines state does not hold. They are
/// linked twice: one by one with libFuzzer, and together into a program that replays tests/fuzz/
/// corpus.
namespace homing::fuzz {

void fuzz_cbor(ByteView bytes);
void fuzz_client_frame(ByteView bytes);
void fuzz_relay_frame(ByteView bytes);
void fuzz_envelope(ByteView bytes);
void fuzz_content(ByteView bytes);
void fuzz_invite(ByteView bytes);
void fuzz_prekey_bundle(ByteView bytes);
void fuzz_publication(ByteView bytes);
void fuzz_record(ByteView bytes);
void fuzz_journal(ByteView bytes);
void fuzz_key_file(ByteView bytes);
void fuzz_backup(ByteView bytes);
void fuzz_session_state(ByteView bytes);
void fuzz_session_interaction(ByteView bytes);
void fuzz_engine_frames(ByteView bytes);

struct Target {
  std::string_view name;  // of its folder in the corpus
  void (*run)(ByteView bytes);
};

inline constexpr Target kTargets[] = {
    {"cbor", fuzz_cbor},
    {"client_frame", fuzz_client_frame},
    {"relay_frame", fuzz_relay_frame},
    {"envelope", fuzz_envelope},
    {"content", fuzz_content},
    {"invite", fuzz_invite},
    {"prekey_bundle", fuzz_prekey_bundle},
    {"publication", fuzz_publication},
    {"record", fuzz_record},
    {"journal", fuzz_journal},
    {"key_file", fuzz_key_file},
    {"backup", fuzz_backup},
    {"session_state", fuzz_session_state},
    {"session_interaction", fuzz_session_interaction},
    {"engine_frames", fuzz_engine_frames},
};

}  // namespace homing::fuzz
