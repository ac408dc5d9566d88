// A stand-in for the WebAssembly module, to work on the page without it: profiles of one browser
// write to each other over a BroadcastChannel. Nothing is encrypted or stored. Build the demo with
// HOMING_MODULE naming this file. The tests of the real thing are in tests/browser.

class FakeHost {
  #options;
  #channel = new BroadcastChannel("fake-homing");
  #address;
  #name = "";
  #readReceipts = true;
  #online = true;
  #conversations = new Map();
  #messages = new Map();

  constructor(options) {
    this.#options = options;
    this.#address = options.profile.padEnd(52, "a").toLowerCase();
    this.#channel.onmessage = ({ data }) => this.#receive(data);
  }

  #tell(...events) { queueMicrotask(() => this.#options.onEvents(events)); }
  #post(to, body) { this.#channel.postMessage({ to, from: this.#address, ...body }); }

  #conversation(peer, name = "") {
    if (!this.#conversations.has(peer)) {
      this.#conversations.set(peer,
        { peer, contact: "accepted", verified: false, name, unread: 0, pending: 0,
          lastTime: Date.now(), lastText: "" });
      this.#messages.set(peer, []);
    }
    const conversation = this.#conversations.get(peer);
    if (name !== "") conversation.name = name;
    return conversation;
  }

  #changed(peer) {
    const conversation = this.#conversation(peer);
    const messages = this.#messages.get(peer);
    conversation.pending = messages.filter(({ status }) => status === "pending").length;
    conversation.lastText = messages.at(-1)?.text ?? "";
    conversation.lastTime = messages.at(-1)?.time ?? conversation.lastTime;
    return { type: "conversation", conversation: { ...conversation } };
  }

  #add(peer, message) {
    this.#conversation(peer);
    this.#messages.get(peer).push(message);
    this.#tell({ type: "messages", messages: [{ ...message }] }, this.#changed(peer));
  }

  #status(peer, ids, status, heldReason) {
    const order = ["pending", "held", "cancelled", "sent", "delivered", "read"];
    const changed = this.#messages.get(peer)?.filter((message) =>
      ids.includes(message.id) && order.indexOf(message.status) < order.indexOf(status)) ?? [];
    if (changed.length === 0) return;
    for (const message of changed) Object.assign(message, { status, heldReason });
    this.#tell({ type: "status", peer, status, ...(heldReason && { heldReason }),
      ids: changed.map(({ id }) => id) }, this.#changed(peer));
  }

  #receive({ to, from, kind, ...body }) {
    if (to !== this.#address || !this.#online) return;
    if (kind === "hello") {
      this.#conversation(from, body.name);
      this.#tell(this.#changed(from));
    } else if (kind === "message") {
      this.#conversation(from, body.name).unread += 1;
      this.#add(from, { ...body.message, peer: from, outgoing: false, status: "received" });
      this.#post(from, { kind: "receipt", ids: [body.message.id], status: "delivered" });
    } else if (kind === "receipt") {
      this.#status(from, body.ids, body.status);
    }
  }

  #drain() {
    if (!this.#online) return;
    for (const [peer, messages] of this.#messages) {
      for (const message of messages.filter(({ status }) => status === "pending")) {
        if (message.text === "refuse me") {
          this.#status(peer, [message.id], "held", "mailbox_full");
          continue;
        }
        this.#status(peer, [message.id], "sent");
        this.#post(peer, { kind: "message", name: this.#name, message });
      }
    }
  }

  #setOnline(online) {
    this.#online = online;
    this.#tell({ type: "connection", connection: this.connection() });
    this.#drain();
  }

  open() {
    this.#tell({ type: "opened", address: this.#address, quarantined: 0 });
  }
  close() { this.#channel.close(); }
  delete() {}

  send(request, to, text, id) {
    if (text === "") return this.#tell({ type: "reply", request, error: "empty" });
    const message = { id, peer: to, outgoing: true, sequence: 1,
      time: Date.now(), status: "pending", text };
    this.#add(to, message);
    this.#tell({ type: "reply", request, message: { ...message } });
    queueMicrotask(() => this.#drain());
  }
  edit(request, peer, id, text) {
    const message = this.#messages.get(peer).find((candidate) => candidate.id === id);
    message.text = text;
    this.#tell({ type: "messages", messages: [{ ...message }] }, this.#changed(peer),
      { type: "reply", request, message: { ...message } });
  }
  cancel(request, peer, id) {
    this.#status(peer, [id], "cancelled");
    this.#tell({ type: "reply", request });
  }
  retry(request) { this.#tell({ type: "reply", request }); }
  markRead(request, peer) {
    const conversation = this.#conversation(peer);
    conversation.unread = 0;
    const ids = this.#messages.get(peer).filter(({ outgoing }) => !outgoing).map(({ id }) => id);
    if (this.#readReceipts) this.#post(peer, { kind: "receipt", ids, status: "read" });
    this.#tell(this.#changed(peer), { type: "reply", request });
  }
  acceptInvite(request, invite) {
    const [peer, name] = decodeURIComponent(invite).split(".");
    if (peer.length !== 52) return this.#tell({ type: "reply", request, error: "malformed" });
    this.#conversation(peer, name);
    this.#post(peer, { kind: "hello", name: this.#name });
    this.#tell(this.#changed(peer), { type: "reply", request, peer });
  }
  setName(request, name) {
    this.#name = name;
    this.#tell({ type: "reply", request });
  }
  setReadReceipts(request, enabled) {
    this.#readReceipts = enabled;
    this.#tell({ type: "reply", request });
  }
  tryNow(request) {
    this.#setOnline(true);
    this.#tell({ type: "reply", request });
  }
  hint(kind) { if (kind !== "wake") this.#setOnline(kind === "online"); }

  address() { return this.#address; }
  invite() { return encodeURIComponent(`${this.#address}.${this.#name}`); }
  name() { return this.#name; }
  readReceipts() { return this.#readReceipts; }
  deliveredReceipts() { return true; }
  hasPassphrase() { return false; }
  conversations() { return [...this.#conversations.values()].map((value) => ({ ...value })); }
  messages(peer, before, limit) {
    const all = this.#messages.get(peer) ?? [];
    const end = before === "" ? all.length : all.findIndex(({ id }) => id === before);
    return all.slice(Math.max(0, end - limit), end).map((message) => ({ ...message }));
  }
  message(peer, id) { return this.#messages.get(peer)?.find((message) => message.id === id); }
  why() { return { reason: this.#online ? "in_flight" : "offline", ahead: 0 }; }
  pending() {
    return [...this.#messages.values()].flat().filter(({ status }) => status === "pending").length;
  }
  connection() {
    return this.#online
      ? { state: "online" }
      : { state: "waiting", nextAttempt: Date.now() + 12_000 };
  }
}

export default async function createHoming() {
  return { createHost: (options) => new FakeHost(options) };
}
