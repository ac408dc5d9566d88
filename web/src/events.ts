// The events of a Homing object and what their `detail` holds. All of them are CustomEvents.

import type { HomingError } from "./errors.js";
import type { Message } from "./message.js";
import type { StatusChange } from "./message-registry.js";
import type { ConnectionView, ConversationView, StorageView, UnreadableView } from "./types.js";

export interface HomingEventDetails {
  /** Messages that are new here, incoming or written by this profile, or whose text changed. */
  message: { readonly messages: readonly Message[] };
  /** Messages of one conversation that have come further, or were held or cancelled. */
  status: StatusChange & { readonly peer: string };
  /** A line of the conversation list changed. */
  conversation: ConversationView;
  /** Somebody not accepted yet has written, for the first time since this page was opened. */
  request: ConversationView;
  /** A conversation was deleted on this device. */
  deleted: { readonly peer: string };
  connection: ConnectionView;
  /** Storing began to fail, or works again. */
  storage: StorageView;
  /** Something arrived that could not be decrypted. */
  unreadable: UnreadableView;
  /**
   * The object is of no use any more, because another tab took the profile over or the store cannot
   * be used. Nothing that was saved is lost; open() again when it makes sense.
   */
  stopped: HomingError;
  /**
   * This tab or another one has changed what Homing itself says: the name, the receipts, whether
   * there is a passphrase, the invite.
   */
  settings: undefined;
  /**
   * Not everything was heard: the page came back from the back/forward cache or stood still for too
   * long, or the worker with the engine was lost and there is another one. The profile is open and
   * up to date; whatever is shown of it has to be read again.
   */
  resumed: undefined;
}

export type HomingEventName = keyof HomingEventDetails;
export type HomingEvent<Name extends HomingEventName> = CustomEvent<HomingEventDetails[Name]>;
