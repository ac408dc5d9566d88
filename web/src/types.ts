// The plain values of the package. Those that come out of the engine are declared once, beside the
// WebAssembly module, and handed on from here.

import type {
  ConnectionView,
  ConversationView,
  MessageView,
  SafetyNumberView,
  WhyView,
} from "homing-module";

export type { ConnectionView, ConversationView, MessageView, SafetyNumberView, WhyView };

export type MessageStatus = MessageView["status"];

/** How far a message has come, for Message.until(). Each includes the ones before it. */
export type Milestone = "sent" | "delivered" | "read";

/**
 * What to do when the profile is open elsewhere in this browser:
 * - `"fail"`: reject with `profile_in_use`. The default. A tab that is just being closed or
 *   reloaded is waited for, at most a second.
 * - `"wait"`: open as soon as the other tab lets go.
 * - `"take"`: take it over. The other tab is told, and cannot store anything from then on.
 */
export type WhenInUse = "fail" | "wait" | "take";

export interface HomingOptions {
  /** `ws://` or `wss://` URL of the relay. */
  readonly relay: string;
  /** Names the identity and its store in this browser. Default: `"default"`. */
  readonly profile?: string;
  /**
   * How a saved message is stored. `"strict"` (the default) survives a power cut, `"relaxed"` only
   * a crash of the browser, at half the time per commit.
   */
  readonly durability?: "strict" | "relaxed";
  readonly whenInUse?: WhenInUse;
  /**
   * Makes a new profile where the browser has deleted the one that was here (`storage_gone`).
   * Default: false, so that a person is told before another identity takes its place.
   */
  readonly anew?: boolean;
  /** Needed if setPassphrase() has set one. Not kept. */
  readonly passphrase?: string;
  /** Gives up opening. Has no effect once open() has resolved. */
  readonly signal?: AbortSignal;
}

/** How far an export or an import has come, in bytes. */
export interface Progress {
  readonly done: number;
  readonly total: number;
}

export interface ExportOptions {
  /** What the backup is sealed with; whoever has both can read everything in it. */
  readonly passphrase: string;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
}

export interface ImportOptions extends ExportOptions {
  /** Where to; must not exist yet. Default: `"default"`. */
  readonly profile?: string;
}

export interface StorageView {
  /** Why nothing can be stored at the moment; absent when all is well again. */
  readonly error?: string;
  /** Changes that wait to be stored. */
  readonly unsaved: number;
}

export interface UnreadableView {
  readonly from: string;
  readonly id: string;
  readonly error: string;
}
