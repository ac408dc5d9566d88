// The C++ implementation as a process: peer.cc says what it understands. Commands of one turn of
// the event loop go out together, so that many transcripts at once cost few changes of process.

import { spawn } from "node:child_process";

import { Refused, from_hex, to_hex } from "./primitives.mjs";

/** @param {Uint8Array} bytes */
const word = (bytes) => (bytes.length === 0 ? "-" : to_hex(bytes));

/** @param {string} text */
export const bytes_of = (text) => (text === "-" ? new Uint8Array(0) : from_hex(text));

export class CppProcess {
  #child;
  #outgoing = "";
  #rest = "";
  /** @type {{ resolve: (text: string) => void, reject: (error: Error) => void }[]} */
  #waiting = [];

  /** @param {string} program */
  constructor(program) {
    this.#child = spawn(program, [], { stdio: ["pipe", "pipe", "inherit"] });
    this.#child.stdout.setEncoding("utf8");
    this.#child.stdout.on("data", (text) => this.#read(text));
    this.ended = new Promise((resolve) => {
      const end = (/** @type {unknown} */ how) => {
        for (const { reject } of this.#waiting.splice(0)) {
          reject(new Error(`the C++ peer ended: ${how}`));
        }
        resolve(how);
      };
      this.#child.on("error", end);
      this.#child.on("close", (status, signal) => end(signal ?? status));
    });
  }

  /** @param {string} text */
  #read(text) {
    const lines = (this.#rest + text).split("\n");
    this.#rest = lines.pop() ?? "";
    for (const line of lines) {
      const waiting = this.#waiting.shift();
      if (line.startsWith("error ")) waiting?.reject(new Refused(line.slice(6)));
      else waiting?.resolve(line.slice(3));
    }
  }

  /**
   * The words of the answer, or a Refused with the error's name.
   * @param {string} command
   * @param {(string | number | Uint8Array)[]} words
   * @returns {Promise<string>}
   */
  call(command, ...words) {
    if (this.#outgoing === "") setImmediate(() => this.#flush());
    const written = words.map((part) => (part instanceof Uint8Array ? word(part) : part));
    this.#outgoing += [command, ...written].join(" ") + "\n";
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
  }

  #flush() {
    this.#child.stdin.write(this.#outgoing);
    this.#outgoing = "";
  }

  /** How it ended; 0 when all is well. */
  end() {
    this.#child.stdin.end();
    return this.ended;
  }
}
