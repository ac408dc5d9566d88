/**
 * The second WebAssembly module: passphrases and backups. Loaded when one of them is used, and
 * dropped afterwards with the memory that Argon2 takes. Nothing throws; what can fail gives
 * `{error}` with a code of error_name(). Passphrases are in Unicode normal form NFKC, as UTF-8;
 * each that is used costs half a second. Of passphrases and keys no copy stays here: the caller
 * wipes its own.
 */

/** A file of the journal, or the key file "key". */
export interface StoredFile {
  name: string;
  bytes: Uint8Array;
}

export type Outcome<Value> = (Value & { error?: undefined }) | { error: string };

/** Writes a backup; freed with delete(). */
export interface BackupWriter {
  /** `files` of them follow. empty, too_large (the passphrase). */
  open(passphrase: Uint8Array, keyFile: Uint8Array, files: number): Outcome<object>;
  /** Begins the next file, of which `size` bytes follow. too_large. */
  beginFile(name: string, size: number): Outcome<object>;
  /** Any part of the file. */
  add(bytes: Uint8Array): void;
  /** After all of the last file. */
  finish(): void;
  /** What is ready of the backup, in order. */
  take(): Uint8Array;
  delete(): void;
}

/** Reads a backup, in the order of these methods; freed with delete(). */
export interface BackupReader {
  headerBytes(): number;
  /** `fileBytes` is the length of the whole file. wrong_passphrase, backup_damaged, unsupported,
   * too_large. */
  open(header: Uint8Array, fileBytes: number, passphrase: Uint8Array): Outcome<object>;
  /** 0 after the last chunk. */
  nextChunkBytes(): number;
  /** Exactly as many bytes as said. backup_damaged. */
  add(sealed: Uint8Array): Outcome<object>;
  /** What Host.importFiles() takes, after the last chunk. backup_damaged. */
  finish(): Outcome<{ files: StoredFile[] }>;
  delete(): void;
}

export interface VaultModule {
  /** empty, too_large. */
  putOnPassphrase(keyFile: Uint8Array, passphrase: Uint8Array): Outcome<{ keyFile: Uint8Array }>;
  /** wrong_passphrase, empty, too_large, storage_corrupt. */
  takeOffPassphrase(keyFile: Uint8Array, passphrase: Uint8Array): Outcome<{ keyFile: Uint8Array }>;
  readonly BackupWriter: new () => BackupWriter;
  readonly BackupReader: new () => BackupReader;
}

/** Instantiates the module; rejects when it cannot be loaded. */
declare const createHomingVault: (options?: {
  locateFile?: (name: string) => string;
  wasmBinary?: ArrayBuffer;
}) => Promise<VaultModule>;
export default createHomingVault;
