// Ids of messages are chosen on this side, so that asking again after the worker was lost can never
// send a text twice.

/** A UUID of version 7, the form in which the engine names messages. */
export function createMessageId(): string {
  const time = Date.now().toString(16).padStart(12, "0");
  return `${time.slice(0, 8)}-${time.slice(8)}-7${crypto.randomUUID().slice(15)}`;
}
