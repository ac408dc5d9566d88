// Fires background sync events in Chromium, as it does when the network returns.

/**
 * Listens on a page of the origin that stays open. Returns { fire(origin, tag) }:
 * Chromium does not tell how an event ended.
 */
export async function watchServiceWorker(page) {
  const session = await page.context().newCDPSession(page);
  const registrations = new Map();
  session.on("ServiceWorker.workerRegistrationUpdated", (event) => {
    for (const { registrationId, scopeURL, isDeleted } of event.registrations) {
      if (isDeleted) registrations.delete(scopeURL);
      else registrations.set(scopeURL, registrationId);
    }
  });
  await session.send("ServiceWorker.enable");
  return {
    async fire(origin, tag) {
      const registrationId = registrations.get(`${origin}/`);
      if (registrationId === undefined) throw new Error(`no service worker of ${origin}`);
      await session.send("ServiceWorker.dispatchSyncEvent", {
        origin, registrationId, tag, lastChance: false,
      });
    },
  };
}
