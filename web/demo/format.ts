// Times and names as people read them.

import type { ConnectionView, ConversationView, WhyView } from "../src/homing.js";

const time = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const precise = new Intl.DateTimeFormat(undefined, {
  hour: "2-digit", minute: "2-digit", second: "2-digit",
});
const weekday = new Intl.DateTimeFormat(undefined, { weekday: "long" });
const date = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "long", year: "numeric" });
const shortDate = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short" });

const dayMs = 24 * 3600 * 1000;

/** The local midnight a time follows. */
export function dayOf(ms: number): number {
  return new Date(ms).setHours(0, 0, 0, 0);
}

export function formatTime(ms: number): string {
  return time.format(ms);
}

export function formatSeconds(ms: number): string {
  return precise.format(ms);
}

/** "Today", "Yesterday", a weekday, or a date. `day` is a midnight. */
export function formatDay(day: number, now = Date.now()): string {
  // Midnights are 23 or 25 hours apart when the clocks change.
  const days = Math.round((dayOf(now) - day) / dayMs);
  if (days === 0) return "Today";
  if (days === 1) return "Yesterday";
  return days > 1 && days < 7 ? weekday.format(day) : date.format(day);
}

/** For a list: the time today, a short date before. */
export function formatRecent(ms: number, now = Date.now()): string {
  if (ms === 0) return "";
  return dayOf(ms) === dayOf(now) ? time.format(ms) : shortDate.format(ms);
}

export function shortAddress(address: string): string {
  return `${address.slice(0, 4)}\u2026${address.slice(-4)}`;
}

export function displayName(conversation: Pick<ConversationView, "name" | "peer">): string {
  return conversation.name === "" ? shortAddress(conversation.peer) : conversation.name;
}

export function plural(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}

const errorWords: Record<string, string> = {
  too_large: "It is too long.",
  empty: "There is nothing to send.",
  full: "Too many messages are waiting already.",
  self: "This is your own invite.",
  malformed: "This is not an invite link.",
  unsupported: "This was made by a newer version of homing.",
  bad_address: "This invite is damaged.",
  bad_signature: "This invite is damaged.",
  blocked: "You have blocked this person.",
  deleted: "The conversation was deleted.",
  not_found: "There is nothing of it on this device any more.",
  too_late: "It has already left.",
  mailbox_full: "The recipient's mailbox is full.",
  unknown_address: "The relay does not know this person.",
  id_out_of_range: "It waited too long, or this device's clock is wrong.",
  rate_limited: "The relay asks to slow down.",
  overloaded: "The relay is overloaded.",
  replaced: "This profile connected from somewhere else.",
  unreachable: "The relay cannot be reached: it is down, or this network does not lead to it.",
  no_network: "This network leads nowhere: nothing answers.",
  relay_down: "The relay is down. Its server answers without it.",
  not_a_relay: "Something else answers in place of the relay: a sign-in page of this network, " +
    "or a wrong address.",
  socket_refused: "The relay is there, but it refuses this page, or the network stops WebSockets.",
  no_answer: "The relay does not answer.",
  protocol: "What answers is not a relay of homing.",
  auth_failed: "The relay does not accept this profile.",
  storage_quota: "The browser has no room left for this site.",
  storage_failed: "The browser could not store it.",
  storage_newer: "These messages were stored by a newer version of homing. Reload to update.",
  storage_corrupt: "The stored messages could not be read. Nothing was deleted.",
  storage_gone: "The browser has deleted what was stored here, to make room. " +
    "A backup, if you have one, brings it back.",
  storage_fenced: "homing has been opened in another tab.",
  taken_over: "homing has been opened in another tab.",
  profile_in_use: "homing is open in another tab.",
  options_differ: "homing is open in another tab with another relay.",
  module_failed: "homing could not be loaded. Check the network and try again.",
  worker_failed: "homing has stopped unexpectedly.",
  closed: "homing was closed before it was saved.",
  locked: "homing is locked.",
  wrong_passphrase: "This is not the passphrase.",
  not_empty: "There is a profile here already. A backup never goes over one.",
  backup_damaged: "This is not a whole backup. Nothing was stored.",
};

export function errorText(code: string): string {
  return errorWords[code] ?? `It was refused (${code}).`;
}

/** Why a message waits, for the person who wrote it. */
export function whyText(why: WhyView): string {
  const next = why.nextAttempt === undefined
    ? ""
    : ` Next attempt at ${formatSeconds(why.nextAttempt)}.`;
  switch (why.reason) {
    case "none": return "It is not waiting any more.";
    case "offline": return "You are offline. It leaves by itself when you are back.";
    case "connecting": return `There is no connection to the relay yet.${next}`;
    case "no_prekeys": return "Fetching the recipient's keys for the first message.";
    case "behind_others":
      return `${plural(why.ahead, "earlier message goes", "earlier messages go")} first.`;
    case "in_flight": return "On its way, not confirmed yet.";
    case "rate_limited": return `The relay asks to slow down.${next}`;
    case "storage": return "This device cannot store anything at the moment.";
    case "held": return errorText(why.error ?? "held");
  }
}

/**
 * What the banner says, or "" when all is well. `leavesAlone`: what waits is sent also when the
 * page has been closed.
 */
export function connectionText(connection: ConnectionView, leavesAlone: boolean): string {
  const reason = connection.error === undefined ? "" : ` ${errorText(connection.error)}`;
  const closing = leavesAlone
    ? "They leave by themselves, also when this page is closed."
    : "They leave by themselves while this page is open.";
  switch (connection.state) {
    case "online": return "";
    case "offline": return `You are offline. Messages wait on this device. ${closing}`;
    case "connecting":
    case "authenticating": return "Connecting\u2026";
    case "stalled":
      return "The connection has stalled. Messages wait on this device until the relay answers.";
    case "waiting":
      return connection.nextAttempt === undefined
        ? `No connection.${reason}`
        : `No connection. Waiting until ${formatSeconds(connection.nextAttempt)}.${reason}`;
  }
}
