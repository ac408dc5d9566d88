// The few commands of W3C WebDriver that the tests need, over its HTTP.

import { until } from "../support/until.mjs";

const jsonHeader = { "content-type": "application/json" };

/** A browser that does not answer for so long never will. */
const commandMs = 25_000;

/** Values that a key has in an action (W3C WebDriver, "Keyboard actions"). */
const keys = { Enter: "\ue007", Escape: "\ue00c", Tab: "\ue004" };

/** One session of a driver that listens on `port`. Its commands run one after the other. */
export class WebDriverSession {
  #url;
  #previous = Promise.resolve();
  #window;

  /** Waits for the driver to listen, and lets it start a browser with these capabilities. */
  static async start(port, capabilities) {
    const session = new WebDriverSession();
    const root = `http://127.0.0.1:${port}`;
    await until("the driver listens", () =>
      fetch(`${root}/status`).then(({ ok }) => ok, () => false));
    const { sessionId } = await command("POST", `${root}/session`,
      { capabilities: { alwaysMatch: capabilities } });
    session.#url = `${root}/session/${sessionId}`;
    return session;
  }

  #inTurn(work) {
    const turn = this.#previous.then(work);
    this.#previous = turn.catch(() => undefined);
    return turn;
  }

  /** Runs commands, with this window as the one they are about: nothing else comes between. */
  #inWindow(handle, work) {
    return this.#inTurn(async () => {
      if (this.#window !== handle) await this.#command("POST", "/window", { handle });
      this.#window = handle;
      return work();
    });
  }

  #command(method, path, body) {
    return command(method, this.#url + path, body);
  }

  async newWindow() {
    const { handle } = await this.#inTurn(() =>
      this.#command("POST", "/window/new", { type: "window" }));
    return handle;
  }

  goto(handle, url) {
    return this.#inWindow(handle, () => this.#command("POST", "/url", { url }));
  }

  async run(handle, expression) {
    const script = `const done = arguments[0];
      Promise.resolve(${expression}).then((value) => done({ value }),
        (error) => done({ error: String(error?.stack ?? error) }));`;
    const { value, error } = await this.#inWindow(handle, () =>
      this.#command("POST", "/execute/async", { script, args: [] }));
    if (error !== undefined) throw new Error(error);
    return value;
  }

  clickAt(handle, x, y) {
    return this.#act(handle, {
      type: "pointer",
      id: "mouse",
      actions: [
        { type: "pointerMove", duration: 0, x: Math.round(x), y: Math.round(y) },
        { type: "pointerDown", button: 0 },
        { type: "pointerUp", button: 0 },
      ],
    });
  }

  /** Types characters, or one of the named keys. */
  type(handle, text) {
    const values = text in keys ? [keys[text]] : [...text];
    return this.#act(handle, {
      type: "key",
      id: "keyboard",
      actions: values.flatMap((value) => [{ type: "keyDown", value }, { type: "keyUp", value }]),
    });
  }

  #act(handle, actions) {
    return this.#inWindow(handle, () => this.#command("POST", "/actions", { actions: [actions] }));
  }

  /** A PNG. */
  async screenshot(handle) {
    const text = await this.#inWindow(handle, () => this.#command("GET", "/screenshot"));
    return Buffer.from(text, "base64");
  }

  closeWindow(handle) {
    return this.#inWindow(handle, async () => {
      await this.#command("DELETE", "/window");
      this.#window = undefined;
    });
  }

  /** Ends the session, and with it the browser. */
  async end() {
    await this.#previous;
    await this.#command("DELETE", "");
  }
}

async function command(method, url, body) {
  const response = await fetch(url, {
    method,
    ...(body !== undefined && { body: JSON.stringify(body), headers: jsonHeader }),
    signal: AbortSignal.timeout(commandMs),
  }).catch((error) => {
    throw new Error(`${method} ${new URL(url).pathname}: ${error.message}`);
  });
  const { value } = await response.json();
  if (!response.ok) throw new Error(`${value.error}: ${value.message}`);
  return value;
}
