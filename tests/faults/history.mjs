// Judges a history: what people asked for, what their pages told, and what their stores hold in the
// end. Pure: events in, violations out, so that it is tested with histories made by hand.
//
// Events, each with the `person` and the `session` (one opening of a page, counted up) it is of.
// With `isShared` pages of this person can be open at once: each is told everything, and what they
// tell comes here in no order among them.
//   opened   { address, quarantined }
//   send     { number, to, text }      asked for; numbers of a person grow, `to` is a person
//   saved    { number, id }            the promise of send() resolved
//   refused  { number, code }          it rejected
//   status   { ids, status }
//   received { messages: [{ id, peer, text }] }                       told as new
//   listed   { peer, messages: [{ id, outgoing, status, text }] }     all that the store has
//   ended    {}                        the page is gone: open sends stay without an answer
//   excused  { id, reason }            a fault must lose this message; it may arrive still, once
//   stopped  { code }                  the page has lost the profile; counted
//   unreadable                         counted; a message that was lost by it is found missing

/** With these codes send() says that nothing was saved; with others the outcome is not known. */
const saysNo = new Set(["empty", "too_large", "full", "self", "bad_address", "storage_fenced"]);
const ranks = ["pending", "sent", "delivered", "read"];
const delivered = ranks.indexOf("delivered");

export const violationKinds = [
  "lost", "duplicated", "out of order", "changed", "status regression", "false status", "refused",
];

export class History {
  /** { kind, text } of each broken promise, in the order in which they were found. */
  violations = [];
  #people = new Map(); // name -> { address, listing: Map of peer -> messages, told: Map of sender }
  #names = new Map(); // address -> name
  #messages = new Map(); // text -> message
  #byId = new Map();
  #bySend = new Map(); // "person number" -> message
  #early = []; // status events of ids whose answer is still to come
  #excuses = new Map();
  #ended = new Set();
  #unreadable = 0;
  #stopped = {};

  take(event) {
    const state = this.#person(event.person);
    switch (event.kind) {
      case "opened": return this.#opened(event, state);
      case "send": return this.#send(event);
      case "saved": return this.#saved(event);
      case "refused": return this.#refused(event);
      case "status": return this.#status(event);
      case "received": return this.#received(event, state);
      case "listed": return this.#listed(event, state);
      case "ended": return this.#end(event);
      case "excused": return this.#excuse(event);
      case "unreadable": return (this.#unreadable += 1);
      case "stopped": return this.#stop(event);
      default: return undefined; // told for the reader of the log
    }
  }

  takeAll(events) {
    for (const event of events) this.take(event);
    return this;
  }

  #opened({ person, address }, state) {
    state.address = address;
    this.#names.set(address, person);
  }

  #send({ person, isShared, session, number, to, text }) {
    const message = {
      from: person,
      to,
      number,
      text,
      session,
      line: lineOf(isShared, session), // of its author: within it numbers are the order
      answer: "open", // then "saved", "refused", or "unknown" for an error that does not say
      id: undefined,
      ids: new Set(), // under which it arrived
      announced: new Set(), // to which of its recipient's lines of pages
      rank: -1, // the furthest status that was seen
      told: new Map(), // the furthest one that was told by an event, and by which session, by line
    };
    this.#messages.set(text, message);
    this.#bySend.set(`${person} ${number}`, message);
  }

  #saved({ person, number, id }) {
    const message = this.#bySend.get(`${person} ${number}`);
    message.answer = "saved";
    this.#name(message, id);
  }

  #refused({ person, number, code }) {
    const message = this.#bySend.get(`${person} ${number}`);
    message.answer = saysNo.has(code) ? "refused" : "unknown";
  }

  #status({ isShared, session, ids, status }) {
    for (const id of ids) {
      const message = this.#byId.get(id);
      const news = { id, line: lineOf(isShared, session), session, status };
      if (message !== undefined) this.#tell(message, news);
      else this.#early.push(news);
    }
  }

  #received({ person, isShared, session, messages }, state) {
    const line = lineOf(isShared, session);
    for (const { id, peer, text } of messages) {
      const message = this.#arrived(person, peer, id, text);
      if (message === undefined) continue;
      if (message.announced.has(line)) {
        this.#violate("duplicated", `${tell(message)} was told twice`);
      }
      message.announced.add(line);
      // As with a status: a page that was deposed may be late, one that came after it may not.
      const key = `${message.from} ${message.line} to ${line}`;
      const before = state.told.get(key) ?? { number: 0, session: 0 };
      if (message.number > before.number) {
        state.told.set(key, { number: message.number, session });
      } else if (message.number < before.number && session >= before.session) {
        this.#violate("out of order", `${tell(message)} was told after number ${before.number}`);
      }
    }
  }

  #listed({ person, isShared, session, peer, messages }, state) {
    const line = lineOf(isShared, session);
    const last = new Map();
    const seen = new Set();
    for (const { id, outgoing, status, text } of messages) {
      if (seen.has(id)) this.#violate("duplicated", `${person} has ${id} twice`);
      seen.add(id);
      const message = outgoing
        ? this.#written(person, peer, id, text)
        : this.#arrived(person, peer, id, text);
      if (message === undefined) continue;
      if (outgoing) this.#show(message, line, status);
      const author = `${message.from} ${message.line}`;
      if (message.number < last.get(author)) {
        this.#violate("out of order",
          `${person} has ${tell(message)} after number ${last.get(author)}`);
      }
      last.set(author, message.number);
    }
    state.listing.set(peer, seen);
  }

  #end({ person, session }) {
    this.#ended.add(`${person} ${session}`);
  }

  #stop({ code }) {
    this.#stopped[code] = (this.#stopped[code] ?? 0) + 1;
  }

  #excuse({ id, reason }) {
    this.#excuses.set(id, reason);
  }

  /** What must still happen: { message, why } each. Empty when everything has come through. */
  unsettled() {
    const out = [];
    for (const message of this.#messages.values()) {
      if (this.#isOpen(message)) out.push({ message, why: "has no answer" });
      if (message.id === undefined || this.#excuses.has(message.id)) continue;
      if (!message.ids.has(message.id)) out.push({ message, why: "has not arrived" });
      else if (message.rank < delivered) out.push({ message, why: "is not confirmed" });
    }
    return out;
  }

  /** Judges what should be complete by now. Everybody's store has just been listed. */
  settle() {
    for (const message of this.#messages.values()) {
      if (message.id === undefined || this.#excuses.has(message.id)) continue;
      const has = this.#has(message.to, message.from, message.id);
      const isKept = this.#has(message.from, message.to, message.id);
      if (!has && message.rank >= delivered) {
        this.#violate("false status", `${tell(message)} is not there, but was said to be`);
      } else if (!has) {
        this.#violate("lost", `${tell(message)} (${message.answer}) did not arrive`);
      }
      if (!isKept) this.#violate("lost", `${tell(message)} is gone from its author's store`);
    }
    for (const { message, why } of this.unsettled()) {
      if (why === "has no answer") this.#violate("lost", `${tell(message)} ${why}`);
    }
    for (const { id, status } of this.#early) {
      this.#violate("changed", `${id} is ${status}, and nobody has sent it`);
    }
    return this.violations;
  }

  sent(person, number) {
    return this.#bySend.get(`${person} ${number}`);
  }

  /** Whether pages of this person that are open owe nobody an answer. */
  isAnswered(person) {
    return ![...this.#messages.values()].some((message) =>
      message.from === person && this.#isOpen(message));
  }

  /** The messages whose id is known: { id, text } and more. */
  known() {
    return this.#byId.values();
  }

  /**
   * Numbers for the report. `excused` counts, by reason, what was lost and had to be; `stopped`
   * pages, by code.
   */
  counts() {
    const out = {
      asked: 0, saved: 0, delivered: 0, refused: 0, unanswered: 0, unansweredArrived: 0,
    };
    const excused = {};
    for (const message of this.#messages.values()) {
      const arrived = message.ids.size > 0;
      out.asked += 1;
      out.delivered += Number(arrived);
      if (message.answer === "saved") out.saved += 1;
      else if (message.answer === "refused") out.refused += 1;
      else {
        out.unanswered += 1;
        out.unansweredArrived += Number(arrived);
      }
      const reason = this.#excuses.get(message.id);
      if (reason !== undefined && !arrived) excused[reason] = (excused[reason] ?? 0) + 1;
    }
    const violations = Object.fromEntries(violationKinds.map((kind) =>
      [kind, this.violations.filter((violation) => violation.kind === kind).length]));
    return {
      ...out, unreadable: this.#unreadable, stopped: this.#stopped, excused, violations,
    };
  }

  #person(name) {
    if (!this.#people.has(name)) {
      this.#people.set(name, { address: undefined, listing: new Map(), told: new Map() });
    }
    return this.#people.get(name);
  }

  #isOpen({ answer, from, session }) {
    return answer === "open" && !this.#ended.has(`${from} ${session}`);
  }

  #has(owner, other, id) {
    return this.#person(owner).listing.get(this.#person(other).address)?.has(id) ?? false;
  }

  // One text has one id, whether its author's page lived to hear of it or not.
  #name(message, id) {
    if (message.id !== undefined && message.id !== id) {
      this.#violate("duplicated", `${tell(message)} is stored as ${message.id} and as ${id}`);
    }
    if (message.id === id) return;
    message.id = id;
    this.#byId.set(id, message);
    const early = this.#early.filter((report) => report.id === id);
    for (const news of early) this.#tell(message, news);
    this.#early = this.#early.filter((report) => report.id !== id);
  }

  #written(person, peer, id, text) {
    const message = this.#messages.get(text);
    if (message?.from !== person || message.to !== this.#names.get(peer)) {
      this.#violate("changed", `${person} has written ${id} "${shorten(text)}" to ${peer}, ` +
        "and was not asked to");
      return undefined;
    }
    if (message.answer === "refused") {
      this.#violate("refused", `${tell(message)} was refused, and is stored`);
    }
    this.#name(message, id);
    return message;
  }

  #arrived(person, peer, id, text) {
    const message = this.#messages.get(text);
    if (message?.to !== person || message.from !== this.#names.get(peer)) {
      this.#violate("changed", `${person} has ${id} "${shorten(text)}" from ${peer}, ` +
        "which was not sent so");
      return undefined;
    }
    if (message.answer === "refused") {
      this.#violate("refused", `${tell(message)} was refused, and arrived`);
    }
    const isOther = message.id !== undefined && message.id !== id;
    if (!message.ids.has(id) && (message.ids.size > 0 || isOther)) {
      this.#violate("duplicated", `${tell(message)} arrived as ${[...message.ids, id]}`);
    }
    message.ids.add(id);
    return message;
  }

  // A page that was deposed may still tell what it knew before; nobody may tell less than a page
  // that was opened before it.
  #tell(message, { line, session, status }) {
    const rank = this.#rankOf(message, status);
    const told = message.told.get(line) ?? { rank: -1, session: 0 };
    if (rank < told.rank && session >= told.session) this.#regress(message, told.rank, status);
    if (rank < told.rank) return;
    message.told.set(line, { rank, session });
    message.rank = Math.max(message.rank, rank);
  }

  // A listing may know more than has been told, which waits until it is durable; never less.
  #show(message, line, status) {
    const rank = this.#rankOf(message, status);
    const told = message.told.get(line)?.rank ?? -1;
    if (rank < told) this.#regress(message, told, status);
    message.rank = Math.max(message.rank, rank);
  }

  #rankOf(message, status) {
    const rank = ranks.indexOf(status);
    if (rank < 0) this.#violate("refused", `${tell(message)} is ${status}`);
    return rank;
  }

  #regress(message, rank, status) {
    this.#violate("status regression", `${tell(message)} was ${ranks[rank]}, and then ${status}`);
  }

  #violate(kind, text) {
    this.violations.push({ kind, text });
  }
}

// Pages that follow each other are one line: what one was told the next one must not be told again.
const lineOf = (isShared, session) => (isShared ? session : 0);

/** A message in words: who to whom, its number, its id. */
export function tell({ from, to, number, id }) {
  return `${from} to ${to}, number ${number} (${id ?? "no id"})`;
}

const shorten = (text) => (text.length > 60 ? `${text.slice(0, 60)}...` : text);
