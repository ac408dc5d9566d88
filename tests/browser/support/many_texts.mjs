// Many texts at once, written and read by the client behind the demo's page.

import { until } from "./until.mjs";

/**
 * In the page: `sendAll(texts, pauseMs)` resolves with what became of each send: its status, or its
 * code.
 */
export async function prepareToSend(page) {
  await page.evaluate(async () => {
    const { client } = document.querySelector("homing-app");
    const [{ peer }] = await client.conversations();
    const chat = client.conversation(peer);
    globalThis.sendAll = async (texts, pauseMs = 0) => {
      const outcomes = [];
      for (const text of texts) {
        outcomes.push(chat.send(text).then(({ status }) => status, ({ code }) => code));
        if (pauseMs > 0) await new Promise((resolve) => setTimeout(resolve, pauseMs));
      }
      return Promise.all(outcomes);
    };
  });
}

export function sendAll(page, texts, pauseMs) {
  return page.evaluate(([list, pause]) => globalThis.sendAll(list, pause), [texts, pauseMs]);
}

/** All texts that the page's store has of the only conversation, oldest first. */
export function storedTexts(page, outgoing) {
  return page.evaluate(async (whose) => {
    const { client } = document.querySelector("homing-app");
    const [{ peer }] = await client.conversations();
    const messages = await client.conversation(peer).messages({ limit: 100_000 });
    return messages.filter((message) => message.outgoing === whose).map(({ text }) => text);
  }, outgoing);
}

/** Waits until each of these texts has arrived; resolves with all that arrived, oldest first. */
export async function arrived(page, texts, options) {
  let stored;
  await until(`${texts.length} texts have arrived`, async () => {
    stored = await storedTexts(page, false);
    const there = new Set(stored);
    return texts.every((text) => there.has(text));
  }, options);
  return stored;
}
