// What a page and the worker say to each other. The worker holds the engine; pages only call
// methods of its Host, by name, and hear its events. Request numbers are the asking page's own.

import type { EngineEvent, Host } from "homing-module";
import type { ConnectionView, StorageView, WhenInUse } from "./types.js";

/** Methods of Host that are answered by a "reply" event, after what they changed is durable. */
export type CommandName =
  | "send" | "edit" | "cancel" | "retry" | "markRead"
  | "accept" | "block" | "deleteConversation" | "setVerified"
  | "acceptInvite" | "renewInvite" | "setName" | "setReadReceipts" | "setDeliveredReceipts"
  | "tryNow";

/** Methods of Host that answer at once. */
export type QueryName =
  | "invite" | "conversations" | "messages" | "message" | "why" | "pending"
  | "safetyNumber" | "matchesSafetyCode";

type WithoutFirst<List extends unknown[]> = List extends [unknown, ...infer Rest] ? Rest : never;

/** Parameters of a command: the request number is put in front by the worker. */
export type CommandParameters<Name extends CommandName> = WithoutFirst<Parameters<Host[Name]>>;
export type QueryParameters<Name extends QueryName> = Parameters<Host[Name]>;
export type QueryResult<Name extends QueryName> = ReturnType<Host[Name]>;

export interface OpenOptions {
  readonly relay: string;
  readonly profile: string;
  readonly durability: "strict" | "relaxed";
  readonly whenInUse: WhenInUse;
  readonly passphrase?: string;
  /** There was a profile: an empty store is `storage_gone` then, not the place for a new one. */
  readonly mustExist: boolean;
  /** A Web Lock that the page holds for as long as it wants the profile open. */
  readonly page?: string;
}

/** What concerns the profile as a whole. Answered by "result" or "refused", and a change of the
 * passphrase by a "reply" event. */
export type ProfileTask =
  | { readonly name: "changePassphrase"; readonly current?: string; readonly next?: string }
  | { readonly name: "exportProfile"; readonly passphrase: string }
  | {
      readonly name: "importProfile";
      readonly profile: string;
      readonly backup: Blob;
      readonly passphrase: string;
    };

/** What a page knows without asking, from the moment it is open. */
export interface OpenedState {
  readonly address: string;
  readonly name: string;
  readonly readReceipts: boolean;
  readonly deliveredReceipts: boolean;
  readonly connection: ConnectionView;
  readonly storage: StorageView;
  /** Files of the store that could not be read; they are kept, nothing is deleted. */
  readonly quarantined: number;
  readonly hasPassphrase: boolean;
}

export type Hint = Parameters<Host["hint"]>[0];

/** What a page says. It opens once; to open again it takes another port. */
export type ToWorker =
  | { readonly type: "open"; readonly options: OpenOptions }
  | { readonly type: "close" }
  /** Ends the host for all pages, and then the worker. */
  | { readonly type: "lock" }
  /** Answered at once: the worker lives. */
  | { readonly type: "ping" }
  /** A message with events was handled. */
  | { readonly type: "read" }
  | { readonly type: "hint"; readonly hint: Hint }
  | { readonly type: "task"; readonly request: number; readonly task: ProfileTask }
  /** Gives a task up; "refused" follows, unless it was done already. */
  | { readonly type: "abort"; readonly request: number }
  | {
      readonly type: "command";
      readonly request: number;
      readonly name: CommandName;
      readonly parameters: readonly unknown[];
    }
  | {
      readonly type: "query";
      readonly request: number;
      readonly name: QueryName;
      readonly parameters: readonly unknown[];
    };

export type FromWorker =
  /** A second one says that events were left out: everything has to be read again. */
  | { readonly type: "opened"; readonly state: OpenedState }
  /** Some page has changed what all of them know without asking. */
  | { readonly type: "state"; readonly state: OpenedState }
  /** The host has ended by itself, or could not start; `code` is that of a HomingError. */
  | { readonly type: "stopped"; readonly code: string; readonly detail?: string }
  /** Answers "close" and "lock"; nothing of the former host follows. */
  | { readonly type: "closed" }
  | { readonly type: "pong" }
  | { readonly type: "events"; readonly events: EngineEvent[] }
  | {
      readonly type: "progress";
      readonly request: number;
      readonly done: number;
      readonly total: number;
    }
  | { readonly type: "result"; readonly request: number; readonly value: unknown }
  | { readonly type: "refused"; readonly request: number; readonly code: string };

/** The side of a Worker, or of its global scope, that this protocol needs. */
export interface Port<Out, In> {
  postMessage(message: Out): void;
  addEventListener(type: "message", listener: (event: MessageEvent<In>) => void): void;
}
