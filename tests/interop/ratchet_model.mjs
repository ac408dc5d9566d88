// Which messages a recipient still has keys for, told from who sealed and opened what, without any
// cryptography: the judge of what may not be opened in a transcript.

const kChainsKept = 5;

/**
 * @typedef {{ session: string, sender: number, chain: number }} Place of a message
 * @typedef {{ chain: number, step_due: boolean, newest: number }} Half of a session
 */

export class RatchetModel {
  /** @type {Map<string, Half>} */
  #halves = new Map();

  /**
   * @param {string} session
   * @param {number} side
   */
  #half(session, side) {
    const key = `${session} ${side}`;
    const half = this.#halves.get(key) ?? { chain: 0, step_due: false, newest: -1 };
    this.#halves.set(key, half);
    return half;
  }

  /**
   * @param {string} session
   * @param {number} side
   * @returns {Place}
   */
  seal(session, side) {
    const half = this.#half(session, side);
    if (half.step_due) {
      ++half.chain;
      half.step_due = false;
    }
    return { session, sender: side, chain: half.chain };
  }

  /** @param {Place} place */
  has_key({ session, sender, chain }) {
    return this.#half(session, 1 - sender).newest - chain < kChainsKept;
  }

  /** @param {Place} place */
  opened({ session, sender, chain }) {
    const half = this.#half(session, 1 - sender);
    if (chain > half.newest) {
      half.newest = chain;
      half.step_due = true;
    }
  }
}
