// Links that carry an invite. It lies in the fragment, which browsers do not send to any server.

const key = "invite";

/** A link to `page` that carries an invite. */
export function inviteUrl(invite: string, page: string | URL): string {
  const url = new URL(page);
  url.hash = `${key}=${invite}`;
  return url.href;
}

/** The token of a link, or the text itself when it is none. Never throws: the engine judges it. */
export function inviteToken(text: string): string {
  const trimmed = text.trim();
  const hash = trimmed.indexOf("#");
  if (hash < 0) return trimmed;
  const fields = trimmed.slice(hash + 1).split("&");
  return fields.find((field) => field.startsWith(`${key}=`))?.slice(key.length + 1) ?? "";
}
