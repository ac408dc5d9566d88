// Rows for defences.mjs: who finds a profile's files, its key file or a backup.

export const kDefencesAtRest = [
  {
    test: "attack: a key file opened with a wrong passphrase",
    defence: "what is below a passphrase is authenticated",
    file: "wasm/src/journal/passphrase.cc",
    replace: "if (!opened) return Error::kWrongPassphrase;",
    by: "if (!opened) return SecretBytes(key_file.subspan(kLayerHeadBytes));",
  },
  {
    test: "attack: a key file searched for the key below a passphrase",
    defence: "a key file below a passphrase is sealed",
    file: "wasm/src/journal/passphrase.cc",
    replace: "seal_with_nonce(passphrase_key, bound, key_file, random, out);",
    by: "(void)passphrase_key; (void)random; append(out, key_file);",
  },
  {
    test: "key file: a layer of the device that was not taken off is told from damage",
    defence: "a key file with a layer is not taken for a key",
    file: "wasm/src/journal/key_file.cc",
    leave_out: "if (*wrapping != Wrapping::kNone) return Error::kLocked;",
  },
  {
    test: "key file: what a newer version wrote is told from damage",
    defence: "layers that are not known are refused",
    file: "wasm/src/journal/key_file.cc",
    replace: "|| wrapping > static_cast<uint8_t>(Wrapping::kPassphrase)) {",
    by: ") {",
  },
  {
    test: "attack: a backup opened with a wrong passphrase",
    defence: "a backup says by itself whether the passphrase is right",
    file: "wasm/src/backup/backup_reader.cc",
    replace:
      "if (!constant_time_equal(confirmation(header.head, passphrase_key), " +
      "header.confirmation))",
    by: "if (false)",
  },
  {
    test: "attack: a backup changed within one of its files, or with parts in other places",
    defence: "each chunk is authenticated",
    file: "wasm/src/backup/backup_reader.cc",
    replace: "failed_ = !opened;",
    by: "(void)opened;",
  },
  {
    test: "attack: a backup changed within one of its files, or with parts in other places",
    defence: "each chunk is sealed for its place",
    file: "wasm/src/backup/backup_format.cc",
    replace: "out.u64(index);",
    by: "out.u64(index * 0);",
  },
  {
    test: "attack: a backup cut at the end of one of its chunks",
    defence: "the last chunk is marked, and contents are as long as they say",
    file: "wasm/src/backup/backup_reader.cc",
    replace: "const bool is_last = sealed_left_ == sealed.size();",
    by: "const bool is_last = sealed.size() < kSealedChunkBytes;",
    and: [["if (!in.finished() || contents.files.empty())", "if (contents.files.empty())"]],
  },
  {
    test: "attack: a backup that makes Argon2 take all memory or for ever",
    defence: "the costs that a file asks for have limits",
    file: "wasm/src/journal/passphrase.cc",
    replace:
      "if (parameters.passes > limits::kPassphrasePassesMax || " +
      "parameters.memory_kib > limits::kPassphraseMemoryKibMax) {",
    by: "if (false) {",
  },
  {
    test: "backup: sealed contents that are no journal are refused",
    defence: "names of files are checked",
    file: "wasm/src/backup/backup_reader.cc",
    replace: "if (!is_file_name(file.name) || !names",
    by: "if (!names",
  },
  {
    test: "backup: the number of files is bounded, for the writer and for the reader",
    defence: "a backup cannot hold files without number",
    file: "wasm/src/backup/backup_reader.cc",
    leave_out: "if (count > limits::kBackupFilesMax) return Error::kBackupDamaged;",
  },
  {
    test: "attack: the original of a moved profile goes on beside its copy",
    defence: "the relay keeps the newer of two states connected",
    file: "server-stub/src/relay_core_frames.cc",
    replace: "if (hello.generation < connected.generation) {",
    by: "if (false) {",
  },
  {
    test: "attack: the original of a moved profile goes on beside its copy",
    defence: "a profile that was moved goes on far above its original",
    file: "wasm/src/engine/storage.cc",
    replace: "mailbox_.told + limits::kGenerationsMovedBy;",
    by: "mailbox_.told;",
  },
];
