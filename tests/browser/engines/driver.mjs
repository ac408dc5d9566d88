// What a scenario may ask of a browser, whichever it is. One file beside this one per engine:
//
//   startEngine()               an Engine; an error if something is not installed
//   Engine   name, version
//            launch(directory, { quotaBytes, origin })    a Browser with its profile in this
//                               directory, as a person has it: launched there again, it has what it
//                               had. `quotaBytes`: the room that pages of `origin` have to store in
//            stop()             ends what the engine's browsers have shared
//   Browser  pids()             its processes, the parent of the others first
//            open(url)          a Page in a window of its own, so that none of them is hidden
//            close()            in good order
//            kill()             SIGKILL for all of its processes
//   Page     what the class below has and, of each engine:
//            run(expression)    the string that an expression comes to in the page, awaited
//            goto(url)          awaits `load`
//            clickAt(x, y), type(text), pressKey(key)    by the browser's own input
//            screenshot(path)
//            close()
//
// Whatever an engine cannot do throws CannotDo with the reason, which the table prints.

import { until } from "../support/until.mjs";
import { findElement } from "./find_element.mjs";

/** For what a page does by itself; a scenario that waits for the network says how long. */
const pageWaitMs = 30_000;

/** Not a failure: there is no way to do it in this engine. */
export class CannotDo extends Error {}

/** Gives up on `promise` after a while: a browser that hangs must not hang all the others. */
export async function within(timeoutMs, what, promise) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`not within ${timeoutMs / 1000} s: ${what}`));
    }, timeoutMs);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * A page. A target is what a person sees or hears ({ role, name }) or what a developer sees
 * ({ css }); both reach into open shadow roots.
 */
export class Page {
  /** Runs a function in the page and awaits it. What goes in and comes out is JSON. */
  async evaluate(work, ...parameters) {
    const call = `(${work})(...${JSON.stringify(parameters)})`;
    const text = await within(pageWaitMs, "an answer of the page",
      this.run(`(async () => JSON.stringify(await ${call}))()`));
    return text === undefined || text === null ? undefined : JSON.parse(text);
  }

  /** Waits until a function returns something true in the page, and returns that. */
  waitFor(what, work, parameters = [], { timeoutMs = pageWaitMs } = {}) {
    return until(what, () => this.evaluate(work, ...parameters), { timeoutMs });
  }

  async reload() {
    await this.goto(await this.evaluate(() => location.href));
  }

  async click(target) {
    const { x, y } = await this.find(target);
    await this.clickAt(x, y);
  }

  /** Puts a text into an empty field. */
  async fill(target, text) {
    await this.click(target);
    await this.type(text);
  }

  async press(target, key) {
    await this.click(target);
    await this.pressKey(key);
  }

  /** Waits until the target is visible and stands still, and returns the middle of it. */
  find(target) {
    let last;
    return until(JSON.stringify(target), async () => {
      const previous = last;
      last = await this.evaluate(findElement, target);
      return last?.x === previous?.x && last?.y === previous?.y && last;
    }, { timeoutMs: pageWaitMs });
  }

  /** Whether it is visible now. */
  async has(target) {
    return (await this.evaluate(findElement, target)) !== undefined;
  }
}
