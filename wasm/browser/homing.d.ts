/**
 * The WebAssembly module as JavaScript sees it. Bytes are copied Uint8Arrays, times are doubles in
 * milliseconds since 1970, ids and addresses are their text forms (see homing/message.h and
 * homing/address.h), errors are the codes of error_name(). Nothing throws; nothing is consumed.
 */

import type { StoredFile } from "./homing_vault.js";

export interface MessageView {
  id: string;
  peer: string;
  outgoing: boolean;
  sequence: number;
  time: number;
  status: "pending" | "sent" | "delivered" | "read" | "held" | "cancelled" | "received";
  heldReason?: string;
  text: string;
}

export interface ConversationView {
  peer: string;
  /** A request: they have written first, and learn nothing until they are accepted. */
  contact: "requested" | "accepted" | "blocked";
  /** The person has compared safety numbers. */
  verified: boolean;
  name: string;
  unread: number;
  pending: number;
  lastTime: number;
  lastText: string;
}

/** What two people compare to know that nobody stands between them. */
export interface SafetyNumberView {
  /** 60 decimal digits, the same on both devices. */
  digits: string;
  /** For a QR code; matchesSafetyCode() of the other device reads it. */
  code: string;
}

export interface WhyView {
  reason:
    | "none"
    | "offline"
    | "connecting"
    | "no_prekeys"
    | "behind_others"
    | "in_flight"
    | "rate_limited"
    | "storage"
    | "held";
  ahead: number;
  /** Milliseconds since 1970. */
  nextAttempt?: number;
  error?: string;
}

export interface ConnectionView {
  state: "offline" | "waiting" | "connecting" | "authenticating" | "online" | "stalled";
  /** Milliseconds since 1970. */
  nextAttempt?: number;
  error?: string;
}

/** What the engine tells, in the order in which it happened. */
export type EngineEvent =
  | { type: "opened"; address: string; quarantined: number }
  | { type: "stopped"; error: string }
  /** The journal key is below a passphrase: unlock() goes on. */
  | { type: "locked" }
  | { type: "messages"; messages: MessageView[] }
  | {
      type: "status";
      peer: string;
      status: MessageView["status"];
      heldReason?: string;
      ids: string[];
    }
  | { type: "conversation"; conversation: ConversationView }
  | { type: "deleted"; peer: string }
  | { type: "connection"; connection: ConnectionView }
  | { type: "storage"; error?: string; unsaved: number }
  | { type: "unreadable"; from: string; id: string; error: string }
  | { type: "reply"; request: number; error?: string; message?: MessageView; peer?: string };

export interface HostOptions {
  /** ws:// or wss:// URL of the relay. */
  relay: string;
  /** Names the store: everything lies in the IDBFS mount /homing/<profile>. */
  profile: string;
  /** Of IndexedDB transactions; "strict" survives a power cut. */
  durability: "strict" | "relaxed";
  /** There was a profile: stopped with `storage_gone` where nothing of it is left. */
  mustExist?: boolean;
  /** Called with everything that one turn of the engine had to tell; never re-entrantly. */
  onEvents: (events: EngineEvent[]) => void;
}

/** One engine with its store, socket and timer. Its owner holds the profile's lock. */
export interface Host {
  /** Loads the journal and starts; "opened", "stopped" or "locked" follows. Once. */
  open(): void;
  /** After "locked", once: the key file without its passphrase, as the vault gives it. */
  unlock(keyFile: Uint8Array): void;
  /** Closes socket and store; commits under way still finish. No event follows. */
  close(): void;
  /** Frees the C++ object (embind); after close(). */
  delete(): void;

  // Commands: the number is the caller's, and comes back in exactly one "reply".
  /** With the same id again, it is the same message: it is answered with, and not sent again. */
  send(request: number, to: string, text: string, id: string): void;
  edit(request: number, peer: string, id: string, text: string): void;
  cancel(request: number, peer: string, id: string): void;
  retry(request: number, peer: string, id: string): void;
  markRead(request: number, peer: string): void;
  accept(request: number, peer: string): void;
  block(request: number, peer: string): void;
  deleteConversation(request: number, peer: string): void;
  setVerified(request: number, peer: string, verified: boolean): void;
  acceptInvite(request: number, invite: string): void;
  setName(request: number, name: string): void;
  setReadReceipts(request: number, enabled: boolean): void;
  setDeliveredReceipts(request: number, enabled: boolean): void;
  renewInvite(request: number): void;
  tryNow(request: number): void;

  // The profile as a whole; the vault makes and reads what passes here. Where there is a request
  // number, one "reply" follows.
  /** The key file as it is stored, below the layer of the device. */
  keyFile(): Uint8Array;
  hasPassphrase(): boolean;
  /** Replaces it. not_ready, also while another is being stored, and the errors of the store. */
  setKeyFile(request: number, keyFile: Uint8Array): void;
  /** The journal with all layers taken off; empty before "opened". */
  readFiles(): StoredFile[];
  /** Instead of open(); only close() may follow. not_empty and the errors of the store. */
  importFiles(request: number, files: StoredFile[]): void;

  /** What a page saw: online and offline events of its window, being shown, pageshow, resume. */
  hint(kind: "online" | "offline" | "wake"): void;

  // Queries.
  address(): string;
  invite(): string;
  name(): string;
  readReceipts(): boolean;
  deliveredReceipts(): boolean;
  conversations(): ConversationView[];
  /** Up to `limit` messages before the one named (or the last ones, for ""), oldest first. */
  messages(peer: string, before: string, limit: number): MessageView[];
  message(peer: string, id: string): MessageView | undefined;
  why(peer: string, id: string): WhyView;
  /** Undefined if `peer` is not an address. */
  safetyNumber(peer: string): SafetyNumberView | undefined;
  matchesSafetyCode(peer: string, code: string): boolean;
  pending(): number;
  connection(): ConnectionView;
}

export interface HomingModule {
  createHost(options: HostOptions): Host;
}

/** Instantiates the module; rejects when WebAssembly cannot be loaded. */
declare const createHoming: (options?: {
  locateFile?: (name: string) => string;
  wasmBinary?: ArrayBuffer;
}) => Promise<HomingModule>;
export default createHoming;
