// Goal: why a relay cannot be reached is told apart as far as a browser allows.
// Method: a network of answers by URL and mode, in place of fetch().

import assert from "node:assert/strict";
import { test } from "node:test";

import { diagnose } from "../../build/web-test/src/diagnosis.js";

const page = "https://page.example";

/** `answers`: what "cors https://..." is answered with; what is not there cannot be reached. */
function network(answers) {
  const asked = [];
  const request = async (url, { mode }) => {
    asked.push(`${mode} ${url}`);
    const status = answers[`${mode} ${url}`];
    if (status === undefined) throw new TypeError("Failed to fetch");
    return { status };
  };
  return { asked, request };
}

const elsewhere = "wss://relay.example/ws";
const at = "https://relay.example/ws";
const facts = [
  ["a relay whose WebSocket does not come through", elsewhere, { [`cors ${at}`]: 426 },
    "socket_refused"],
  ["a server whose relay is down", elsewhere, { [`cors ${at}`]: 502 }, "relay_down"],
  ["a page in place of the relay", elsewhere, { [`cors ${at}`]: 200 }, "not_a_relay"],
  // An opaque redirect has the status 0.
  ["a redirect to a sign-in page", elsewhere, { [`cors ${at}`]: 0 }, "not_a_relay"],
  ["something that does not let its answer be read", elsewhere, { [`no-cors ${at}`]: 0 },
    "not_a_relay"],
  ["only the relay is away", elsewhere, { [`no-cors ${page}/`]: 0 }, "unreachable"],
  ["nothing answers at all", elsewhere, {}, "no_network"],
  ["the relay of the page itself is away", "wss://page.example/ws", {}, "unreachable"],
];

for (const [what, relay, answers, expected] of facts) {
  test(`diagnosis: ${what}: ${expected}`, async () => {
    const { asked, request } = network(answers);
    assert.equal(await diagnose(relay, page, request), expected);
    assert.ok(asked.length <= 3);
  });
}

test("diagnosis: a relay without TLS is asked without it", async () => {
  const { asked, request } = network({ "cors http://127.0.0.1:8080/ws": 426 });
  assert.equal(await diagnose("ws://127.0.0.1:8080/ws", "http://127.0.0.1:80", request),
    "socket_refused");
  assert.deepEqual(asked, ["cors http://127.0.0.1:8080/ws"]);
});
