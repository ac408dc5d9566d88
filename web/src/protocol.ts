// What the page and its worker say to each other. The worker holds the engine; a page only calls
// methods of its Host, by name, and hears its events.

import type { EngineEvent, Host } from "homing-module";
import type { ConnectionView, WhenInUse } from "./types.js";

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
  /** Files of the store that could not be read; they are kept, nothing is deleted. */
  readonly quarantined: number;
  readonly hasPassphrase: boolean;
}

export type Hint = Parameters<Host["hint"]>[0];

export type ToWorker =
  | { readonly type: "open"; readonly options: OpenOptions }
  | { readonly type: "close" }
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
  | { readonly type: "opened"; readonly state: OpenedState }
  /** The host has ended by itself, or could not start; `code` is that of a HomingError. */
  | { readonly type: "stopped"; readonly code: string; readonly detail?: string }
  /** Answers "close"; nothing of the former host follows. */
  | { readonly type: "closed" }
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
