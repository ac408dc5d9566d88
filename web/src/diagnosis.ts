// Why the relay cannot be reached. A WebSocket that fails tells a page nothing (WHATWG WebSockets,
// "fail the WebSocket connection"), but a request to the same place tells a little more.

/**
 * - `socket_refused`: the relay answers, but no WebSocket comes through: it does not take pages of
 *   this origin, or something on the way does not let WebSockets pass.
 * - `relay_down`: a server answers that has no relay behind it at the moment.
 * - `not_a_relay`: something else answers: the sign-in page of a network, or a wrong address.
 * - `no_network`: nothing answers, not even the server of this page.
 * - `unreachable`: nothing answers there, and more is not known. A relay that is down looks the
 *   same as a name that cannot be resolved.
 */
export type Diagnosis =
  | "socket_refused" | "relay_down" | "not_a_relay" | "no_network" | "unreachable";

const patienceMs = 5000;

/**
 * Takes up to some seconds. Asks only the relay, and the server of this page if that is another.
 * Where the page's policy does not allow such requests, it is `unreachable`.
 */
export async function diagnose(
  relay: string,
  pageOrigin: string,
  request: typeof fetch = fetch,
): Promise<Diagnosis> {
  const url = new URL(relay);
  url.protocol = url.protocol === "wss:" ? "https:" : "http:";
  const ask = async (where: string, mode: RequestMode): Promise<Response | undefined> => {
    try {
      return await request(where, {
        mode,
        cache: "no-store",
        credentials: "omit",
        redirect: mode === "cors" ? "manual" : "follow",
        signal: AbortSignal.timeout(patienceMs),
      });
    } catch {
      return undefined;
    }
  };
  const answer = await ask(url.href, "cors");
  // 426 is what a relay says to whoever comes without a WebSocket (docs/relay.md).
  if (answer?.status === 426) return "socket_refused";
  if (answer !== undefined) return answer.status >= 500 ? "relay_down" : "not_a_relay";
  // Only a relay lets other pages read its answer.
  if (await ask(url.href, "no-cors") !== undefined) return "not_a_relay";
  if (url.origin === pageOrigin) return "unreachable";
  return await ask(`${pageOrigin}/`, "no-cors") === undefined ? "no_network" : "unreachable";
}
