// Everything a run needs: a relay on a file, a proxy in front of it, a server for the page (it
// outlives the relay, as a cached page would), and people in browsers of their own.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { freePort, startRelay } from "../browser/support/relay.mjs";
import { serve } from "../browser/support/static_server.mjs";
import { startTcpProxy } from "../browser/support/tcp_proxy.mjs";
import { until } from "../browser/support/until.mjs";
import { History, tell } from "./history.mjs";
import { Person } from "./person.mjs";

const pageDirectory = process.env.HOMING_FAULTS_PAGE ??
  fileURLToPath(new URL("../../build/faults-page", import.meta.url));
/** Generous: the machine may have other things to do, and what is judged is not the time. */
const settleMs = 120_000;

export class Scene {
  history = new History();
  /** All events so far. */
  events = [];
  #listings = new Map();
  #sessions = 0;

  static async start(names) {
    const scene = new Scene();
    scene.directory = await mkdtemp(join(tmpdir(), "homing-faults-"));
    const blank = "<!doctype html><meta charset=utf-8><title>blank</title>";
    scene.server = await serve({
      directories: [pageDirectory], files: { "/blank.html": blank },
    });
    scene.pageUrl = scene.server.url;
    scene.relayPort = await freePort();
    await scene.startRelay();
    scene.proxy = await startTcpProxy({ port: scene.relayPort });
    scene.relayUrl = `ws://127.0.0.1:${scene.proxy.port}/ws`;
    // One of them in a browser with shared workers: both kinds of host meet all faults.
    scene.people = names.map((name, index) => new Person(name, scene, { isShared: index === 0 }));
    await Promise.all(scene.people.map((person) => person.start()));
    for (const [index, person] of scene.people.entries()) {
      await scene.meet(person, scene.people.slice(0, index));
    }
    return scene;
  }

  /** Starts the relay if it is not running. */
  async startRelay() {
    if (this.relay !== undefined) return;
    this.relay = await startRelay({
      directory: this.directory,
      port: this.relayPort,
      www: pageDirectory,
      parameters: ["--origin", this.pageUrl, "--restart-spread-s", "1"],
    });
    this.relay.ended.then(() => { this.relay = undefined; });
  }

  /** The guest accepts the invites of all hosts, and everybody's first words arrive. */
  async meet(guest, hosts) {
    for (const host of hosts) {
      await guest.tab.call("acceptInvite", await host.tab.call("invite"));
    }
    for (const host of hosts) await host.tab.send([guest]);
    await guest.tab.send(hosts);
    await this.settle();
  }

  others(person) {
    return this.people.filter((other) => other !== person);
  }

  /** A name for the next identity of whoever had this one's profile. */
  nextName({ profile }) {
    return `${profile}-${++this.#sessions}`;
  }

  nextSession() {
    return ++this.#sessions;
  }

  record(event) {
    this.history.take(event);
    const kept = { at: Math.round(performance.now()), ...event };
    this.events.push(kept);
    if (kept.kind !== "listed") return;
    // The latest listing has everything that earlier ones had; they would fill the memory.
    const key = `${kept.person} ${kept.peer}`;
    const former = this.#listings.get(key);
    if (former !== undefined) former.messages = [];
    this.#listings.set(key, kept);
  }

  excuse(person, id, reason) {
    this.record({ person: person.name, kind: "excused", id, reason });
  }

  /** A random moment: after some more events, or after a while if nothing happens. */
  async moment(random) {
    const target = this.events.length + random.below(12);
    const deadline = performance.now() + random.between(20, 500);
    await until("a moment", () =>
      this.events.length >= target || performance.now() > deadline);
  }

  /** Ends all faults: a good network, a relay, everybody's profile open in one tab. */
  async restore() {
    this.proxy.restore();
    await this.startRelay();
    await Promise.all(this.people.map((person) => person.start()));
  }

  /**
   * Waits until everything that was saved has arrived and is confirmed, and judges. Without `wake`
   * nobody helps: the pages have to find out by themselves that all is well again.
   */
  async settle({ wake = true } = {}) {
    if (wake) await Promise.all(this.people.map(({ tab }) => tab.call("wake")));
    const isSettled = () => this.history.unsettled().length === 0;
    const late = await until("everything has arrived", isSettled, { timeoutMs: settleMs })
      .then(() => [], async (error) => [error.message, ...await this.#explain()]);
    for (const person of this.people) await person.tab?.call("list");
    const broken = this.history.settle().map(({ kind, text }) => `${kind}: ${text}`);
    if (late.length + broken.length > 0) throw new Error([...late, ...broken].join("\n"));
  }

  /** The first messages that have not come through, and what their author's page says of them. */
  async #explain() {
    const lines = [];
    for (const { message, why } of this.history.unsettled().slice(0, 10)) {
      const from = this.people.find(({ name }) => name === message.from);
      const to = this.people.find(({ name }) => name === message.to);
      const said = message.id && await from?.tab?.call("why", to?.address, message.id);
      const connection = await from?.tab?.call("connection");
      lines.push(`  ${tell(message)} ${why}: ${JSON.stringify({ said, connection })}`);
    }
    return lines;
  }

  async stop() {
    await Promise.allSettled(this.people.map((person) => person.close()));
    await this.proxy.stop();
    await this.relay?.kill();
    await this.server.close();
    await Promise.allSettled(this.people.map((person) => person.directory?.remove()));
    await rm(this.directory, { recursive: true, force: true });
  }
}
