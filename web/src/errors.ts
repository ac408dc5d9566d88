// One class for everything that can go wrong, told apart by a code that stays the same across
// versions. Messages are for developers; an application words its own for the person.

const sentences = {
  // Of this package.
  profile_in_use: "the profile is open in another tab",
  taken_over: "another tab has taken the profile over",
  options_differ: "the profile is open with another relay or durability",
  module_failed: "the WebAssembly module could not be loaded",
  worker_failed: "the worker of homing could not be started or has crashed",
  cancelled: "the message was cancelled",
  deleted: "the conversation was deleted on this device",
  no_passphrase: "the profile has no passphrase",
  closed: "homing has been closed",
  // Of commands, as the engine names them.
  not_ready: "the store has not been loaded yet",
  full: "a queue is at its bound",
  not_found: "there is no such message or conversation",
  too_late: "the message has already left",
  empty: "a message needs a text",
  self: "this is your own address",
  blocked: "this person is blocked",
  too_large: "it is longer than allowed",
  malformed: "it does not have the expected form",
  unsupported: "it was made by a newer version",
  bad_address: "this is not an address",
  bad_signature: "the signature is wrong",
  // Of the store.
  storage_failed: "the browser could not store it",
  storage_fenced: "another tab has taken the store over",
  storage_newer: "the store was written by a newer version",
  storage_corrupt: "the store could not be read",
  storage_quota: "the browser has no room left for this site",
  storage_gone: "the browser has deleted what was stored here",
  locked: "the profile is locked by a passphrase",
  wrong_passphrase: "this is not the passphrase",
  not_empty: "there is a profile of this name already",
  backup_damaged: "the backup is not whole, or was changed",
} as const;

/** The codes this version words itself. The engine and the relay can give others. */
export type HomingErrorCode = keyof typeof sentences;

/**
 * What every rejected promise of this package is rejected with, except for an aborted AbortSignal,
 * whose reason is passed on as it is.
 */
export class HomingError extends Error {
  override readonly name = "HomingError";
  /** Stable, lower case with underscores. Compare this, never the message. */
  readonly code: HomingErrorCode | (string & {});

  constructor(code: HomingErrorCode | (string & {}), options?: ErrorOptions) {
    super(code in sentences ? sentences[code as HomingErrorCode] : `refused: ${code}`, options);
    this.code = code;
  }
}
