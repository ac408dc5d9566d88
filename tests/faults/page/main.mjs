// The page of the fault tests: the package, driven by its test through `client`, and telling all
// that it hears through `record`, a binding of the test. Recording is not awaited: what the page
// knew and could not tell before it was killed is lost with it.

import { Homing } from "../../../web/src/homing.ts";

let homing;

const record = (event) => void globalThis.record(event);
const codeOf = (error) => error.code ?? String(error);

function listen() {
  homing.addEventListener("message", ({ detail }) => {
    const incoming = detail.messages.filter(({ outgoing }) => !outgoing);
    if (incoming.length === 0) return;
    record({
      kind: "received",
      messages: incoming.map(({ id, peer, text }) => ({ id, peer, text })),
    });
  });
  homing.addEventListener("status", ({ detail: { peer, status, ids } }) => {
    record({ kind: "status", peer, status, ids });
  });
  homing.addEventListener("storage", ({ detail }) => record({ kind: "storage", ...detail }));
  homing.addEventListener("unreadable", ({ detail }) => record({ kind: "unreadable", ...detail }));
  homing.addEventListener("resumed", () => void globalThis.client.list());
  homing.addEventListener("stopped", ({ detail }) => {
    record({ kind: "stopped", code: codeOf(detail) });
  });
}

globalThis.client = {
  /** Opens the profile; returns its address, or the code of why it could not be opened. */
  async open(options) {
    try {
      homing = await Homing.open(options);
    } catch (error) {
      return { error: codeOf(error) };
    }
    listen();
    const { address, quarantined } = homing;
    record({ kind: "opened", address, quarantined });
    return { address, quarantined };
  },

  /** Puts texts into the outbox; what becomes of each is recorded. */
  send(texts) {
    for (const { number, address, text } of texts) {
      homing.conversation(address).send(text).then(
        ({ id }) => record({ kind: "saved", number, id }),
        (error) => record({ kind: "refused", number, code: codeOf(error) }),
      );
    }
  },

  /**
   * Records everything that the store has, oldest message first. Each conversation as soon as it
   * has been read: what is told next may already be newer.
   */
  async list() {
    for (const { peer } of await homing.conversations()) {
      const handles = await homing.conversation(peer).messages({ limit: Infinity });
      const messages = handles.map(({ id, outgoing, status, text }) =>
        ({ id, outgoing, status, text }));
      record({ kind: "listed", peer, messages });
    }
    await globalThis.record({ kind: "heard" });
  },

  /** The network has come back, and the person is impatient. */
  async wake() {
    dispatchEvent(new Event("online"));
    await homing.tryNow();
  },

  async markRead(address) {
    await homing.conversation(address).markRead();
  },

  invite: () => homing.invite(),
  connection: () => homing.connection,
  peers: async () => (await homing.conversations()).map(({ peer }) => peer),

  async acceptInvite(invite) {
    await homing.acceptInvite(invite);
  },

  async why(address, id) {
    const message = await homing.conversation(address).message(id);
    return message && { status: message.status, ...await message.why() };
  },
};
globalThis.isReady = true;
