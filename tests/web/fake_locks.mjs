// Web Locks for node: what of LockManager the package uses, with the same order of events.

class FakeLocks {
  #held = new Map();
  #queues = new Map();

  request(name, { steal = false, signal }, callback) {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) {
        reject(signal.reason);
        return;
      }
      const queue = this.#queues.get(name) ?? [];
      this.#queues.set(name, queue);
      const entry = { callback, resolve, reject };
      if (steal) {
        this.#held.get(name)?.reject(new DOMException("stolen", "AbortError"));
        this.#grant(name, entry);
        return;
      }
      queue.push(entry);
      signal?.addEventListener("abort", () => {
        const place = queue.indexOf(entry);
        if (place < 0) return;
        queue.splice(place, 1);
        reject(signal.reason);
      });
      this.#next(name);
    });
  }

  isHeld(name) {
    return this.#held.has(name);
  }

  #next(name) {
    if (this.#held.has(name)) return;
    const entry = this.#queues.get(name)?.shift();
    if (entry !== undefined) this.#grant(name, entry);
  }

  #grant(name, entry) {
    this.#held.set(name, entry);
    void Promise.resolve(entry.callback({ name })).then((value) => {
      entry.resolve(value);
      if (this.#held.get(name) !== entry) return;
      this.#held.delete(name);
      this.#next(name);
    });
  }
}

export function createLocks() {
  return new FakeLocks();
}
