// A relay, a proxy in front of its WebSocket, and people in browsers of their own, for one test.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { ChatPage } from "./chat_page.mjs";
import { launchBrowser } from "./chromium.mjs";
import { freePort, startRelay } from "./relay.mjs";
import { startTcpProxy } from "./tcp_proxy.mjs";

/**
 * Everything a test of the page needs. It ends with the test `t`. `browserOptions` are those of
 * Playwright.
 *
 *     const scene = await startScene(t);
 *     const { alice, bob } = await scene.meet();
 *     scene.proxy.cut();
 */
export async function startScene(t, { browserOptions } = {}) {
  // Undone from the last to the first, so that nothing is taken away from what still uses it.
  const undo = [];
  t.after(async () => {
    for (const step of undo.reverse()) await step();
  });
  const directory = await mkdtemp(join(tmpdir(), "homing-scene-"));
  undo.push(() => rm(directory, { recursive: true, force: true }));
  const port = await freePort();
  // The proxy is another origin than the page's.
  const parameters = ["--origin", `http://127.0.0.1:${port}`];
  const relay = await startRelay({ directory, port, parameters });
  undo.push(() => relay.kill());
  const proxy = await startTcpProxy({ port: relay.port });
  undo.push(() => proxy.stop());
  const browser = await launchBrowser(browserOptions);
  undo.push(() => browser.close());

  const scene = {
    relay,
    proxy,
    browser,

    /** A person with a browser profile of their own: { context, chat }. */
    async person(name, {
      context, viewport, colorScheme, invite, hasServiceWorkers = true,
    } = {}) {
      const own = context ?? await browser.newContext({
        viewport: viewport ?? { width: 1100, height: 760 },
        colorScheme: colorScheme ?? "light",
      });
      if (!hasServiceWorkers) {
        await own.addInitScript(() => { delete Navigator.prototype.serviceWorker; });
      }
      const chat = await ChatPage.open(own, {
        url: relay.url,
        profile: name.toLowerCase(),
        name,
        relay: `ws://127.0.0.1:${proxy.port}/ws`,
        invite,
      });
      return { context: own, chat };
    },

    /** Another tab of a person who has met somebody, with that conversation open. */
    async anotherTab(name, context, peer) {
      const { chat } = await scene.person(name, { context });
      await chat.openConversation(peer);
      return chat;
    },

    /** alice and bob, who have met by an invite link and have each other's conversation open. */
    async meet(options) {
      const alice = await scene.person("Alice", options);
      await alice.chat.ready();
      const bob = await scene.person("Bob", { ...options, invite: await alice.chat.inviteLink() });
      await bob.chat.openConversation("Alice");
      await alice.chat.openConversation("Bob");
      return { alice: alice.chat, bob: bob.chat, contexts: [alice.context, bob.context] };
    },
  };
  return scene;
}
