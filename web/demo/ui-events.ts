// What elements tell upwards. All of them bubble, so that the app listens in one place.

export interface UiEvents {
  /** A conversation was chosen in the list; none: back to the list. */
  "homing-select": { readonly peer: string | undefined };
  "homing-send": { readonly text: string };
  "homing-draft": { readonly text: string };
  "homing-cancel": { readonly id: string };
  "homing-retry": { readonly id: string };
  "homing-edit": { readonly id: string; readonly text: string };
  /** A person wants to know why a message waits. */
  "homing-why": { readonly id: string };
  /** The thread has been scrolled to its first loaded message. */
  "homing-older": undefined;
  /** Whether the last message is in view. */
  "homing-follow": { readonly following: boolean };
  /** Back to the newest messages. */
  "homing-latest": undefined;
  "homing-try-now": undefined;
  "homing-invite": undefined;
  "homing-accept": { readonly invite: string };
  /** To let a request through, or to unblock. This and the next ones: of the open conversation. */
  "homing-accept-contact": undefined;
  "homing-block": undefined;
  /** Deleting was asked for, and is to be confirmed first. */
  "homing-ask-delete": undefined;
  "homing-delete": undefined;
  "homing-verify": { readonly verified: boolean };
  /** The other person's safety code, or "" while another one is put in. */
  "homing-compare": { readonly code: string };
  "homing-renew-invite": undefined;
  "homing-name": { readonly name: string };
  "homing-read-receipts": { readonly enabled: boolean };
  "homing-delivered-receipts": { readonly enabled: boolean };
  "homing-take-over": undefined;
  /** The first run; a name may be empty. */
  "homing-begin": { readonly name: string };
  /** Without what the browser has deleted. */
  "homing-begin-anew": undefined;
  "homing-unlock": { readonly passphrase: string };
  /** A backup has become the profile of this page. */
  "homing-imported": undefined;
  "homing-reopen": undefined;
  /** To begin anew with the newer page that is here. */
  "homing-update": undefined;
}

export type UiEvent<Name extends keyof UiEvents> = CustomEvent<UiEvents[Name]>;

export function emit<Name extends keyof UiEvents>(
  from: EventTarget,
  type: Name,
  ...detail: UiEvents[Name] extends undefined ? [] : [UiEvents[Name]]
): void {
  from.dispatchEvent(new CustomEvent(type, { bubbles: true, composed: true, detail: detail[0] }));
}
